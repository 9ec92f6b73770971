import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Project } from '../../src/project/project.ts';
import { saveLastRun } from '../../src/vault/last-run.ts';
import { expect, test } from '../support/cli-test.ts';
import { ALICE_KEY } from '../support/vault-test.ts';

const PASSWORD = 'Correct-Horse-4711';
const KEY = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };

test('a secret of the vault is reported by location and label, and not shown', async ({
  runCli,
  runVault,
  writeProjectFile,
}) => {
  await runVault(['set', 'alice', 'password', '--origin', 'https://acme.example'], PASSWORD, KEY);
  await writeProjectFile(
    'results/log.txt',
    `sent password=${encodeURIComponent(PASSWORD)}\nand once more ${PASSWORD}\n`,
  );
  const { stdout, stderr, exitCode } = await runCli(['scan', 'results'], '', KEY);
  expect(stdout).toContain(`${join('results', 'log.txt')}: alice/password (plain), 2 times`);
  // The second secret is the vault key.
  expect(stdout).toContain('Secrets found: searched 1 files and entries for 2 secrets.');
  expect(stdout + stderr).not.toContain(PASSWORD);
  expect(exitCode).toBe(1);
});

test('a secret of the environment and of .env is found', async ({ runCli, writeProjectFile }) => {
  await writeProjectFile('.env', 'PERSONA_BOB_TOTP=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n');
  await writeProjectFile('report.json', JSON.stringify({ a: PASSWORD, b: 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq' }));
  const { stdout, exitCode } = await runCli(['scan', 'report.json', '--json'], '', {
    PERSONA_ALICE_PASSWORD: PASSWORD,
  });
  const { findings, secrets } = JSON.parse(stdout) as { findings: { label: string }[]; secrets: number };
  expect(findings.map(({ label }) => label).toSorted()).toEqual(['alice/password', 'bob/totp seed']);
  expect(secrets).toBe(2);
  expect(exitCode).toBe(1);
});

test('a code of the last run is found', async ({ runCli, project, writeProjectFile }) => {
  const folder = join(project.folder, '.playwright-2fa');
  await mkdir(folder);
  await saveLastRun(folder, [['482913', 'alice@acme.example/code']], KEY);
  await writeProjectFile('results/log.txt', 'your code is 482913.');
  const { stdout, exitCode } = await runCli(['scan', 'results'], '', KEY);
  expect(stdout).toContain('alice@acme.example/code (plain), once');
  expect(exitCode).toBe(1);
});

test('a cookie of a saved session is found', async ({ runCli, project, writeProjectFile }) => {
  const folder = join(project.folder, '.playwright-2fa');
  const scanned = new Project({ root: project.folder });
  const { store } = await scanned.profiles();
  const cookie = { name: 'sid', value: 'fT8kQ2mVx9LzR4wB', domain: 'acme.example', path: '/', expires: -1 };
  const storageState = {
    cookies: [{ ...cookie, httpOnly: true, secure: true, sameSite: 'Lax' as const }],
    origins: [],
  };
  await store.write('alice', { id: '1', savedAt: new Date().toISOString(), storageState }, undefined);
  await scanned.close();
  await writeProjectFile(
    'results/traffic.har',
    JSON.stringify({ headers: [{ name: 'cookie', value: 'sid=fT8kQ2mVx9LzR4wB' }] }),
  );
  const { stdout, exitCode } = await runCli(['scan', 'results', '--folder', folder]);
  expect(stdout).toContain('alice/cookie sid (plain), once');
  expect(exitCode).toBe(1);
});

test('values are read from a file and from standard input', async ({ runCli, writeProjectFile }) => {
  await writeProjectFile('values.txt', 'swordfish\n\nhunter2-hunter2\n');
  await writeProjectFile('results/log.txt', 'hunter2-hunter2');
  for (const [args, input] of [
    [['--values', 'values.txt'], ''],
    [['--values', '-'], 'swordfish\n\nhunter2-hunter2\n'],
  ] as const) {
    const { stdout, exitCode } = await runCli(['scan', 'results', ...args], input);
    expect(stdout).toContain('value 3 (plain), once');
    expect(stdout).not.toContain('hunter2');
    expect(exitCode).toBe(1);
  }
});

test('an artifact without secrets gives no findings', async ({ runCli, writeProjectFile }) => {
  await writeProjectFile('results/log.txt', 'all is well');
  const { stdout, exitCode } = await runCli(['scan', 'results'], '', { PERSONA_ALICE_PASSWORD: PASSWORD });
  expect(stdout).toBe('No secrets found: searched 1 files and entries for 1 secrets.\n');
  expect(exitCode).toBe(0);
});

test.describe('the scan fails if', () => {
  test('an archive cannot be read', async ({ runCli, writeProjectFile }) => {
    await writeProjectFile('results/trace.zip', 'PK\u0003\u0004 and then nothing');
    const { stdout, exitCode } = await runCli(['scan', 'results'], '', { PERSONA_ALICE_PASSWORD: PASSWORD });
    expect(stdout).toContain(`unreadable: ${join('results', 'trace.zip')}: `);
    expect(exitCode).toBe(1);
  });

  for (const [what, args, env, text, code] of [
    ['no secret is known', ['scan', '.'], {}, 'no secrets are known', 2],
    ['there is no path', ['scan'], { PERSONA_ALICE_PASSWORD: PASSWORD }, 'PATH is missing', 2],
    ['an option is unknown', ['scan', '.', '--deep'], {}, 'unknown option', 2],
    [
      'a path does not exist',
      ['scan', 'nowhere'],
      { PERSONA_ALICE_PASSWORD: PASSWORD },
      'no file or folder "nowhere"',
      1,
    ],
    ['a value is too short to search for', ['scan', '.', '--values', '-'], {}, 'fewer than 4 characters', 1],
    ['the values cannot be read', ['scan', '.', '--values', 'nowhere'], {}, 'Could not read "nowhere"', 1],
  ] as const) {
    test(what, async ({ runCli }) => {
      const { stderr, exitCode } = await runCli([...args], '123\n', env);
      expect(stderr).toContain(text);
      expect(exitCode).toBe(code);
    });
  }

  test('the vault has a file for another key', async ({ runCli, runVault, project }) => {
    await runVault(['set', 'alice', 'password', '--origin', 'https://acme.example'], PASSWORD, KEY);
    await writeFile(join(project.folder, 'log.txt'), PASSWORD);
    const { stderr, exitCode } = await runCli(['scan', 'log.txt']);
    expect(stderr).toContain('There is no vault key');
    expect(exitCode).toBe(1);
  });
});

test('the values that references lead to are searched for, and a scan without them fails', async ({
  runCli,
  runVault,
  writeProjectFile,
}) => {
  await runVault(['set', 'alice', 'password', '--origin', 'https://acme.example'], 'file:alice.txt', KEY);
  await runVault(['set', 'alice', 'otp'], 'env:ALICE_SEED', KEY);
  await writeProjectFile('.env', 'PERSONA_BOB_PASSWORD=env:BOB\nBOB=another-password\n');
  await writeProjectFile('results/log.txt', `${PASSWORD} another-password file:alice.txt`);
  const failing = await runCli(['scan', 'results'], '', KEY);
  expect(failing.exitCode).toBe(1);
  expect(failing.stderr).toContain('`password` in the vault is file:alice.txt, but the file');
  expect(failing.stderr).toContain('`totp` in the vault is env:ALICE_SEED, but the variable ALICE_SEED is not set');
  await writeProjectFile('alice.txt', `${PASSWORD}\n`);
  const seed = { ALICE_SEED: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' };
  const { stdout, exitCode } = await runCli(['scan', 'results', '--json'], '', { ...KEY, ...seed });
  const { findings } = JSON.parse(stdout) as { findings: { label: string }[] };
  expect(findings.map(({ label }) => label).toSorted()).toEqual(['alice/password', 'bob/password']);
  expect(exitCode).toBe(1);
});
