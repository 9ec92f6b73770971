import { EventEmitter, once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Sink } from '../../src/sink/sink.ts';
import { MessageStore } from '../../src/sink/store.ts';
import { Unsent } from '../../src/sink/unsent.ts';
import { ALICE, BOB, START, api, expect, sendMail, test } from '../support/sink-test.ts';

const MEGABYTE = 1024 * 1024;

/** Returns the memory of all live texts and objects, in bytes. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Posts an SMS as a form. */
async function postForm(sink: Sink, form: string): Promise<void> {
  await api(sink, '/sms', { method: 'POST', body: form });
}

/** A connection of a client that has not read some bytes. */
class SlowClient extends EventEmitter {
  readonly writableLength: number;
  isDestroyed = false;

  constructor(writableLength: number) {
    super();
    this.writableLength = writableLength;
  }

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

test('the recipients of a mail count for the size of the store, also if they are short', () => {
  const store = new MessageStore({ maxBytes: MEGABYTE });
  const before = heapBytes();
  for (let count = 0; count < 2000; count++) {
    const to = Array.from({ length: 100 }, (_, index) => `${count}.${index}@a.test`);
    store.add('email', '', to, [Buffer.from('x')]);
  }
  expect(heapBytes() - before).toBeLessThan(3 * MEGABYTE);
  expect(store.size.bytes).toBeLessThanOrEqual(MEGABYTE);
});

test('the recipients of evicted mails are remembered up to a size', () => {
  const store = new MessageStore({ maxMessages: 1 });
  const before = heapBytes();
  for (let count = 0; count < 1000; count++) store.add('email', '', ['x'.repeat(50_000) + count], [Buffer.from('x')]);
  expect(heapBytes() - before).toBeLessThan(3 * MEGABYTE);
  store.add('email', '', [ALICE], []);
  store.add('email', '', [BOB], []);
  expect(store.evictedSince(START, ALICE)).toBe(1);
  expect(store.mark().evicted).toBe(1001);
});

test('a long reason of a refusal is shortened, and does not keep the request', () => {
  const store = new MessageStore();
  const before = heapBytes();
  for (let count = 0; count < 1000; count++) store.refused(`${count} ${'x'.repeat(60_000)}`.slice(0, 55_000));
  expect(heapBytes() - before).toBeLessThan(3 * MEGABYTE);
  expect(store.refusalsSince(START).at(-1)).toMatch(/^999 x{900,} …$/);
});

test('a number in a form does not keep the rest of the form in memory', async ({ sink }) => {
  const form = (count: number): string =>
    `to=%2B12025550143&from=%2B1202555${1e6 + count}&body=1&x=${'y'.repeat(60_000)}`;
  await postForm(sink, form(0));
  const before = heapBytes();
  for (let count = 0; count < 300; count++) await postForm(sink, form(count));
  expect(sink.store.size.messages).toBe(301);
  expect(heapBytes() - before).toBeLessThan(6 * MEGABYTE);
});

test('recipients that mails have named so far are limited in size, and others get through', async ({
  sink,
  closing,
}) => {
  const line = (count: number): string => `RCPT TO:<${count}@a.test> ORCPT=rfc822;${'x'.repeat(15_000)}\r\n`;
  const before = heapBytes();
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(sink.smtpPort, '127.0.0.1');
      closing({ close: () => socket.destroy() });
      await once(socket, 'data');
      socket.write('EHLO x\r\nMAIL FROM:<a@a.test>\r\n');
      for (let count = 0; count < 200; count++) socket.write(line(count));
      socket.write('NOOP\r\n');
      let replies = '';
      for await (const chunk of socket.iterator({ destroyOnReturn: false }))
        if ((replies += String(chunk)).includes('250 OK\r\n')) break;
      return socket;
    }),
  );
  expect(sockets).toHaveLength(20);
  expect(heapBytes() - before).toBeLessThan(12 * MEGABYTE);
  await sendMail(sink, { to: BOB });
  expect([...sink.store.since(0)].at(-1)?.envelope.to).toEqual([BOB]);
});

