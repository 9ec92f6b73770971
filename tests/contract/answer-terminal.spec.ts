import { spawn } from 'node:child_process';
import { mergeTests } from '@playwright/test';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import { MAIN, test as cliTest } from '../support/cli-test.ts';
import { expect, test as sinkTest } from '../support/sink-test.ts';

/**
 * Gives a command a terminal, types a line into it once it asks, and prints everything that the terminal shows. The terminal
 * echoes what is typed unless the command turns that off. The line is in the environment, so that nothing else has it.
 */
const TERMINAL = `
import os, pty, sys
typed, command = os.environ.pop('TYPED').encode(), sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown, has_typed = b'', False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if not has_typed and b'?' in shown.replace(b'(not shown)', b'?'):
        has_typed = True
        os.write(terminal, typed)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

interface Shown {
  readonly exitCode: number | null;
  readonly text: string;
}

const test = mergeTests(sinkTest, cliTest).extend<{
  type: (args: readonly string[], keys: string, env: NodeJS.ProcessEnv) => Promise<Shown>;
}>({
  type: async ({ project }, use) => {
    await use(
      (args, keys, env) =>
        new Promise((resolve, reject) => {
          const child = spawn('python3', ['-c', TERMINAL, ...args], {
            cwd: project.folder,
            env: { ...project.env, ...env, TYPED: keys },
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          const parts: string[] = [];
          child.stdout.on('data', (part) => parts.push(String(part)));
          child.on('error', reject);
          child.on('close', (exitCode) => resolve({ exitCode, text: parts.join('') }));
        }),
    );
  },
});

test('a terminal shows what is typed to other commands', async ({ type }) => {
  const { text } = await type([process.execPath, '-e', "process.stdout.write('Code? ')"], '', {});
  expect(text).toBe('Code? ');
  const program = "process.stdout.write('Code? ');process.stdin.once('data', () => process.exit())";
  expect((await type([process.execPath, '-e', program], '739146\r', {})).text).toContain('739146');
});

for (const [how, keys] of [
  ['at once', '739146\r'],
  ['with a correction', '739147\u007f6\r'],
] as const) {
  test(`a code that is typed ${how} into the terminal of \`answer\` is not shown`, async ({
    type,
    startSink,
    closing,
  }) => {
    const { url } = await startSink();
    const source = closing(sinkSource({ url }));
    const handoff = await source.handoff!({
      ...{ asks: 'code', persona: 'alice', requestedBy: 'a job', title: '6-digit code by SMS to •• 42' },
      ...{ label: 'Security code', origin: 'https://acme.example', expiresAt: Date.now() + 60_000 },
    });
    const args = [process.execPath, MAIN, 'answer', handoff.id, '--url', url];
    const { exitCode, text } = await type(args, keys, {});
    expect(text).toContain('6-digit code by SMS to •• 42, for alice at https://acme.example (not shown): ');
    expect(text).toContain('Answered: 6-digit code by SMS to •• 42');
    expect(text).not.toMatch(/7391|\d{3}/);
    expect(exitCode).toBe(0);
    expect(await handoff.answer()).toEqual({ code: '739146' });
  });
}

test('Ctrl-C in the terminal of `answer` leaves the request open', async ({ type, startSink, closing }) => {
  const { url } = await startSink();
  const source = closing(sinkSource({ url }));
  const handoff = await source.handoff!({
    ...{ asks: 'code', persona: 'alice', requestedBy: 'a job', title: 'A code', label: 'Security code' },
    ...{ origin: 'https://acme.example', expiresAt: Date.now() + 60_000 },
  });
  const { exitCode, text } = await type([process.execPath, MAIN, 'answer', handoff.id, '--url', url], '7391\u0003', {});
  expect(exitCode).toBe(1);
  expect(text).not.toContain('7391');
  expect((await fetch(handoff.url)).status).toBe(200);
});
