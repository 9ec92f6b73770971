import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Sink } from '../../src/sink/sink.ts';
import { UnfinishedMails } from '../../src/sink/unfinished-mails.ts';
import { ALICE, api, expect, test } from '../support/sink-test.ts';

const SIZE = 100_000;

/** Begins a request with a body, and sends a part of it. */
async function begin(sink: Sink, path: string, announced: number, sent: number): Promise<Socket> {
  const socket = connect(sink.httpPort, '127.0.0.1');
  await once(socket, 'connect');
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: message/rfc822\r\nContent-Length: ${announced}\r\n\r\n`;
  socket.write(head + 'x'.repeat(sent));
  return socket;
}

async function sendMail(sink: Sink): Promise<number> {
  const body = `Subject: Code\r\n\r\n${'x'.repeat(SIZE / 2)}`;
  const init = { method: 'POST', headers: { 'content-type': 'message/rfc822' }, body };
  return (await api(sink, `/inbound/mail?to=${ALICE}&from=a@acme.example`, init)).status;
}

test.describe('with a store of 100,000 bytes', () => {
  test.use({ sinkOptions: { maxBytes: SIZE, maxSize: SIZE, bodyTimeout: 60_000 } });

  test('a body that stops makes room for others', async ({ closing, sink }) => {
    const idle = await begin(sink, `/inbound/mail?to=${ALICE}`, SIZE, SIZE - 1000);
    closing({ close: () => idle.destroy() });
    await expect.poll(() => sink.store.unfinished.bytes).toBeGreaterThan(SIZE / 2);
    await expect.poll(() => sendMail(sink), { timeout: 10_000 }).toBe(200);
    expect(sink.store.unfinished.bytes).toBe(0);
  });
});

test.describe('with a time limit of 200 ms', () => {
  test.use({ sinkOptions: { bodyTimeout: 200 } });

  for (const [path, announced] of [
    ['/inbound/mail', SIZE],
    ['/emails', SIZE],
    ['/sms', 1000],
  ] as const)
    test(`a body for ${path} that stops is answered with 408`, async ({ sink }) => {
      const answer = await text(await begin(sink, path, announced, 500));
      expect(answer).toMatch(/^HTTP\/1\.1 408 .*\r\n\r\n\{"error":"The body of the request stopped\./s);
      await expect.poll(() => sink.store.unfinished.bytes).toBe(0);
    });

  test('a request whose answer takes longer is not ended, and neither is a wait', async ({ sink }) => {
    const faults = { faults: [{ fault: 'slow', ms: 600 }] };
    await api(sink, `/api/faults?to=${ALICE}`, { method: 'PUT', body: JSON.stringify(faults) });
    expect(await sendMail(sink)).toBe(200);
    expect((await api(sink, `/api/wait/code?to=${ALICE}&timeout=600`)).status).toBe(408);
  });
});

test('of mails that are too large together, the one that is idle for longest is dropped, else the one that grew', () => {
  let now = 0;
  const mails = new UnfinishedMails(100, () => now);
  const [one, two, three] = [mails.begin(), mails.begin(), mails.begin()];
  one.add(Buffer.alloc(40));
  two.add(Buffer.alloc(40));
  now = 999;
  three.add(Buffer.alloc(40));
  expect([one, two, three].map(({ isDropped }) => isDropped)).toEqual([false, false, true]);
  const four = mails.begin();
  two.add(Buffer.alloc(1));
  now = 1000;
  four.add(Buffer.alloc(40));
  expect([one, two, four].map(({ isDropped }) => isDropped)).toEqual([true, false, false]);
  expect(mails.bytes).toBe(81);
});