test('a client of the stream that does not read takes no memory, holds up nobody, and gets everything later', async ({
  sink,
  openStream,
}) => {
  const piece = Buffer.concat([Buffer.from('Subject: Stored\r\n\r\n'), Buffer.alloc(MEGABYTE, 'x')]);
  for (let count = 0; count < 50; count++) sink.store.add('email', '', [ALICE], [piece]);
  const before = process.memoryUsage().arrayBuffers;
  const reader = await openStream();
  await reader.ask({ op: 'watch', ref: 1, kind: 'email', to: BOB });
  const idle = await Promise.all(Array.from({ length: 20 }, () => openStream()));
  for (const { socket } of idle) {
    socket.pause();
    socket.send(JSON.stringify({ op: 'watch-all', ref: 1, since: 0 }));
  }
  // The answer comes after what the sink has sent to the others.
  expect(await reader.ask({ op: 'watch', ref: 2, kind: 'email', to: 'carol@example.test' })).toHaveProperty('mark');
  sink.store.add('email', '', [BOB], [Buffer.from('Subject: For Bob\r\n\r\nx')]);
  expect(await reader.subjects(1)).toEqual(['For Bob']);
  expect((process.memoryUsage().arrayBuffers - before) / MEGABYTE).toBeLessThan(150);
  const [first, second] = idle;
  first!.socket.resume();
  second!.socket.resume();
  const everything = [...Array<string>(50).fill('Stored'), 'For Bob'];
  expect(await first!.subjects(51)).toEqual(everything);
  expect(await second!.subjects(51)).toEqual(everything);
});

test('a client of the stream that does not read its answers is not asked for more', async ({ sink, openStream }) => {
  for (let count = 0; count < 10; count++)
    sink.store.add('sms', '', [`+1${'2'.repeat(900)}${count}`], [Buffer.from('1')]);
  const client = await openStream();
  const other = await openStream();
  client.socket.pause();
  const request = { op: 'sightings', kind: 'sms', to: 'x', mark: START };
  for (let ref = 0; ref < 5000; ref++) client.socket.send(JSON.stringify({ ...request, ref }));
  expect(await other.ask({ op: 'watch', ref: 1, kind: 'email', to: BOB })).toHaveProperty('mark');
  client.socket.resume();
  const refs: number[] = [];
  while (refs.length < 5000) refs.push(((await client.answer()) as { ref: number }).ref);
  expect(refs).toEqual(Array.from({ length: 5000 }, (_, ref) => ref));
});

test('a client of the stream watches a limited number of addresses', async ({ openStream }) => {
  const client = await openStream();
  expect(await client.ask({ op: 'watch', ref: 1, kind: 'email', to: 'x'.repeat(5000) })).toEqual({
    ref: 1,
    error: 'Error: `to` must be a text of up to 1000 characters.',
  });
  for (let ref = 0; ref < 20_000; ref++)
    client.socket.send(JSON.stringify({ op: 'watch', ref, kind: 'email', to: `${ref}@a.test` }));
  const answers: object[] = [];
  while (answers.length < 20_000) answers.push(await client.answer());
  expect(answers.filter((answer) => !('mark' in answer))).toEqual([]);
  expect(await client.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE })).toMatchObject({
    error: 'Error: 20000 addresses are watched already.',
  });
  await client.ask({ op: 'unwatch', ref: 2, kind: 'email', to: '1@a.test' });
  expect(await client.ask({ op: 'watch', ref: 3, kind: 'email', to: ALICE })).toHaveProperty('mark');
});

test('a client of the stream waits for a limited number of things', async ({ openStream }) => {
  const client = await openStream();
  const wait = { op: 'settled', kind: 'email', to: ALICE, quiet: 60_000 };
  for (let ref = 0; ref < 1000; ref++) client.socket.send(JSON.stringify({ ...wait, ref }));
  expect(await client.ask({ ...wait, ref: 1000 })).toEqual({
    ref: 1000,
    error: 'Error: 1000 requests of this client wait already.',
  });
});

test('when clients read too slowly, those with the most to read are disconnected', () => {
  const clients = [10, 60, 50, 20].map((writableLength) => new SlowClient(writableLength));
  const unsent = new Unsent(100);
  for (const client of clients) unsent.watch(client as unknown as Socket);
  unsent.limit();
  expect(clients.map(({ isDestroyed }) => isDestroyed)).toEqual([false, true, false, false]);
  unsent.limit();
  expect(clients.filter(({ isDestroyed }) => isDestroyed)).toHaveLength(1);
});

test('bodies that never end are cut off, the oldest first, and others get through', async ({ sink, closing }) => {
  const sockets = await Promise.all(
    Array.from({ length: 600 }, async () => {
      const socket = connect(sink.httpPort, '127.0.0.1');
      socket.on('error', () => undefined);
      closing({ close: () => socket.destroy() });
      await once(socket, 'connect');
      socket.resume();
      socket.write('POST /sms HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 65000\r\n\r\n{');
      return socket;
    }),
  );
  await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(80);
  await postForm(sink, 'to=%2B12025550143&body=1');
  expect(sink.store.size.messages).toBe(1);
  expect(sockets.at(-1)?.destroyed).toBe(false);
});
