import { expect, test } from '@playwright/test';
import { inOrder } from '../../src/inbox/message-order.ts';
import { isFrom, isVerifiedFor } from '../../src/waiting/sender.ts';
import type { SourceArrival } from '../../src/sources/source.ts';
import { readRaw, readSms } from '../support/mail.ts';
import type { Message } from '../../src/message/message.ts';

const ORIGIN = 'https://app.acme.example';

async function mail(from: string, ...results: string[]): Promise<Message> {
  const headers = results.map((result) => `Authentication-Results: ${result}\r\n`).join('');
  return await readRaw(
    `${headers}From: Acme <${from}>\r\nTo: a@b.example\r\nSubject: x\r\n\r\nYour code is 123456\r\n`,
  );
}

for (const [wanted, isMatch] of Object.entries({
  'no-reply@acme.example': true,
  'No-Reply@ACME.example': true,
  'acme.example': true,
  '@acme.example': true,
  'reply@acme.example': false,
  'cme.example': false,
  example: false,
  'no-reply': false,
  'mail.acme.example': false,
})) {
  test(`"${wanted}" is ${isMatch ? '' : 'not '}the sender no-reply@acme.example`, async () => {
    expect(isFrom(await mail('no-reply@acme.example'), wanted)).toBe(isMatch);
    expect(isFrom(await mail('no-reply@acme.example.evil'), wanted)).toBe(false);
  });
}

test('the sender of an SMS is its number or its name', async () => {
  expect(isFrom(await readSms('Hi', '+1 202 555 0100'), '+12025550100')).toBe(true);
  expect(isFrom(await readSms('Hi', 'ACME'), 'acme')).toBe(true);
  expect(isFrom(await readSms('Hi', 'ACME2'), 'acme')).toBe(false);
});

for (const [what, isVerified, from, ...results] of [
  ['by DMARC', true, 'no-reply@acme.example', 'mx.b.example; spf=none; dmarc=pass header.from=acme.example'],
  ['by DMARC, folded', true, 'no-reply@mail.acme.example', 'mx.b.example;\r\n spf=none;\r\n dmarc=pass'],
  ['by a signature', true, 'no-reply@acme.example', 'mx.b.example; dkim=pass header.d=acme.example header.s=k1'],
  [
    'by the signature of somebody else',
    false,
    'no-reply@acme.example',
    'mx.b.example; dkim=pass header.d=evil.example',
  ],
  ['as another site', false, 'no-reply@evil.example', 'mx.b.example; dmarc=pass'],
  [
    'by a result that failed',
    false,
    'no-reply@acme.example',
    'mx.b.example; dkim=pass header.d=acme.example; dmarc=fail',
  ],
  ['by a header of the sender', false, 'no-reply@acme.example', 'mx.b.example; dmarc=fail', 'acme.example; dmarc=pass'],
  ['by no result', false, 'no-reply@acme.example'],
] as const) {
  test(`a sender is ${isVerified ? '' : 'not '}verified ${what}`, async () => {
    expect(isVerifiedFor(await mail(from, ...results), ORIGIN)).toBe(isVerified);
  });
}

test('for a site, its own verified messages are tried before newer ones', async () => {
  const own = await mail('no-reply@acme.example', 'mx.b.example; dmarc=pass');
  const forged = await mail('no-reply@acme.example', 'mx.b.example; dmarc=fail');
  const newestFirst = [forged, own].map((message) => ({ message: () => Promise.resolve(message) }) as SourceArrival);
  const order = async (origin?: string): Promise<Message[]> => {
    const messages: Message[] = [];
    for await (const { message } of inOrder(newestFirst, origin)) messages.push(message);
    return messages;
  };
  expect(await order()).toEqual([forged, own]);
  expect(await order('https://other.example')).toEqual([forged, own]);
  expect(await order(ORIGIN)).toEqual([own, forged]);
});
