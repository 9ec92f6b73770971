import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test as base } from './temp-folder.ts';

export { expect } from '@playwright/test';

const SCRIPT = fileURLToPath(new URL('./lease-taker.mjs', import.meta.url));

/** A process that takes leases in a folder. */
export interface LeaseTaker {
  readonly process: ChildProcess;
  /** What it tells next. */
  told(): Promise<unknown>;
}

/** Tests with processes that take leases; those that still run end with the test. */
export const test = base.extend<{ startTaker: (...args: string[]) => LeaseTaker }>({
  startTaker: async ({ folder }, use) => {
    const started: ChildProcess[] = [];
    await use((...args) => {
      const child = fork(SCRIPT, [folder, ...args]);
      started.push(child);
      return { process: child, told: () => nextMessage(child) };
    });
    for (const child of started) child.kill('SIGKILL');
  },
});

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process ended with ${code} and told nothing.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

/** Kills a process without warning, and waits until the system has let go of it. */
export async function kill({ process: child }: LeaseTaker): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
