import type { Sink } from '../../src/sink/sink.ts';
import { startSink } from '../../src/sink/sink.ts';
import { sendCode, sendMail } from '../support/sink-clients.ts';
import { expect, test as base } from '../support/cli-test.ts';

const TO = 'alice@persona.test';
const SEED = 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

const test = base.extend<{ sink: Sink; url: Record<string, string> }>({
  sink: async ({}, use) => {
    const sink = await startSink({ smtpPort: 0, httpPort: 0 });
    await use(sink);
    await sink.close();
  },
  url: async ({ sink }, use) => await use({ PLAYWRIGHT_2FA_SINK_URL: sink.url }),
});

test('`wait code` prints only the code that came after `mark`', async ({ runCli, sink, url }) => {
  await sendCode(sink, '111222');
  const mark = await runCli(['mark'], '', url);
  expect(mark).toMatchObject({ exitCode: 0, stderr: '' });
  await sendCode(sink, '482913');
  const args = ['wait', 'code', '--to', TO, '--after', mark.stdout.trim()];
  expect(await runCli(args, '', url)).toEqual({ exitCode: 0, stdout: '482913\n', stderr: '' });
  const { stdout } = await runCli([...args, '--json', '--url', sink.url]);
  expect(JSON.parse(stdout)).toMatchObject({ code: '482913', message: { to: [TO] } });
});

test('`wait code --claim` takes the message', async ({ runCli, sink, url }) => {
  await sendCode(sink, '482913');
  const args = ['wait', 'code', '--to', TO, '--after', '0', '--timeout', '50', '--claim'];
  expect(await runCli(args, '', url)).toMatchObject({ exitCode: 0, stdout: '482913\n' });
  const { exitCode, stderr } = await runCli(args, '', url);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('already claimed by a program over HTTP');
});

test('`wait link` and `wait message` print the link and the text', async ({ runCli, sink, url }) => {
  await sendMail(sink, { html: '<p><a href="https://acme.example/verify?t=1">Confirm your address</a></p>' });
  const rest = ['--to', TO, '--after', '0'];
  expect(await runCli(['wait', 'link', ...rest], '', url)).toMatchObject({
    exitCode: 0,
    stdout: 'https://acme.example/verify?t=1\n',
  });
  expect((await runCli(['wait', 'message', ...rest], '', url)).stdout).toContain('Confirm your address');
});

test('`wait` without success exits with 1, and explains itself', async ({ runCli, sink, url }) => {
  await sendMail(sink, { subject: 'Welcome', text: 'Nice to meet you.' });
  const args = ['wait', 'code', '--to', TO, '--after', '0', '--timeout', '50'];
  const { exitCode, stdout, stderr } = await runCli(args, '', url);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('"Welcome" from no-reply@acme.example');
  const asJson = await runCli([...args, '--json'], '', url);
  expect(asJson.exitCode).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ reason: 'CODE_TIMEOUT' });
});

test('wrong parameters of `wait` exit with 2, all of them named', async ({ runCli, url }) => {
  const { exitCode, stderr } = await runCli(['wait', 'code', '--timeout', 'soon'], '', url);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('`to` is missing');
  expect(stderr).toContain('`timeout` must be an integer');
});

test('without a sink, `wait` and `mark` exit with 1', async ({ runCli }) => {
  const url = { PLAYWRIGHT_2FA_SINK_URL: 'http://127.0.0.1:1' };
  for (const args of [['wait', 'code', '--to', TO], ['mark'], ['fault', 'list']]) {
    const { exitCode, stderr } = await runCli(args, '', url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('No sink answers at http://127.0.0.1:1');
  }
});

test('the token comes from the environment, and is refused as an argument', async ({ runCli }) => {
  const token = 'c0rrect-horse-battery-staple-9471';
  const sink = await startSink({ smtpPort: 0, httpPort: 0, token });
  try {
    const withToken = sink.url.replace('//', `//any:${token}@`);
    const asVariables = [
      { PLAYWRIGHT_2FA_SINK_URL: withToken },
      { PLAYWRIGHT_2FA_SINK_URL: sink.url, PLAYWRIGHT_2FA_SINK_TOKEN: token },
    ];
    for (const env of asVariables) expect(await runCli(['mark'], '', env)).toMatchObject({ exitCode: 0 });
    expect(await runCli(['mark', '--url', sink.url])).toMatchObject({ exitCode: 1 });
    const refused = await runCli(['mark', '--url', withToken]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).not.toContain(token);
  } finally {
    await sink.close();
  }
});

test('`totp` prints a code that no other command gets', async ({ runCli }) => {
  // A short period, so that the second command need not wait for long.
  const env = { PERSONA_ALICE_TOTP: `${SEED}&period=10` };
  const codes = [await runCli(['totp', 'alice'], '', env), await runCli(['totp', 'alice', '--json'], '', env)];
  expect(codes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(codes[0]?.stdout).toMatch(/^\d{6}\n$/);
  const { code, persona } = JSON.parse(codes[1]?.stdout ?? '') as { code: string; persona: string };
  expect(persona).toBe('alice');
  expect(`${code}\n`).not.toBe(codes[0]?.stdout);
});

test('`totp` of nobody, and of a persona without an authenticator, exits with 1', async ({ runCli }) => {
  expect(await runCli(['totp', 'nobody'])).toMatchObject({ exitCode: 1, stdout: '' });
  const { exitCode, stderr } = await runCli(['totp', 'bob'], '', { PERSONA_BOB_PASSWORD: 'correct horse' });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('bob');
  expect(await runCli(['totp'])).toMatchObject({ exitCode: 2 });
});

test('`fault` sets, lists and clears', async ({ runCli, sink, url }) => {
  const set = ['fault', 'set', 'refuse', '--to', TO, '--status', '550', '--times', '2'];
  expect(await runCli(set, '', url)).toMatchObject({ exitCode: 0, stderr: '' });
  await expect(sendCode(sink, '482913')).rejects.toThrow('550');
  const { stdout } = await runCli(['fault', 'list'], '', url);
  expect(JSON.parse(stdout)).toEqual({ to: TO, faults: [{ fault: 'refuse', status: 550, times: 2, met: 1 }] });
  expect(await runCli(['fault', 'clear', '--to', TO], '', url)).toMatchObject({ exitCode: 0 });
  await sendCode(sink, '482913');
  const wrong = await runCli(['fault', 'set', 'explode', '--ms', 'x'], '', url);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('unknown `fault`');
});
