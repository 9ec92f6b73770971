import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { HAS_REDIS, RedisServer, WITHOUT_REDIS } from './redis-server.ts';
import { test as base } from './temp-folder.ts';

export { expect } from '@playwright/test';

export type Driver = 'file' | 'redis';
export const DRIVERS: readonly Driver[] = ['file', 'redis'];

const SCRIPT = fileURLToPath(new URL('./ledger-process.mjs', import.meta.url));

/** A process that uses the ledger of a test. */
export interface LedgerProcess {
  readonly process: ChildProcess;
  /** Waits for its next message. */
  nextMessage(): Promise<unknown>;
}

interface LedgerFixtures {
  driver: Driver;
  /** A folder, or the URL of a Redis server. */
  address: string;
  open: () => Promise<Ledger>;
  startProcess: (work: string, ...args: (string | number)[]) => LedgerProcess;
}

/** Tests with their own ledger. Processes that still run are killed at the end of the test. */
export const test = base.extend<LedgerFixtures, { redis: RedisServer | undefined }>({
  driver: ['file', { option: true }],

  redis: [
    async ({}, use) => {
      const server = HAS_REDIS ? await RedisServer.start() : undefined;
      await use(server);
      await server?.stop();
    },
    { scope: 'worker' },
  ],

  address: async ({ driver, folder, redis }, use) => {
    if (driver === 'file') return await use(join(folder, 'ledger'));
    base.skip(!redis, WITHOUT_REDIS);
    await use(redis?.url(randomUUID()) ?? '');
  },

  open: async ({ driver, address, folder }, use) => {
    const opened: Ledger[] = [];
    await use(async () => {
      const ledger = await openLedger(driver === 'redis' ? { url: address, folder } : { folder: address });
      opened.push(ledger);
      return ledger;
    });
    await Promise.all(opened.map((ledger) => ledger.close()));
  },

  startProcess: async ({ address, folder }, use) => {
    const started: ChildProcess[] = [];
    await use((work, ...args) => {
      const child = fork(SCRIPT, [address, folder, work, ...args.map(String)]);
      started.push(child);
      return { process: child, nextMessage: () => nextMessage(child) };
    });
    for (const child of started) child.kill('SIGKILL');
  },
});

/** Starts the work of all processes at once, when all are ready. Returns the last message of each. */
export async function goAll(processes: readonly LedgerProcess[]): Promise<unknown[]> {
  await Promise.all(processes.map((child) => child.nextMessage()));
  const results = Promise.all(processes.map((child) => child.nextMessage()));
  for (const { process: child } of processes) child.send('go');
  return await results;
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  // A process may exit before its last message is read. It disconnects after that.
  const ended = once(child, 'disconnect').then(() => {
    throw new Error(`The process ended with ${child.exitCode} and sent no message.`);
  });
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}

/** Kills a process with SIGKILL, and waits until it is gone. */
export async function kill({ process: child }: LedgerProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
