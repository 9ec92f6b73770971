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
  /** What it tells next. */
  told(): Promise<unknown>;
}

interface LedgerFixtures {
  driver: Driver;
  /** A folder, or the address of a Redis. */
  place: string;
  open: () => Promise<Ledger>;
  startProcess: (work: string, ...args: (string | number)[]) => LedgerProcess;
}

/** Tests with a ledger of their own; processes that still run end with the test. */
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

  place: async ({ driver, folder, redis }, use) => {
    if (driver === 'file') return await use(join(folder, 'ledger'));
    base.skip(!redis, WITHOUT_REDIS);
    await use(redis?.url(randomUUID()) ?? '');
  },

  open: async ({ driver, place, folder }, use) => {
    const opened: Ledger[] = [];
    await use(async () => {
      const ledger = await openLedger(driver === 'redis' ? { url: place, folder } : { folder: place });
      opened.push(ledger);
      return ledger;
    });
    await Promise.all(opened.map((ledger) => ledger.close()));
  },

  startProcess: async ({ place, folder }, use) => {
    const started: ChildProcess[] = [];
    await use((work, ...args) => {
      const child = fork(SCRIPT, [place, folder, work, ...args.map(String)]);
      started.push(child);
      return { process: child, told: () => nextMessage(child) };
    });
    for (const child of started) child.kill('SIGKILL');
  },
});

/** Lets processes that are ready go all at once, and gives what each of them tells at its end. */
export async function goAll(processes: readonly LedgerProcess[]): Promise<unknown[]> {
  await Promise.all(processes.map((one) => one.told()));
  const results = Promise.all(processes.map((one) => one.told()));
  for (const { process: child } of processes) child.send('go');
  return await results;
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process ended with ${code} and told nothing.`);
  });
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}

/** Kills a process without warning, and waits until the system has let go of it. */
export async function kill({ process: child }: LedgerProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
