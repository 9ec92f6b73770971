import { openPersona } from '../../src/project/open-persona.ts';
import type { Persona } from '../../src/persona/persona.ts';
import { SHORT_WAIT } from '../support/inbox-test.ts';
import { randomUUID } from 'node:crypto';
import { ALICE, expect, sendCode, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';
import { HAS_REDIS, RedisServer, WITHOUT_REDIS } from '../support/redis-server.ts';
import { withTempFolder } from '../support/temp-folder.ts';
import { join } from 'node:path';

// Two workers, or two machines, with the same stored persona at the same time.
const test = base.extend<{ open: (ledger?: string) => Promise<Persona>; shared: string }>({
  shared: async ({}, use) => await withTempFolder(use),
  open: async ({ sink, closing, shared }, use) => {
    await use(async (ledger) => {
      // With a Redis, they share nothing else.
      const folder = ledger === undefined ? shared : join(shared, randomUUID());
      const options = { folder, sinkUrl: sink.url, personas: { alice: { email: ALICE } } };
      return closing(await openPersona('alice', ledger === undefined ? options : { ...options, ledger }));
    });
  },
});

async function takeTurns(one: Persona, other: Persona, send: (code: string) => Promise<void>): Promise<void> {
  await send('111111');
  const waits = [one, other].map((persona) => persona.inbox.waitForCode({ timeout: 5000 }));
  expect(await Promise.race(waits)).toBe('111111');
  await send('222222');
  expect((await Promise.all(waits)).toSorted()).toEqual(['111111', '222222']);
  await expectThrown(() => one.inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', 'already claimed by');
}

test('each message goes to one of two workers at one mailbox', async ({ open, sink }) => {
  await takeTurns(await open(), await open(), (code) => sendCode(sink, code));
});

test('each message goes to one of two machines at one mailbox that share a Redis', async ({ open, sink }) => {
  test.skip(!HAS_REDIS, WITHOUT_REDIS);
  const server = await RedisServer.start();
  try {
    const [one, other] = [await open(server.url()), await open(server.url())];
    await takeTurns(one, other, (code) => sendCode(sink, code));
    await Promise.all([one.close(), other.close()]);
  } finally {
    await server.stop();
  }
});

test('the report of a timeout names the owner of a claimed message', async ({ open, sink }) => {
  const [one, other] = [await open(), await open()];
  await sendCode(sink, '111111');
  expect(await one.inbox.waitForCode()).toBe('111111');
  const miss = `already claimed by another job (process ${process.pid}`;
  await expectThrown(() => other.inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', miss);
});

test('a message that is only peeked at stays for others', async ({ open, sink }) => {
  const [one, other] = [await open(), await open()];
  await sendCode(sink, '111111');
  expect((await one.inbox.peekMessage()).text).toContain('111111');
  expect(await other.inbox.waitForCode()).toBe('111111');
});
