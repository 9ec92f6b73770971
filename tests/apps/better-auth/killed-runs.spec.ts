import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { expect } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from '../../support/chromium-flags.ts';
import { FULL } from '../../support/full.ts';
import { ALICE_KEY } from '../../support/vault-test.ts';

const SCRIPT = fileURLToPath(new URL('../../support/life-process.mjs', import.meta.url));
/** Number of runs of each kind that are killed. The full number is tested with `PLAYWRIGHT_2FA_FULL=1`. */
const KILLS = FULL ? 100 : 1;
/** Latest moment of a kill after the persona begins to change its account, in milliseconds. */
const LATEST = 4000;

type Work = 'sign up' | 'enroll' | 'change the password' | 'sign in';

interface Result {
  readonly signedInAs?: string;
  readonly code?: string;
  readonly reason?: string;
}

interface Life {
  readonly email: string;
  /** Runs a job to its end. */
  run(work: Work): Promise<Result>;
  /** Runs a job, and kills it at a random moment after its beginning. */
  runAndKill(work: Work): Promise<void>;
}

const test = base.extend<{ live: () => Promise<Life> }>({
  live: async ({ baseURL }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'playwright-2fa-life-'));
    await writeFile(join(folder, '.env'), `PLAYWRIGHT_2FA_KEY=${ALICE_KEY.identity}\n`);
    const started: ChildProcess[] = [];
    await use(async () => {
      const name = `buyer-${randomUUID().slice(0, 8)}`;
      const email = `${name}@acme.test`;
      const start = (work: Work): ChildProcess => {
        const browser = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
        const sinkUrl = process.env['PLAYWRIGHT_2FA_SINK_URL'];
        const task = { folder, sinkUrl, site: baseURL, name, email, work, browser, flags: CHROMIUM_FLAGS };
        // A group of its own, so that its browser is killed with it.
        const job = fork(SCRIPT, [JSON.stringify(task)], {
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          detached: true,
        });
        started.push(job);
        return job;
      };
      return {
        email,
        async run(work) {
          const job = start(work);
          let result: Result = {};
          job.on('message', (message) => void (typeof message === 'object' && (result = message as Result)));
          await once(job, 'exit');
          return result;
        },
        async runAndKill(work) {
          const job = start(work);
          const ended = once(job, 'exit');
          await Promise.race([once(job, 'message'), ended]);
          await Promise.race([sleep(Math.random() * LATEST), ended]); // The moment of the kill is the subject of the test.
          kill(job);
          await ended;
        },
      };
    });
    for (const job of started) kill(job);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});

function kill({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

test.setTimeout(FULL ? 7_200_000 : 300_000);

test('a persona lives on in other processes, from the vault alone', async ({ live }) => {
  const buyer = await live();
  const signedIn = { signedInAs: `Signed in as ${buyer.email}` };
  expect(await buyer.run('sign up')).toEqual(signedIn);
  expect(await buyer.run('enroll')).not.toHaveProperty('code');
  expect(await buyer.run('change the password')).not.toHaveProperty('code');
  expect(await buyer.run('sign in')).toEqual(signedIn);
});

test('a persona can sign in after runs that were killed at any moment of a change', async ({ live }) => {
  const buyer = await live();
  const signedIn = { signedInAs: `Signed in as ${buyer.email}` };
  expect(await buyer.run('sign up')).toEqual(signedIn);
  for (let count = 0; count < KILLS; count++) {
    for (const work of ['change the password', 'enroll'] as const) {
      await buyer.runAndKill(work);
      expect(await buyer.run('sign in'), `${work}, kill ${count + 1}`).toEqual(signedIn);
    }
  }
});

test('a persona can sign in or sign up after a sign-up that was killed at any moment', async ({ live }) => {
  for (let count = 0; count < KILLS; count++) {
    const buyer = await live();
    const signedIn = { signedInAs: `Signed in as ${buyer.email}` };
    await buyer.runAndKill('sign up');
    const first = await buyer.run('sign in');
    // The site had not got the form.
    if (first.signedInAs === undefined) expect(await buyer.run('sign up'), JSON.stringify(first)).toEqual(signedIn);
    else expect(first).toEqual(signedIn);
  }
});
