import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import nodemailer from 'nodemailer';
import { parseMail } from '../../src/message/decode.ts';
import { readSimpleMail, readSubject } from '../../src/message/fast-mime.ts';

const composer = nodemailer.createTransport({ streamTransport: true, buffer: true });

async function compose(mail: Parameters<typeof composer.sendMail>[0]): Promise<Buffer> {
  return (await composer.sendMail(mail)).message as Buffer;
}

/** Compares both parsers: their results must be equal, except for line ends at the end of a text. */
async function expectSameReading(raw: Buffer, what: string): Promise<void> {
  const own = readSimpleMail(raw);
  if (!own) return;
  const general = await parseMail(raw);
  const trimmed = (text: string | undefined): string => (text ?? '').trimEnd();
  expect(own.subject ?? '', what).toBe(general.subject ?? '');
  expect(own.from, what).toBe(general.from);
  expect(trimmed(own.plain), what).toBe(trimmed(general.plain));
  expect(trimmed(own.html), what).toBe(trimmed(general.html));
  expect(own.headers, what).toEqual(general.headers);
}

const words = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    'Your code is 482913',
    'Grüße, dein Code: 482913',
    'Код: 482913 — никому',
    '验证码 482913\n\n.',
    '=3D =20\n..\n--x',
    'a'.repeat(200),
  ),
);

test('a mail is read exactly as the general parser reads it', async () => {
  const mails = fc.record({
    subject: words.map((text) => text.replace(/\s+/g, ' ')),
    text: fc.option(words, { nil: undefined }),
    html: fc.option(
      words.map((text) => `<p>${text}</p>`),
      { nil: undefined },
    ),
    textEncoding: fc.constantFrom('quoted-printable' as const, 'base64' as const),
    attachments: fc.constantFrom(
      [],
      [{ filename: 'terms.pdf', content: Buffer.from('%PDF 123456') }],
      [{ filename: 'a.txt', content: 'a 999888' }],
    ),
  });
  await fc.assert(
    fc.asyncProperty(mails, async (mail) => {
      const attachments = [...mail.attachments];
      const raw = await compose({ ...mail, attachments, from: '"Acme, Inc." <no-reply@acme.test>', to: 'a@b.test' });
      await expectSameReading(raw, JSON.stringify(mail));
    }),
    { numRuns: 150 },
  );
});

test('typical mails of applications are read without the general parser', async () => {
  const from = 'Acme <no-reply@acme.test>';
  const both = { text: 'Dein Code: 482913', html: '<p>Grüße: <b>482913</b></p>' };
  for (const mail of [
    both,
    { text: both.text },
    { html: both.html },
    { ...both, attachments: [{ filename: 'a.pdf', content: 'x' }] },
  ]) {
    const parts = readSimpleMail(await compose({ from, to: 'a@b.test', subject: 'Grüße 482913', ...mail }));
    expect(parts).toMatchObject({ from: 'no-reply@acme.test', subject: 'Grüße 482913' });
    expect(parts?.html?.trimEnd()).toBe('html' in mail ? both.html : undefined);
    expect(parts?.plain?.trimEnd()).toBe('text' in mail ? both.text : undefined);
  }
});

test('a mail with one changed byte is read as the general parser reads it, or left to it', async () => {
  const raw = await compose({
    from: 'Acme <a@acme.test>',
    to: 'a@b.test',
    subject: 'Grüße',
    text: 'Code: 482913 ü',
    html: '<b>482913</b>',
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(raw.length - 1), fc.constantFrom(...'=;:"-/\r\n ?a9'), async (at, letter) => {
      const changed = Buffer.from(raw);
      changed[at] = letter.charCodeAt(0);
      await expectSameReading(changed, `${at} ${letter}`);
    }),
    { numRuns: 200 },
  );
});

for (const [what, head, body] of [
  ['another charset', 'Content-Type: text/plain; charset=iso-2022-jp', 'x'],
  ['flowed text', 'Content-Type: text/plain; format=flowed', 'x'],
  ['a signed mail', 'Content-Type: multipart/signed; boundary=b', '--b\r\n\r\nx\r\n--b--'],
  ['letters beyond ASCII in its headers', 'Subject: Gr\u00fc\u00dfe', 'x'],
  ['an encoded parameter', "Content-Type: text/plain; charset*=utf-8''utf-8", 'x'],
  ['a boundary that never closes', 'Content-Type: multipart/alternative; boundary=b', '--b\r\n\r\nx\r\n'],
  ['two texts', 'Content-Type: multipart/mixed; boundary=b', '--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--'],
] as const) {
  test(`${what} is left to the general parser`, () => {
    expect(readSimpleMail(Buffer.from(`From: a@b.test\r\n${head}\r\n\r\n${body}\r\n`))).toBeUndefined();
  });
}

test('a subject alone is read in any charset, without the rest of the mail', () => {
  for (const [header, subject] of [
    ['Subject: Your code', 'Your code'],
    ['X: y\r\nsubject:  =?utf-8?B?w4RwZmVs?=', 'Äpfel'],
    ['Subject: =?iso-8859-1?Q?Best=E4tigen_?=\r\n =?iso-8859-1?Q?Sie?=', 'Bestätigen Sie'],
    ['Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= (2)', '日本 (2)'],
    ['Subject: =?x-unknown?Q?abc?=', '=?x-unknown?Q?abc?='],
    ['From: a@acme.test', ''],
  ] as const)
    expect(readSubject(Buffer.from(`${header}\r\n\r\nSubject: of the body\r\n`)), header).toBe(subject);
});
