import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MAIN, expect, test } from '../support/cli-test.ts';

const COMMANDS = ['sink', 'code', 'doctor', 'account', 'scan', 'profile', 'vault'];
const CALLS = [
  [],
  ...COMMANDS.map((command) => [command]),
  ...['init', 'set', 'get', 'list', 'import', 'remove', 'rekey', 'verify'].map((command) => ['vault', command]),
  ...['record', 'list', 'show', 'probe', 'discard'].map((command) => ['profile', command]),
];

for (const call of CALLS) {
  const name = ['playwright-2fa', ...call, '--help'].join(' ');

  test(`${name} prints its usage to standard output`, async ({ runCli }) => {
    const { exitCode, stdout, stderr } = await runCli([...call, '--help']);
    expect(stdout).toMatch(/^Usage: playwright-2fa/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test(`${name} ends quietly if nobody reads its output`, async ({ project }) => {
    const child = spawn(process.execPath, [MAIN, ...call, '--help'], { cwd: project.folder, env: project.env });
    child.stdout.destroy();
    const errors: string[] = [];
    child.stderr.on('data', (chunk) => errors.push(String(chunk)));
    const [exitCode] = await once(child, 'close');
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
  });
}

test('a finding keeps its exit code if nobody reads it', async ({ project, writeProjectFile }) => {
  const path = await writeProjectFile('mail.txt', 'no code here');
  const child = spawn(process.execPath, [MAIN, 'code', path], { cwd: project.folder, env: project.env });
  child.stdout.destroy();
  const [exitCode] = await once(child, 'close');
  expect(exitCode).toBe(1);
});
