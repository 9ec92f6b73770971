import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { Account } from '../../src/persona/account.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, test } from '../support/cli-test.ts';

test('the pause of a persona is shown, and reset', async ({ runCli, project }) => {
  const ledger = fileLedger({ folder: join(project.folder, '.playwright-2fa', 'ledger') });
  const runtime = Object.assign(new FakeRuntime(), { owner: '"buys a book" in worker 1' });
  const password = new Secret('alice/password', 'Correct-Horse-4711');
  const account = new Account({ name: 'alice', password, ledger: () => Promise.resolve(ledger), runtime });
  await account.refused('password', 'Wrong password.');
  const shown = await runCli(['account', 'show', 'alice']);
  expect(shown.exitCode).toBe(1);
  expect(shown.stderr).toContain('"buys a book" in worker 1');
  expect(shown.stderr).toContain('with "Wrong password."');
  expect(await runCli(['account', 'reset', 'alice'])).toMatchObject({ exitCode: 0 });
  expect(await runCli(['account', 'show', 'alice'])).toMatchObject({
    exitCode: 0,
    stdout: 'Sign-ins of alice are not paused.\n',
  });
});

for (const [args, part] of [
  [[], 'There is no command after "account".'],
  [['rest', 'alice'], 'Did you mean "reset"?'],
  [['show'], '<persona> is missing'],
  [['show', 'alice', 'bob'], 'too many arguments'],
  [['show', 'alice', '--all'], 'unknown option'],
] as const) {
  test(`wrong usage exits with 2 and prints the usage: account ${args.join(' ')}`, async ({ runCli }) => {
    const { exitCode, stderr } = await runCli(['account', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(part);
    expect(stderr).toContain('Usage:');
  });
}

test('a group of commands has one usage text', async ({ runCli }) => {
  for (const args of [
    ['account', '--help'],
    ['profile', 'list', '--help'],
  ])
    expect(await runCli(args)).toEqual({ exitCode: 0, stdout: expect.stringContaining('--ledger URL'), stderr: '' });
});

test('the version is printed at every level', async ({ runCli }) => {
  for (const args of [['--version'], ['account', '--version'], ['vault', 'set', '--version'], ['sink', '--version']])
    expect(await runCli(args)).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
});

for (const command of ['sink', 'code', 'doctor', 'scan', 'account', 'profile', 'keep', 'vault']) {
  test(`${command}: an unknown option exits with 2 and is not repeated`, async ({ runCli }) => {
    const { exitCode, stdout, stderr } = await runCli([command, '--hunter2']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).toContain('Usage:');
  });
}
