import { expect, test } from '@playwright/test';
import { readMail, readRaw, readSms } from '../support/mail.ts';

// A character outside ASCII makes the mail library send quoted-printable.
const TARGET = 'https://acme.example/verify?token=a%2Fb&lang=en&copy=1&reg=2&n=%20#frag=1';

test('a mail in two parts is read as a person sees it', async () => {
  const message = await readMail({
    from: '"Acme — Sécurité" <no-reply@acme.example>',
    subject: 'Ihr Code für Müller & Söhne ✓',
    text: `Grüße! Your code: 123456\n${'long '.repeat(40)}`,
    html: `<style>.x{color:#999888}</style><p>Grüße! Your code: <b>123456</b></p><p>${'long '.repeat(40)}</p>`,
  });
  expect(message).toMatchObject({
    kind: 'email',
    from: 'no-reply@acme.example',
    to: ['alice@persona.test'],
    subject: 'Ihr Code für Müller & Söhne ✓',
  });
  expect(message.text).toBe(`Grüße! Your code: 123456\n${'long '.repeat(40).trim()}`);
  expect(message.plain).toContain('Grüße! Your code: 123456');
  expect(message.html).toContain('<b>123456</b>');
});

test('the raw mail is available, but not enumerable', async () => {
  const raw = 'From: a@acme.example\r\nSubject: Hello\r\n\r\nYour code is 123456.\r\n';
  const message = await readRaw(raw);
  expect(message.raw?.toString()).toBe(raw);
  expect(Object.keys(message)).not.toContain('raw');
  expect((await readSms('Your code is 123456.')).raw).toBeUndefined();
});

test.describe('a link is byte for byte as it was sent', () => {
  const html = (href: string): string => `<p>Grüße</p><a href="${href}">Confirm <b>e-mail</b></a>`;
  for (const [name, href] of [
    ['with &amp; read as &', TARGET.replaceAll('&', '&amp;')],
    ['with & as it is', TARGET],
    ['with &#38; read as &', TARGET.replaceAll('&', '&#38;')],
  ] as const) {
    test(`in HTML, ${name}`, async () => {
      const { links } = await readMail({ html: html(href) });
      expect(links).toMatchObject([{ href: TARGET, text: 'Confirm e-mail' }]);
    });
  }

  for (const encoding of ['quoted-printable', 'base64'] as const) {
    test(`in a plain text sent as ${encoding}`, async () => {
      const { links } = await readMail({ text: `Grüße!\nOpen ${TARGET}\n${'x'.repeat(200)}`, textEncoding: encoding });
      expect(links).toMatchObject([{ href: TARGET, text: '' }]);
    });
  }
});

test('a link of both parts is listed once, with its words', async () => {
  const { links } = await readMail({
    text: `Confirm: ${TARGET}\nHelp: https://acme.example/help`,
    html: `<a href="${TARGET.replaceAll('&', '&amp;')}">Confirm</a>`,
  });
  expect(links).toMatchObject([
    { href: TARGET, text: 'Confirm' },
    { href: 'https://acme.example/help', text: '', before: 'Help:' },
  ]);
});

test('only web addresses are links', async () => {
  const { links } = await readMail({
    html: '<a href="mailto:a@acme.example">a</a> <a href="#top">b</a> <a name="c">c</a> <a href="javascript:x()">d</a> <a href="/e">e</a>',
  });
  expect(links).toEqual([]);
});

test.describe('a bare address in a text ends before the punctuation of its sentence', () => {
  for (const [text, href] of [
    ['Open https://acme.example/v/1.', 'https://acme.example/v/1'],
    ['Open https://acme.example/v/1, please', 'https://acme.example/v/1'],
    ['(see https://acme.example/v/1)', 'https://acme.example/v/1'],
    ['Open https://acme.example/v_(1)', 'https://acme.example/v_(1)'],
    ['Open <https://acme.example/v/1>', 'https://acme.example/v/1'],
    ['Open "https://acme.example/v/1"', 'https://acme.example/v/1'],
    ['Is it https://acme.example/v?a=1?', 'https://acme.example/v?a=1'],
    ['HTTPS://ACME.EXAMPLE/V/1', 'HTTPS://ACME.EXAMPLE/V/1'],
  ] as const) {
    test(text, async () => {
      expect((await readSms(text)).links.map((link) => link.href)).toEqual([href]);
    });
  }
});

test('an SMS has its text and its sender', async () => {
  const message = await readSms('Acme: 123456 is your code. https://acme.example/v/1', 'ACME');
  expect(message).toMatchObject({
    kind: 'sms',
    from: 'ACME',
    to: ['+12025550143'],
    subject: '',
    text: 'Acme: 123456 is your code. https://acme.example/v/1',
    headers: {},
    links: [{ href: 'https://acme.example/v/1', text: '' }],
  });
});

test('a mail with thousands of links has 300 of its HTML, and as many of its text', async () => {
  const urls = Array.from({ length: 2000 }, (_, index) => `https://acme.example/item/${index}`);
  const html = urls.map((url) => `<a href="${url}">Item</a>`).join(' ');
  expect((await readMail({ html })).links).toHaveLength(300);
  expect((await readMail({ text: urls.join('\n') })).links).toHaveLength(300);
});

test('the text of a mail without HTML is its plain part', async () => {
  const message = await readMail({ text: 'Your code:\n123456' });
  expect(message.text.trim()).toBe('Your code:\n123456');
  expect(message.html).toBeUndefined();
});

test('the text of a mail whose HTML has no visible words is its plain part', async () => {
  const message = await readMail({ text: 'Your code: 123456', html: '<img src="https://acme.example/code.png">' });
  expect(message.text).toContain('123456');
});

test('headers have names in lower case, and the last of several wins', async () => {
  const { headers } = await readRaw('OTP-Token: 111111\r\nX-Trace: a\r\nOTP-Token: 222222\r\nSubject: x\r\n\r\nx');
  expect(headers).toMatchObject({ 'otp-token': '222222', 'x-trace': 'a', subject: 'x' });
});

test.describe('a broken mail is read as far as possible', () => {
  for (const [name, raw] of [
    ['nothing at all', ''],
    ['no header', 'Your code: 123456'],
    [
      'no end of the last part',
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYour code: 123456',
    ],
    ['an unknown character set', 'Content-Type: text/plain; charset=klingon\r\n\r\nYour code: 123456'],
    ['bytes that are not text', `Subject: x\r\n\r\n${'\0\u0001\ufffd'.repeat(50)}`],
  ] as const) {
    test(name, async () => {
      const message = await readRaw(raw);
      expect(message.kind).toBe('email');
      expect(typeof message.text).toBe('string');
    });
  }
});
