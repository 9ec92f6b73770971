import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { Account } from '../../src/persona/account.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, test } from '../support/cli-test.ts';

test('what stops a persona is shown, and lifted', async ({ runCli, project }) => {
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
    stdout: 'Nothing stops the sign-ins of alice.\n',
  });
});

for (const [args, part] of [
  [[], 'There is no command after "account".'],
  [['rest', 'alice'], 'Did you mean "reset"?'],
  [['show'], 'name one persona'],
  [['show', 'alice', '--all'], '--all'],
] as const) {
  test(`a bad call ends with 2 and says how it goes: account ${args.join(' ')}`, async ({ runCli }) => {
    const { exitCode, stderr } = await runCli(['account', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(part);
  });
}

test('a group of commands has one help', async ({ runCli }) => {
  for (const args of [
    ['account', '--help'],
    ['profile', 'list', '--help'],
  ])
    expect(await runCli(args)).toEqual({ exitCode: 0, stdout: expect.stringContaining('--ledger URL'), stderr: '' });
});
