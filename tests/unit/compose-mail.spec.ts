import { expect, test } from '@playwright/test';
import { simpleParser } from 'mailparser';
import { decodeMessage } from '../../src/message/decode.ts';
import { composeMail } from '../../src/sink/gateways/compose-mail.ts';
import { invalidAddress, readAddresses } from '../../src/sink/gateways/addresses.ts';
import { readRawMail } from '../../src/sink/gateways/raw-mail.ts';

const MAIL = {
  from: { name: 'Acme', address: 'no-reply@acme.example' },
  to: [{ name: 'Ünal, Ada', address: 'alice@persona.test' }],
  messageId: '<1@acme.example>',
};

const TEXTS = [
  'Your code is 482913',
  'Grüße ✓ 日本語 👩‍👩‍👧 — \u00a0',
  'a line that begins with\n.\nand\n..\nFrom here on',
  `${'x'.repeat(3000)} = ${'ü'.repeat(3000)}`,
  'tab\tand trailing space \nend',
  '=?utf-8?Q?not_an_encoded_word?= =20 =3D',
  '--boundary\nContent-Type: text/html\n\n<b>',
];

for (const text of TEXTS) {
  test(`a text is read as it was written: ${JSON.stringify(text.slice(0, 40))}`, async () => {
    const html = `<p>${text.replaceAll('<', '&lt;')}</p>`;
    // A subject that its sender has encoded already stays encoded.
    const subject = text.replace(/\s+/g, ' ').replace('=?', '').trim();
    const raw = await composeMail({ ...MAIL, subject, text, html }, 'test');
    const parsed = await simpleParser(raw);
    expect([parsed.text?.trimEnd(), parsed.html, parsed.subject]).toEqual([text.trimEnd(), html, subject]);
    const envelope = { kind: 'email', id: '1', seq: 1, from: '', to: [], receivedAt: 0, size: raw.length } as const;
    const own = await decodeMessage(envelope, raw);
    expect([own.plain?.replaceAll('\r', '').trimEnd(), own.subject]).toEqual([text.trimEnd(), subject]);
  });
}

test('no value of a request adds a header, a recipient or a part', async () => {
  const evil = 'x\r\nBcc: eve@evil.example\r\nX-Evil: 1\r\n\r\n<b>';
  const raw = await composeMail(
    {
      ...MAIL,
      from: { name: evil, address: 'no-reply@acme.example' },
      to: [{ name: evil, address: 'alice@persona.test' }],
      subject: evil,
      text: 'x',
      headers: { 'X-Own': evil, [evil]: '1', 'Content-Type': 'text/evil', Bcc: 'eve@evil.example' },
      attachments: [{ name: evil, content: Buffer.from('y'), type: `text/plain${evil}`, contentId: evil }],
      template: { id: evil, variables: {} },
      messageId: MAIL.messageId,
    },
    'test',
  );
  const { headers, attachments, to } = await simpleParser(raw);
  expect([headers.has('x-evil'), headers.has('bcc'), attachments.length]).toEqual([false, false, 1]);
  expect([to].flat().flatMap((list) => list?.value ?? [])).toEqual([
    expect.objectContaining({ address: 'alice@persona.test' }),
  ]);
});

test('addresses are read in all forms, and what is none is named', () => {
  const read = readAddresses([
    'Acme <a@acme.test>, "Doe, Jo" <b@acme.test>',
    { email: 'c@acme.test', name: 'C' },
    { address: 'd@acme.test' },
    [['e@acme.test']],
    null,
    7,
  ]);
  expect(read.map(({ address }) => address)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@acme.test`));
  expect(invalidAddress(read)).toBeUndefined();
  for (const wrong of ['alice', 'alice@', '@acme.test', 'a b@acme.test\r\nx'])
    expect(invalidAddress([{ name: '', address: wrong }])).toBeDefined();
});

test('a composed mail keeps its bytes, and loses its header Bcc', () => {
  const body = Buffer.from([0x0d, 0x0a, 0xff, 0x00, 0xe4, 0x0d, 0x0a]);
  const head =
    'From: A <a@acme.test>\r\nTo: x@acme.test,\r\n "Y, Z" <y@acme.test>\r\nBcc: z@acme.test,\r\n\tq@acme.test\r\n';
  const mail = readRawMail(Buffer.concat([Buffer.from(`${head}Subject: x\r\n`), body]), undefined, []);
  expect(mail.from).toBe('a@acme.test');
  expect(mail.recipients).toEqual(['x', 'y', 'z', 'q'].map((name) => `${name}@acme.test`));
  const kept = head.slice(0, head.indexOf('Bcc:'));
  expect(mail.raw).toEqual(Buffer.concat([Buffer.from(`${kept}Subject: x\r\n`), body]));
});
