import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ALICE, expect, test } from '../support/sink-test.ts';

const MEGABYTE = 1024 * 1024;
/** Maximum size of the buffers of sockets and of the parser, in bytes. */
const TOLERANCE = 8 * MEGABYTE;

/** Returns the size of all live buffers, in bytes. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

test('a mail over the limit is not kept in memory, not even while it arrives', async ({ openSmtp, sink }) => {
  const piece = Buffer.alloc(MEGABYTE, `${'x'.repeat(1022)}\r\n`);
  const client = await openSmtp();
  await client.startMail(ALICE);
  const before = heldBytes();
  for (let sent = 0; sent < 60; sent++) if (!client.socket.write(piece)) await once(client.socket, 'drain');
  await expect.poll(() => heldBytes() - before, 'while it arrives').toBeLessThan(TOLERANCE);
  expect(await client.command('.')).toMatch(/^552 .*limit of 26214400 bytes/);
  await expect.poll(() => heldBytes() - before, 'after it was refused').toBeLessThan(TOLERANCE);
  expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
});

test('deleted and evicted messages free their memory', async ({ startSink }) => {
  const { store } = await startSink({ maxMessages: 20 });
  const mail = Buffer.alloc(MEGABYTE / 2, 'x');
  const fill = (): void => {
    for (let count = 0; count < 20; count++) store.add('email', '', [ALICE], [mail]);
  };
  fill();
  const before = heldBytes();
  for (let turn = 0; turn < 5; turn++) fill();
  store.delete([...store.since(0)]);
  fill();
  expect(heldBytes() - before).toBeLessThan(TOLERANCE);
});
