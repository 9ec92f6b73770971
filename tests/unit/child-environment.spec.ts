import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { withTwoFactor } from 'playwright-2fa';
import { childEnvironment } from '../../src/core/child-environment.ts';

const SECRETS = [
  'PLAYWRIGHT_2FA_KEY',
  'PLAYWRIGHT_2FA_KEY_FILE',
  'PLAYWRIGHT_2FA_HUMAN_SECRET',
  'PLAYWRIGHT_2FA_LEDGER',
  'PERSONA_ALICE_PASSWORD',
  'PERSONA_ALICE_TOTP',
  'MAILOSAUR_API_KEY',
  'DATABASE_URL',
  'GIT_DIR',
];

/** Starts a process, and returns the names of the variables that it gets. */
function namesIn(env: NodeJS.ProcessEnv): string[] {
  const code = 'console.log(JSON.stringify(Object.keys(process.env)))';
  return JSON.parse(execFileSync(process.execPath, ['-e', code], { env, encoding: 'utf8' })) as string[];
}

/** Runs `work` while the environment of this process has variables. */
function withVariables<T>(names: readonly string[], work: () => T): T {
  const before = { ...process.env };
  try {
    for (const name of names) process.env[name] = 'x';
    return work();
  } finally {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

test('a child process gets what programs need, and no secret', () => {
  const env = { PATH: process.env['PATH'], HOME: '/home/alice', LC_ALL: 'C', FOO: '1', UNSET: undefined };
  const secrets = Object.fromEntries(SECRETS.map((name) => [name, 'x']));
  expect(namesIn(childEnvironment({ ...env, ...secrets }, ['FOO'])).toSorted()).toEqual([
    'FOO',
    'HOME',
    'LC_ALL',
    'PATH',
  ]);
});

test('the sink gets its own secrets, and no others', () => {
  const own = ['PLAYWRIGHT_2FA_SINK_TOKEN', 'TWILIO_AUTH_TOKEN', 'PLAYWRIGHT_2FA_WEBHOOK_SECRET'];
  withVariables([...SECRETS, ...own], () => {
    const [sink] = [withTwoFactor({}).webServer ?? []].flat();
    const names = namesIn({ ...process.env, ...sink?.env }); // as Playwright starts it
    expect(names).toEqual(expect.arrayContaining(['PATH', ...own]));
    expect(names.filter((name) => SECRETS.includes(name))).toEqual([]);
  });
});
