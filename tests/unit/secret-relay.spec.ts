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
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { processSpace } from '../../src/core/process-space.ts';
import { RelayedSecrets, relaySecret } from '../../src/redaction/secret-relay.ts';
import { expect, test as base } from '../support/temp-folder.ts';

const SECRET_RELAY = fileURLToPath(new URL('../../build/src/redaction/secret-relay.js', import.meta.url));

const test = base.extend<{ relay: RelayedSecrets; known: SecretSet }>({
  relay: async ({ folder }, use) => await use(new RelayedSecrets(folder)),
  known: async ({}, use) => await use(new SecretSet()),
});

function deadProcess(): number {
  return Number(
    execFileSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], { encoding: 'utf8' }),
  );
}

test('only the owner of a run can read its secrets', ({ relay }) => {
  relaySecret(relay.folder, 'Correct-Horse', 'alice/password');
  expect(statSync(relay.folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(relay.folder).map((name) => statSync(join(relay.folder, name)).mode & 0o777)).toEqual([0o600]);
});

test('each secret is received once, with any characters', ({ relay, known }) => {
  const secrets = [
    ['Correct-Horse', 'a'],
    ['two\nlines "ä😀"', 'b'],
    ['482913', 'c\n'],
  ] as const;
  for (const [value, label] of secrets) relaySecret(relay.folder, value, label);
  relay.readInto(known);
  expect([...known.entries()]).toEqual(secrets);
  const later = new SecretSet();
  relay.readInto(later);
  expect(later.size).toBe(0);
  relaySecret(relay.folder, 'one-more', 'd');
  relay.readInto(later);
  expect([...later.entries()]).toEqual([['one-more', 'd']]);
});

test('an incomplete line is received once it is complete', ({ relay, known }) => {
  const line = Buffer.from(`${JSON.stringify(['Grüße-😀', 'alice/password'])}\n`);
  for (const byte of line) {
    relay.readInto(known);
    expect(known.size).toBe(0);
    appendFileSync(join(relay.folder, '1'), Buffer.from([byte]));
  }
  relay.readInto(known);
  expect([...known.entries()]).toEqual([['Grüße-😀', 'alice/password']]);
});

test('many long secrets are received', ({ relay, known }) => {
  for (let index = 0; index < 500; index++) relaySecret(relay.folder, `${index}-${'ä'.repeat(200)}`, 'x');
  relay.readInto(known);
  expect(known.size).toBe(500);
});

test('secrets of two processes are received while they write', async ({ relay, known }) => {
  const write = (name: string): string =>
    `import { relaySecret } from ${JSON.stringify(SECRET_RELAY)};
     for (let i = 0; i < 300; i++) relaySecret(${JSON.stringify(relay.folder)}, '${name}-secret-' + i, '${name}');`;
  const writing = ['a', 'b'].map((name) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', write(name)]),
  );
  const both = Promise.all(writing).then(() => 'both');
  const meanwhile = (): Promise<string> => new Promise((resolve) => setImmediate(resolve, 'meanwhile'));
  while ((await Promise.race([both, meanwhile()])) !== 'both') relay.readInto(known);
  relay.readInto(known);
  expect(known.size).toBe(600);
});

test('the folder is removed with the run, and later reads are ignored', ({ relay, known }) => {
  relay.remove();
  expect(existsSync(relay.folder)).toBe(false);
  expect(() => relay.readInto(known)).not.toThrow();
  expect(() => relay.remove()).not.toThrow();
});

test('folders of killed runs are removed, and all others stay', ({ folder, relay }) => {
  const dead = deadProcess();
  const abandoned = join(folder, `playwright-2fa-run-${processSpace()}-${dead}-abc`);
  // The second is of another container that shares the folder.
  const others = ['playwright-2fa-run-x', `playwright-2fa-run-01234567-${dead}-abc`, 'other'].map((name) =>
    join(folder, name),
  );
  for (const path of [abandoned, ...others]) mkdirSync(path);
  writeFileSync(join(abandoned, '1'), '["a","b"]\n');
  const link = `${abandoned}d`;
  symlinkSync(others[2]!, link);
  const next = new RelayedSecrets(folder);
  expect([next.killedRuns, existsSync(abandoned), existsSync(link)]).toEqual([1, false, true]);
  for (const path of [...others, relay.folder, next.folder]) expect(existsSync(path)).toBe(true);
});

test('an abandoned folder of another user is ignored', ({ folder }) => {
  const isRoot = process.getuid?.() === 0;
  const abandoned = join(folder, `playwright-2fa-run-${processSpace()}-${deadProcess()}-abc`);
  mkdirSync(abandoned);
  writeFileSync(join(abandoned, '1'), '');
  chmodSync(abandoned, 0o500);
  chmodSync(folder, 0o777);
  try {
    // Root can remove any folder, so the test runs as the user "nobody".
    if (isRoot) chownSync(abandoned, 0, 0);
    if (isRoot) process.seteuid?.(65_534);
    expect(existsSync(new RelayedSecrets(folder).folder)).toBe(true);
    expect(existsSync(abandoned)).toBe(true);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(abandoned, 0o700);
  }
});
