import { startSink } from '../../src/sink/sink.ts';
import { configFile, expect, test } from '../support/run-playwright.ts';

const SINK = process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? '';
const SEND = `const send = (to: string, body: string) => fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/sms', { method: 'POST', body: JSON.stringify({ to, from: 'ACME', body }) });`;

test('all problems of a persona are reported at once, with a suggested name', async ({ runPlaywright }) => {
  const { failed, output } = await runPlaywright({
    'playwright.config.ts': configFile(
      '{ use }',
      `{ sinkUrl: '${SINK}', personas: { alice: { email: 'a@b.test', totp: '123456' }, bob: { email: 'b@b.test', totp: 'otpauth://totp/x?secret=&digits=9' } } }`,
    ),
    '.env': 'PERSONA_CAROL_EMAIL=carol@b.test\nPERSONA_CAROL_PASSWORD=\nPERSONA_ALICE_EMAIL=other@b.test\n',
    'a.spec.ts': `
import { test } from 'playwright-2fa';
for (const personaName of ['alcie', 'alice', 'bob', 'carol']) {
  test.describe(personaName, () => {
    test.use({ personaName });
    test('is used', async ({ persona }) => {});
  });
}`,
  });
  expect(failed).toBe(4);
  expect(output).toContain('Unknown persona "alcie". Known: "alice", "bob", "carol". Did you mean "alice"?');
  expect(output).toContain('Did you store a 6-digit code?');
  expect(output).toContain('`email` in the configuration and PERSONA_ALICE_EMAIL in the environment differ');
  expect(output).toContain('it has no "secret"; its digits must be 6, 7 or 8, but are "9"');
  expect(output).toContain('PERSONA_CAROL_PASSWORD is empty');
});

test('a timed-out wait reports the rejected messages at the line of the test', async ({ runPlaywright }) => {
  const { failed, output } = await runPlaywright({
    // The error counts connections and refusals, so this run needs its own sink.
    'playwright.config.ts': configFile('{ use }', '{ smtpPort: 0, httpPort: 0, timeout: 500 }'),
    'a.spec.ts': `
import { test } from 'playwright-2fa';
${SEND}
test('no code', async ({ sms }) => {
  await send(sms.number, 'Welcome to Acme');
  await sms.waitForCode();
});
test('two codes', async ({ sms }) => {
  await send(sms.number, 'Your code is 482913. Your code is 771204.');
  await sms.waitForCode(); // line 10
});
test('nothing', async ({ inbox }) => {
  await inbox.waitForLink();
});
test('another address', async ({ inbox, sms }) => {
  await send('+12025552222', 'Your code is 482913');
  await sms.waitForCode();
});`,
  });
  expect(failed).toBe(4);
  expect(output).toContain('1 message came but was rejected:');
  expect(output).toMatch(/SMS from ACME at .*: The SMS from ACME holds nothing that reads like a one-time code/);
  expect(output).toMatch(/holds 2 numbers that could be the code, .*: 4••••3 \(.*\); 7••••4 \(/);
  expect(output).not.toMatch(/TwoFactorError.*(?:482913|771204)/);
  expect(output).toContain('> 10 |   await sms.waitForCode(); // line 10');
  expect(output).toContain(
    'no application connected to the sink: set the SMTP host and port of the application to 127.0.0.1:',
  );
  expect(output).toMatch(/went to other addresses, the newest:\n.*to \+12025552222 from/);
});

test('a missing sink, or another server in its place, is reported as such', async ({ runPlaywright }) => {
  // The sink records the HTTP request as a refusal, which must not appear in errors of other tests.
  const sink = await startSink({ smtpPort: 0, httpPort: 0 });
  const { failed, output } = await runPlaywright({
    'playwright.config.ts': configFile('{ use }', `{ sinkUrl: 'http://127.0.0.1:9' }`),
    'a.spec.ts': `
import { test } from 'playwright-2fa';
test('not running', async ({ persona, inbox }) => {
  await inbox.waitForCode();
});
test.describe('the SMTP port', () => {
  test.use({ twoFactor: { sinkUrl: 'http://127.0.0.1:${sink.smtpPort}' } });
  test('as sinkUrl', async ({ inbox }) => await inbox.waitForCode());
});
test.describe('the application', () => {
  test.use({ twoFactor: { sinkUrl: '${process.env['BETTER_AUTH_URL']}' } });
  test('as sinkUrl', async ({ inbox }) => await inbox.waitForCode());
});
test.describe('a word', () => {
  test.use({ twoFactor: { sinkUrl: 'localhost', timeout: -1 } });
  test('as sinkUrl', async ({ inbox }) => await inbox.waitForCode());
});`,
  });
  await sink.close();
  expect(failed).toBe(4);
  expect(output).toMatch(/No sink answers at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)\. Start one with/);
  expect(output).toContain('It may be the SMTP port of the sink');
  expect(output).toContain('it answered HTTP 404; another program is listening there');
  expect(output).toContain('`sinkUrl` must be a URL such as http://127.0.0.1:8025, but is "localhost"');
  expect(output).toContain('`timeout` must be a number of milliseconds above 0, but is -1');
});

test('a wait fails if the sink is killed', async ({ runPlaywright, userFolder }) => {
  const { failed, output } = await runPlaywright({
    'playwright.config.ts': configFile('{ use }'),
    'a.spec.ts': `
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test as base } from 'playwright-2fa';
let sink: ChildProcess;
const test = base.extend({
  twoFactor: async ({}, use) => {
    sink = spawn(process.execPath, ['${userFolder}/node_modules/playwright-2fa/dist/cli.js', 'sink', '--smtp-port', '0', '--http-port', '0']);
    const [line] = await once(sink.stdout!, 'data');
    await use({ sinkUrl: String(line).match(/http=(\\S+)/)![1]! });
    sink.kill('SIGKILL');
  },
});
test('waits', async ({ inbox }) => {
  const wait = inbox.waitForCode();
  sink.kill('SIGKILL');
  await wait;
});`,
  });
  expect(failed).toBe(1);
  expect(output).toMatch(/No sink answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
});

test('the explanation of a timeout is reported even after the test timeout', async ({ runPlaywright }) => {
  const { output } = await runPlaywright({
    'playwright.config.ts': configFile('{ use, timeout: 2000 }', `{ sinkUrl: '${SINK}' }`),
    'a.spec.ts': `
import { test } from 'playwright-2fa';
test('before', async ({ inbox }) => {
  await inbox.waitForCode();
});
test('after', async ({ inbox }) => {
  await new Promise((done) => setTimeout(done, 500));
  await Promise.all([inbox.waitForCode({ timeout: 60_000 }), new Promise(() => {})]);
});`,
  });
  expect(output).toMatch(/No code came for before\.\S+ in 0\.\d s; the test timeout left no more time/);
  expect(output).toMatch(/No code came for after\.\S+ in 0\.\d s/);
});
