import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { References } from '../../src/secret/references/references.ts';
import type { SecretReference } from '../../src/secret/references/reference.ts';
import { type Secret, secretChannel } from '../../src/secret/secret.ts';
import { StandInPrograms } from '../support/stand-in-program.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const VALUE = 'Correct-Horse-4711';
/** Variables that no program gets. */
const OTHERS = { PLAYWRIGHT_2FA_KEY: 'AGE-SECRET-KEY-1', PERSONA_BOB_PASSWORD: 'hunter2', GITHUB_TOKEN: 'ghp_1' };

interface Fixtures {
  programs: StandInPrograms;
  /** Reads a reference in the folder of the test. */
  read: (reference: SecretReference, member?: string, env?: Readonly<Record<string, string>>) => Promise<string>;
}

const test = base.extend<Fixtures>({
  programs: async ({ folder }, use) => {
    await use(new StandInPrograms(folder));
  },
  read: async ({ folder, programs }, use) => {
    await use((reference, member = 'password', env = {}) => {
      const all = { PATH: programs.path, HOME: folder, ...OTHERS, ...env };
      return new References({ env: all, folder, timeout: 10_000 }).read(reference, member);
    });
  },
});

test('a variable is read, from wherever the environment comes', async ({ read }) => {
  expect(await read('env:ALICE_PASSWORD', 'password', { ALICE_PASSWORD: VALUE })).toBe(VALUE);
});

test('a file is read without its final line break, and only that is removed', async ({ read, folder }) => {
  await writeFile(join(folder, 'alice'), ` ${VALUE} \n`);
  expect(await read('file:alice')).toBe(` ${VALUE} `);
  expect(await read(`file:${join(folder, 'alice')}`)).toBe(` ${VALUE} `);
});

test('a program is run without a shell, and gets no variable that it does not need', async ({ read, programs }) => {
  await programs.add('printer', { stdout: `${VALUE}\n` });
  expect(await read('exec:["printer","$(id)","a b"]')).toBe(VALUE);
  const named = 'exec:{"command":["printer"],"env":["GITHUB_TOKEN"]}';
  expect(await read(named)).toBe(VALUE);
  const [plain, given] = await programs.calls('printer');
  expect(plain?.args).toEqual(['$(id)', 'a b']);
  expect(Object.keys(plain?.env ?? {}).filter((name) => Object.hasOwn(OTHERS, name))).toEqual([]);
  expect(given?.env).toMatchObject({ GITHUB_TOKEN: 'ghp_1' });
  expect(given?.env).not.toHaveProperty('PLAYWRIGHT_2FA_KEY');
});

test('1Password gets its own variables, and its token is in no argument', async ({ read, programs }) => {
  await programs.add('op', { stdout: VALUE });
  const env = { OP_SERVICE_ACCOUNT_TOKEN: 'ops_token', OP_DEBUG: 'true', HTTPS_PROXY: 'http://proxy:1' };
  expect(await read('op://QA team/alice/one-time password', 'totp', env)).toBe(VALUE);
  const [call] = await programs.calls('op');
  expect(call?.args).toEqual(['read', '--no-newline', 'op://QA team/alice/one-time password']);
  expect(call?.env).toMatchObject({ OP_SERVICE_ACCOUNT_TOKEN: 'ops_token', HTTPS_PROXY: 'http://proxy:1' });
  for (const name of [...Object.keys(OTHERS), 'OP_DEBUG']) expect(call?.env).not.toHaveProperty(name);
  expect(call?.commandLines).toContain('op://QA team');
  expect(call?.commandLines).not.toContain('ops_token');
});

test('Bitwarden tells the field that belongs to the member, or the one that is named', async ({ read, programs }) => {
  const login = { username: 'alice', password: VALUE, totp: 'otpauth://totp/a?secret=JBSWY3DPEHPK3PXP', uris: [] };
  const fields = [{ name: 'memorableWord', value: 'marmalade', type: 1 }];
  await programs.add('bw', { stdout: JSON.stringify({ id: '1', name: 'Acme', notes: null, login, fields }) });
  const env = { BW_SESSION: 'session-key', BW_CLIENTSECRET: 'client-secret' };
  expect(await read('bw:Acme QA', 'password', env)).toBe(VALUE);
  expect(await read('bw:Acme QA', 'totp', env)).toBe(login.totp);
  expect(await read('bw:Acme QA', 'memorableWord', env)).toBe('marmalade');
  expect(await read('bw:Acme QA#username', 'email', env)).toBe('alice');
  await expectThrown(() => read('bw:Acme QA', 'phone', env), 'REFERENCE_UNRESOLVED', 'the item has no `phone`');
  const [call] = await programs.calls('bw');
  expect(call?.args).toEqual(['--nointeraction', 'get', 'item', 'Acme QA']);
  expect(call?.env).toMatchObject({ BW_SESSION: 'session-key' });
  for (const name of [...Object.keys(OTHERS), 'BW_CLIENTSECRET']) expect(call?.env).not.toHaveProperty(name);
  expect(call?.commandLines).not.toMatch(/session-key|Correct-Horse/);
});

