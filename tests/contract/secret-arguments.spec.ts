import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MAIN, expect, test } from '../support/cli-test.ts';

const TOKEN = 'qK7vXr2mT9wLpZ4nB8dY';
const PORTS = ['--smtp-port', '0', '--http-port', '0'];

test('the sink refuses a token as an argument, and does not repeat it', async ({ runCli }) => {
  for (const args of [['--token', TOKEN], [`--token=${TOKEN}`]]) {
    const { exitCode, stdout, stderr } = await runCli(['sink', ...PORTS, ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--token-file FILE');
    expect(stderr).toContain('PLAYWRIGHT_2FA_SINK_TOKEN');
    expect(stdout + stderr).not.toContain(TOKEN);
  }
});

test('the sink reads its token from a file', async ({ project, writeProjectFile }) => {
  await writeProjectFile('token.txt', `${TOKEN}\n`);
  const args = [MAIN, 'sink', ...PORTS, '--token-file', 'token.txt'];
  const sink = spawn(process.execPath, args, { cwd: project.folder, env: project.env });
  try {
    const [line] = (await once(sink.stdout, 'data')) as [Buffer];
    const [, url = ''] = /http=(\S+)/.exec(String(line)) ?? [];
    const statusOf = async (token: string): Promise<number> =>
      (await fetch(`${url}/api/messages`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await statusOf(TOKEN), await statusOf('another')]).toEqual([200, 401]);
  } finally {
    sink.kill();
    await once(sink, 'exit');
  }
});

test('the sink refuses weak secrets, all in one error and without their values', async ({ runCli }) => {
  const weak = {
    PLAYWRIGHT_2FA_SINK_TOKEN: 'let-me-in',
    PLAYWRIGHT_2FA_WEBHOOK_SECRET: 'swordfish',
    ANDROID_SMS_GATEWAY_KEY: 'aaaaaaaaaaaaaaaaaaaaaaaa',
    HTTPSMS_SIGNING_KEY: '1234567890123456',
  };
  const { exitCode, stderr } = await runCli(['sink', ...PORTS], '', weak);
  expect(exitCode).toBe(1);
  const parts = ['token of the sink', ...Object.keys(weak).slice(1), 'too weak', 'at least 16 characters'];
  for (const part of parts) expect(stderr).toContain(part);
  for (const value of Object.values(weak)) expect(stderr).not.toContain(value);
});

test('an empty file is refused', async ({ runCli, writeProjectFile }) => {
  await writeProjectFile('token.txt', '\n');
  const { exitCode, stderr } = await runCli(['sink', ...PORTS, '--token-file', 'token.txt']);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('token.txt is empty')]);
});

test('no command takes a password in the URL of the ledger', async ({ runCli }) => {
  const url = 'rediss://user:hunter2-hunter2@redis.example.com:6380/0';
  for (const args of [
    ['account', 'show', 'alice'],
    ['profile', 'list'],
  ]) {
    const { exitCode, stderr } = await runCli([...args, '--ledger', url]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('PLAYWRIGHT_2FA_LEDGER')]);
    expect(stderr).not.toContain('hunter2');
  }
});
