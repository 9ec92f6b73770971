import { mergeTests } from '@playwright/test';
import type { Handoff, HandoffRequest } from '../../src/protocol/handoff.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import { test as cliTest } from '../support/cli-test.ts';
import { expect, test as sinkTest } from '../support/sink-test.ts';

const TOKEN = 'qK7vXr2mT9wLpZ4nB8dY';

const test = mergeTests(sinkTest, cliTest).extend<{
  /** A sink with a token, in the environment of the command. */
  env: NodeJS.ProcessEnv;
  open: (asks?: HandoffRequest['asks']) => Promise<Handoff>;
}>({
  env: async ({ startSink }, use) => {
    const { url } = await startSink({ token: TOKEN });
    await use({ PLAYWRIGHT_2FA_SINK_URL: url, PLAYWRIGHT_2FA_SINK_TOKEN: TOKEN });
  },
  open: async ({ env, closing }, use) => {
    const url = String(env['PLAYWRIGHT_2FA_SINK_URL']).replace('//', `//any:${TOKEN}@`);
    const source = closing(sinkSource({ url }));
    await use((asks = 'code') =>
      source.handoff!({
        asks,
        persona: 'alice',
        requestedBy: '"signs in" in worker 0',
        title: '6-digit code by SMS to •• 42',
        label: 'Security code',
        origin: 'https://acme.example',
        expiresAt: Date.now() + 60_000,
      }),
    );
  },
});

test('`answer` lists the open handoffs without their tokens', async ({ runCli, env, open }) => {
  expect((await runCli(['answer'], '', env)).stdout).toBe('No handoff is open.\n');
  const page = await open();
  const { stdout, exitCode } = await runCli(['answer'], '', env);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`${page.id}  6-digit code by SMS to •• 42`);
  const json = (await runCli(['answer', '--json'], '', env)).stdout;
  expect(JSON.parse(json)).toMatchObject({ handoffs: [{ id: page.id, persona: 'alice' }] });
  for (const text of [stdout, json]) expect(text).not.toContain(page.url.split('/').at(-1));
});

test('`answer ID` sends the code of standard input, and does not print it', async ({ runCli, env, open }) => {
  const page = await open();
  const { exitCode, stdout, stderr } = await runCli(['answer', page.id], '739 146\n', env);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toBe('Answered: 6-digit code by SMS to •• 42\n');
  expect(await page.answer()).toEqual({ code: '739146' });
  const again = await runCli(['answer', page.id], '111111', env);
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toContain('HTTP 404');
});

test('`answer ID` confirms or declines', async ({ runCli, env, open }) => {
  const [approval, code] = [await open('approval'), await open()];
  expect((await runCli(['answer', approval.id], '', env)).exitCode).toBe(2);
  expect((await runCli(['answer', approval.id, '--done'], '', env)).exitCode).toBe(0);
  expect(await approval.answer()).toEqual({ isDone: true });
  expect((await runCli(['answer', code.id, '--decline', '--json'], '', env)).stdout).toBe(`{"id":"${code.id}"}\n`);
  expect(await code.answer()).toEqual({ isDeclined: true });
});

test('who may not read the sink may not answer', async ({ runCli, env, open }) => {
  const page = await open();
  const { exitCode, stderr } = await runCli(['answer', page.id], '739146', {
    ...env,
    PLAYWRIGHT_2FA_SINK_TOKEN: 'another-token-4711',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('HTTP 401');
  expect((await fetch(page.url)).status).toBe(200);
});

test('wrong usage of `answer` repeats no secret', async ({ runCli, env }) => {
  for (const args of [
    ['an-id', '739146'],
    ['an-id', '--done', '--decline'],
    ['--done'],
    ['--url', `http://any:${TOKEN}@127.0.0.1:8025`],
    ['--url', 'nonsense'],
  ]) {
    const { exitCode, stdout, stderr } = await runCli(['answer', ...args], '', env);
    expect(exitCode, args.join(' ')).toBe(2);
    expect(stdout + stderr).not.toMatch(new RegExp(`739146|${TOKEN}`));
  }
});