test('HashiCorp Vault is asked for one field, with its token in the environment', async ({ read, programs }) => {
  await programs.add('vault', { stdout: VALUE });
  const env = { VAULT_ADDR: 'https://vault.example', VAULT_TOKEN: 'hvs.token', VAULT_FORMAT: 'json' };
  expect(await read('vault:team/kv/qa/alice', 'password', env)).toBe(VALUE);
  expect(await read('vault:secret/alice#otp', 'totp', env)).toBe(VALUE);
  const [first, second] = await programs.calls('vault');
  expect(first?.args).toEqual(['kv', 'get', '-field=password', 'team/kv/qa/alice']);
  expect(second?.args).toEqual(['kv', 'get', '-field=otp', 'secret/alice']);
  expect(first?.env).toMatchObject({ VAULT_ADDR: 'https://vault.example', VAULT_TOKEN: 'hvs.token' });
  for (const name of [...Object.keys(OTHERS), 'VAULT_FORMAT']) expect(first?.env).not.toHaveProperty(name);
  expect(first?.commandLines).not.toContain('hvs.token');
});

test('the password of a KeePass database goes to standard input alone', async ({ read, programs, folder }) => {
  await programs.add('keepassxc-cli', { stdout: `${VALUE}\n` });
  const env = { PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD: 'database-password' };
  expect(await read('keepassxc:team.kdbx/QA/alice', 'username', env)).toBe(VALUE);
  const [call] = await programs.calls('keepassxc-cli');
  const options = ['--quiet', '--show-protected', '--attributes', 'UserName'];
  expect(call?.args).toEqual(['show', ...options, join(folder, 'team.kdbx'), 'QA/alice']);
  expect(call?.input).toBe('database-password\n');
  expect(JSON.stringify(call?.env)).not.toContain('database-password');
  expect(call?.commandLines).not.toContain('database-password');
  const files = { PLAYWRIGHT_2FA_KEEPASSXC_KEY_FILE: 'team.keyx' };
  await read('keepassxc:team.kdbx/alice#otp', 'totp', files);
  const [, byFile] = await programs.calls('keepassxc-cli');
  expect(byFile?.args.slice(5)).toEqual([
    ...['--key-file', join(folder, 'team.keyx'), '--no-password'],
    ...[join(folder, 'team.kdbx'), 'alice'],
  ]);
});

test('a missing program is an error that says how to install it', async ({ folder }) => {
  for (const [reference, install] of [
    ['op://QA/alice/password', 'developer.1password.com'],
    ['bw:Acme', 'bitwarden.com/help/cli'],
    ['pass:acme/alice', 'apt-get install pass'],
    ['vault:secret/alice', 'developer.hashicorp.com/vault/install'],
    ['keepassxc:team.kdbx/alice', 'apt-get install keepassxc'],
    ['exec:["no-such-program"]', 'no-such-program'],
  ] as const) {
    const env = { PATH: folder, PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD: 'database-password' };
    const read = (): unknown => new References({ env, folder }).read(reference, 'password');
    await expectThrown(read, 'REFERENCE_UNRESOLVED', 'was not found', install);
  }
});

test('a failure quotes what the program said, without any secret in it', async ({ read, programs }) => {
  const stderr = `\u001B[31m[ERROR]\u001B[0m token hvs.token-4711 is bad,\n  and ${VALUE} too ${'x'.repeat(5000)}`;
  await programs.add('vault', { stdout: `${VALUE}\n`, stderr, exitCode: 2 });
  const env = { VAULT_TOKEN: 'hvs.token-4711' };
  const error = await expectThrown(
    () => read('vault:secret/alice', 'password', env),
    'REFERENCE_UNRESOLVED',
    '`vault kv get` ended with exit code 2, with "[ERROR] token [secret] is bad, and [secret] too x',
    'sign in with `vault login`',
  );
  expect(error.message).not.toMatch(/hvs\.token|Correct-Horse/);
  expect(error.message).not.toContain('\u001B');
  expect(error.message.length).toBeLessThan(700);
});

