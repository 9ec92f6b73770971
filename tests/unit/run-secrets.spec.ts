import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { RelayedSecrets, relaySecret } from '../../src/redaction/secret-relay.ts';
import { expect, test as base } from '../support/temp-folder.ts';

const RUN_SECRETS = fileURLToPath(new URL('../../dist/src/redaction/secret-relay.js', import.meta.url));

const test = base.extend<{ run: RelayedSecrets; known: SecretSet }>({
  run: async ({ folder }, use) => await use(new RelayedSecrets(folder)),
  known: async ({}, use) => await use(new SecretSet()),
});

function deadProcess(): number {
  return Number(
    execFileSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], { encoding: 'utf8' }),
  );
}

test('the secrets of a run lie where only its owner can read them', ({ run }) => {
  relaySecret(run.folder, 'Correct-Horse', 'alice/password');
  expect(statSync(run.folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(run.folder).map((name) => statSync(join(run.folder, name)).mode & 0o777)).toEqual([0o600]);
});

test('what was told is taken over, whatever is in it, each once', ({ run, known }) => {
  const told = [
    ['Correct-Horse', 'a'],
    ['two\nlines "ä😀"', 'b'],
    ['482913', 'c\n'],
  ] as const;
  for (const [value, label] of told) relaySecret(run.folder, value, label);
  run.readInto(known);
  expect([...known.entries()]).toEqual(told);
  const later = new SecretSet();
  run.readInto(later);
  expect(later.size).toBe(0);
  relaySecret(run.folder, 'one-more', 'd');
  run.readInto(later);
  expect([...later.entries()]).toEqual([['one-more', 'd']]);
});

test('a line that is being written is taken over when it is whole', ({ run, known }) => {
  const line = Buffer.from(`${JSON.stringify(['Grüße-😀', 'alice/password'])}\n`);
  for (const byte of line) {
    run.readInto(known);
    expect(known.size).toBe(0);
    appendFileSync(join(run.folder, '1'), Buffer.from([byte]));
  }
  run.readInto(known);
  expect([...known.entries()]).toEqual([['Grüße-😀', 'alice/password']]);
});

test('many long secrets are taken over', ({ run, known }) => {
  for (let index = 0; index < 500; index++) relaySecret(run.folder, `${index}-${'ä'.repeat(200)}`, 'x');
  run.readInto(known);
  expect(known.size).toBe(500);
});

test('what two processes write at once is taken over while they write', async ({ run, known }) => {
  const write = (name: string): string =>
    `import { relaySecret } from ${JSON.stringify(RUN_SECRETS)};
     for (let i = 0; i < 300; i++) relaySecret(${JSON.stringify(run.folder)}, '${name}-secret-' + i, '${name}');`;
  const writing = ['a', 'b'].map((name) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', write(name)]),
  );
  const both = Promise.all(writing).then(() => 'both');
  const meanwhile = (): Promise<string> => new Promise((resolve) => setImmediate(resolve, 'meanwhile'));
  while ((await Promise.race([both, meanwhile()])) !== 'both') run.readInto(known);
  run.readInto(known);
  expect(known.size).toBe(600);
});

test('the folder goes with the run, and who prints afterwards is not disturbed', ({ run, known }) => {
  run.remove();
  expect(existsSync(run.folder)).toBe(false);
  expect(() => run.readInto(known)).not.toThrow();
  expect(() => run.remove()).not.toThrow();
});

test('folders of runs that were killed are removed, and all others stay', ({ folder, run }) => {
  const abandoned = join(folder, `playwright-2fa-run-${deadProcess()}-abc`);
  const others = ['playwright-2fa-run-x', 'other'].map((name) => join(folder, name));
  for (const path of [abandoned, ...others]) mkdirSync(path);
  writeFileSync(join(abandoned, '1'), '["a","b"]\n');
  const next = new RelayedSecrets(folder);
  expect(existsSync(abandoned)).toBe(false);
  for (const path of [...others, run.folder, next.folder]) expect(existsSync(path)).toBe(true);
});

test('the folder that another user has left behind stays, and disturbs no run', ({ folder }) => {
  const isRoot = process.getuid?.() === 0;
  const abandoned = join(folder, `playwright-2fa-run-${deadProcess()}-abc`);
  mkdirSync(abandoned);
  writeFileSync(join(abandoned, '1'), '');
  chmodSync(abandoned, 0o500);
  chmodSync(folder, 0o777);
  try {
    // Root may remove anything, so it looks as nobody does.
    if (isRoot) chownSync(abandoned, 0, 0);
    if (isRoot) process.seteuid?.(65_534);
    expect(existsSync(new RelayedSecrets(folder).folder)).toBe(true);
    expect(existsSync(abandoned)).toBe(true);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(abandoned, 0o700);
  }
});
