import { expect, test } from '@playwright/test';
import { findCode } from '../../src/codes/find-code.ts';
import { readRaw } from '../support/mail.ts';

test.describe('a mail whose headers name no charset', () => {
  for (const [meta, body, text] of [
    ['<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', [0xca, 0xee, 0xe4], 'Код'],
    ['<meta charset="iso-8859-9">', [0xde, 0x69, 0x66, 0x72, 0x65], 'Şifre'],
    ['<meta charset=shift_jis>', [0x83, 0x52, 0x81, 0x5b, 0x83, 0x68], 'コード'],
    [
      '<meta charset="iso-2022-jp">',
      [0x1b, 0x24, 0x42, 0x25, 0x33, 0x21, 0x3c, 0x25, 0x49, 0x1b, 0x28, 0x42],
      'コード',
    ],
    ['<meta charset="utf-16">', [...Buffer.from('Kód')], 'Kód'],
    ['<meta charset="x-unheard-of">', [0x4b, 0xf3, 0x64], 'Kód'],
    ['', [0x4b, 0xf3, 0x64], 'Kód'],
  ] as const) {
    test(`is read by what its HTML says: ${meta || 'nothing'}`, async () => {
      const head = `From: a@acme.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n<head>${meta}</head><p>`;
      const message = await readRaw(Buffer.concat([Buffer.from(head), Buffer.from(body), Buffer.from(': 482913</p>')]));
      expect(message.text).toBe(`${text}: 482913`);
      expect(findCode(message)).toBe('482913');
    });
  }
});

test('Base64 with padding inside is read to its end', async () => {
  const pieces = ['Hello.\n', 'Your code is 482913.\n', 'Bye'].map((piece) => Buffer.from(piece).toString('base64'));
  for (const separator of ['', '\r\n']) {
    const head =
      'From: a@acme.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64';
    const { text } = await readRaw(`${head}\r\n\r\n${pieces.join(separator)}\r\n`);
    expect(text).toBe('Hello.\nYour code is 482913.\nBye');
  }
});