test('a program that prints nothing, too much or no end is an error', async ({ read, programs, folder }) => {
  await programs.add('silent', { stdout: '\n' });
  await expectThrown(() => read('exec:["silent"]'), 'REFERENCE_UNRESOLVED', '`silent` printed nothing');
  await programs.add('chatty', { stdout: 'x'.repeat(100_000) });
  await expectThrown(() => read('exec:["chatty"]'), 'REFERENCE_UNRESOLVED', '`chatty` printed more than 64 KiB');
  // A child of the program keeps its output open.
  const references = new References({ env: process.env, folder, timeout: 300 });
  const endless = (): unknown => references.read('exec:["sh","-c","sleep 60 & sleep 60"]', 'password');
  await expectThrown(endless, 'REFERENCE_UNRESOLVED', 'exec:["sh",…], but `sh` did not end within 0.3 s');
});

test('a malformed reference is not repeated, since it may be the value itself', async ({ read }) => {
  for (const reference of [
    ...['env:my secret', 'exec:["unclosed', 'exec:[]', 'exec:{"command":["a"],"shell":true}', 'exec:"sh"'],
    ...['op://only', 'op://vault/item', 'bw:', 'bw:--help', 'pass:-c', 'pass:#key', 'vault:alice', 'vault:a/b#-x'],
    ...['keepassxc:team.kdb/alice', 'keepassxc:team.kdbx/', 'keepassxc:team.kdbx/-x', 'file: '],
  ] as SecretReference[]) {
    const error = await expectThrown(() => read(reference), 'REFERENCE_UNRESOLVED', 'is not written', 'literal:');
    const rest = reference.replace(/^\w+:(?:\/\/)?/, '').trim();
    if (rest.length > 3) expect(error.message, reference).not.toContain(rest);
  }
});

test('missing variables and files say what to do', async ({ read, folder }) => {
  await expectThrown(
    () => read('env:ALICE'),
    'REFERENCE_UNRESOLVED',
    'is env:ALICE, but the variable ALICE is not set',
  );
  await expectThrown(() => read('env:ALICE', 'password', { ALICE: '' }), 'REFERENCE_UNRESOLVED', 'ALICE is empty');
  await expectThrown(() => read('file:none'), 'REFERENCE_UNRESOLVED', join(folder, 'none'), 'ENOENT');
  await expectThrown(() => read('file:.'), 'REFERENCE_UNRESOLVED', 'EISDIR');
  await writeFile(join(folder, 'empty'), '\n');
  await expectThrown(() => read('file:empty'), 'REFERENCE_UNRESOLVED', 'is empty');
  await writeFile(join(folder, 'large'), 'x'.repeat(70_000));
  await expectThrown(() => read('file:large'), 'REFERENCE_UNRESOLVED', 'more than 64 KiB');
});

test('a value is read once, and again only after a failure', async ({ folder, programs }) => {
  await programs.add('op', { exitCode: 1, stderr: 'not signed in' });
  const references = new References({ env: { PATH: programs.path }, folder });
  const read = (): Promise<string> => references.read('op://QA/alice/password', 'password');
  await expectThrown(read, 'REFERENCE_UNRESOLVED', 'not signed in');
  await programs.add('op', { stdout: VALUE });
  expect(await Promise.all([read(), read()])).toEqual([VALUE, VALUE]);
  expect(await read()).toBe(VALUE);
  expect(await programs.calls('op')).toHaveLength(2);
});

test('tokens and passwords that open a store are redacted, too', async ({ read, programs }) => {
  const published: string[] = [];
  const note = (secret: unknown): void => void published.push((secret as Secret).label);
  secretChannel.subscribe(note);
  try {
    await programs.add('vault', { stdout: VALUE });
    await programs.add('keepassxc-cli', { stdout: VALUE });
    await read('vault:secret/alice', 'password', { VAULT_TOKEN: 'hvs.token', VAULT_ADDR: 'https://vault.example' });
    await read('keepassxc:a.kdbx/b', 'password', { PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD: 'database-password' });
  } finally {
    secretChannel.unsubscribe(note);
  }
  expect(published).toEqual(['environment/VAULT_TOKEN', 'keepassxc/password']);
});

test('a program that may not be run is an error', async ({ read, programs, folder }) => {
  await programs.add('op', { stdout: VALUE });
  await chmod(join(folder, 'bin', 'op'), 0o644);
  await expectThrown(
    () => read('op://QA/alice/password', 'password', { PATH: join(folder, 'bin') }),
    'REFERENCE_UNRESOLVED',
    'EACCES',
  );
});
