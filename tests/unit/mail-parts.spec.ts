import { expect, test } from '@playwright/test';
import type { Message } from '../../src/message/message.ts';
import { readMailFiles } from '../../src/message/mail-files.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { readMail, readRaw } from '../support/mail.ts';

const HEAD = 'From: Acme <no-reply@acme.example>\r\nSubject: Your code is 482913\r\nMIME-Version: 1.0\r\n';
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary="b b"\r\n\r\n`;

function repeat(count: number, piece: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join('');
}

const MANY: Readonly<Record<string, string>> = {
  texts: `${MIXED}${repeat(3000, (index) => `--b b\r\nContent-Type: text/plain\r\n\r\n${index}\r\n`)}--b b--\r\n`,
  'parts without headers': `${MIXED}${repeat(3000, () => '--b b\r\n\r\n')}--b b--\r\n`,
  attachments: `${MIXED}${repeat(3000, (index) => `--b b\r\nContent-Disposition: attachment; filename=a${index}\r\n\r\nQ\r\n`)}`,
  'parts in parts': `${MIXED}${repeat(3000, (index) => `--${index === 0 ? 'b b' : `b${index}`}\r\nContent-Type: multipart/mixed; boundary=b${index + 1}\r\n\r\n`)}x`,
  'parts of parts': `${MIXED}${repeat(100, (index) => `--b b\r\nContent-Type: multipart/mixed; BOUNDARY=c${index}\r\n\r\n${repeat(30, () => `--c${index}\r\nX: y\r\n\r\n1\r\n`)}`)}`,
};

for (const [name, raw] of Object.entries(MANY))
  test(`a mail of 3000 ${name} is not parsed, and says so`, async () => {
    await readRaw(MANY['texts']!); // warm up
    let message: Message | undefined;
    expect(await cpuTime(async () => (message = await readRaw(raw)))).toBeLessThan(40);
    expect(message).toMatchObject({ subject: 'Your code is 482913', text: '' });
    expect(message?.unreadable).toMatch(/^it has more than 500 parts/);
    expect(await readMailFiles(Buffer.from(raw))).toEqual([]);
  });

test('a mail of 400 attachments is read', async () => {
  const attachments = Array.from({ length: 400 }, (_, index) => ({ filename: `${index}.txt`, content: 'x' }));
  const message = await readMail({ text: 'Your code is 482913', attachments });
  expect(message.unreadable).toBeUndefined();
  expect(message.text.trim()).toBe('Your code is 482913');
});

test('lines of a text that look like boundaries are not parts', async () => {
  const lines = repeat(3000, (index) => `--b b ${index}\r\n--\r\n--x\r\n`);
  const message = await readRaw(`${MIXED}--b b\r\nContent-Type: text/plain\r\n\r\n${lines}\r\n--b b--\r\n`);
  expect(message.unreadable).toBeUndefined();
  expect(message.text).toContain('--b b 2999');
});
