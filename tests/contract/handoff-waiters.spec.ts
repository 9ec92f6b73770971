import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Handoffs } from '../../src/sink/handoffs.ts';
import { PushServer } from '../../src/sink/push.ts';
import { MessageStore } from '../../src/sink/store.ts';
import { Unsent } from '../../src/sink/unsent.ts';
import { PushClient } from '../support/push-client.ts';
import { expect, test } from '../support/sink-test.ts';

const REQUEST = {
  asks: 'code',
  persona: 'dave',
  requestedBy: '"signs in" in worker 0',
  title: '6-digit code by SMS',
  label: 'Enter the code',
  origin: 'https://portal.example',
  expiresAt: Date.now() + 300_000,
};

/** Starts a stream whose handoffs the test sees. */
async function startStream(handoffs: Handoffs): Promise<Server> {
  const push = new PushServer(new MessageStore(), handoffs, new Unsent(), () => '');
  const server = createServer().on('upgrade', (request, socket, head) => push.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a client that is gone no longer waits for the answer of a person', async ({ closing }) => {
  const handoffs = new Handoffs();
  const server = closing(await startStream(handoffs));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { id, path } = handoffs.open(REQUEST);
  const clients = Array.from({ length: 3 }, () => closing(new PushClient(url)));
  for (const client of clients) {
    await client.answer();
    for (let ref = 0; ref < 20; ref++) client.socket.send(JSON.stringify({ op: 'answer', ref, id }));
  }
  await expect.poll(() => handoffs.waiters).toBe(60);
  clients[0]?.close();
  clients[1]?.close();
  await expect.poll(() => handoffs.waiters).toBe(20);
  expect(handoffs.answer(path.slice('/handoff/'.length), { code: '012345' })).toBe(true);
  expect(await clients[2]?.answer()).toMatchObject({ answer: { code: '012345' } });
  await expect.poll(() => handoffs.waiters).toBe(0);
});
