import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toBuffer } from 'qrcode';
import { migrationUri } from '../support/migration.ts';
import { MAIN, expect, test } from '../support/cli-test.ts';
import { BOB_KEY } from '../support/vault-test.ts';

const ORIGIN = ['--origin', 'https://acme.example'];
const PASSKEY = {
  id: 'AAEC',
  rpId: 'acme.example',
  userHandle: 'YWxpY2U',
  privateKey: 'MIGHAgEAMBMGByqGSM49',
  publicKey: 'MFkwEwYHKoZIzj0C',
};
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('init creates a vault and a key, explains the setup of CI, and does not show the key', async ({
  runVault,
  folder,
}) => {
  const first = await runVault(['init', '--recipient', BOB_KEY.recipient]);
  const keyPath = join(folder, 'home/.config/playwright-2fa/key.txt');
  const key = await readFile(keyPath, 'utf8');
  const own = /age1\w+/.exec(key)?.[0] ?? 'none';
  for (const part of [own, BOB_KEY.recipient, keyPath, 'Created your key', 'PLAYWRIGHT_2FA_KEY']) {
    expect(first.stdout).toContain(part);
  }
  expect(first.stdout + first.stderr).not.toContain('AGE-SECRET-KEY');
  const again = await runVault(['init']);
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('already') });
  expect(await readFile(keyPath, 'utf8')).toBe(key);
});

test('init explains what to do if git ignores the vault', async ({ runVault, project, writeProjectFile }) => {
  execFileSync('git', ['init', '--quiet', project.folder]);
  expect((await runVault(['init'])).stdout).not.toContain('Git ignores');
  await writeProjectFile('.gitignore', '.playwright-2fa/\n');
  expect((await runVault(['init'])).stdout).toContain('Git ignores');
  await writeProjectFile('.gitignore', '.playwright-2fa/*\n!.playwright-2fa/vault/\n');
  expect((await runVault(['init'])).stdout).not.toContain('Git ignores');
  await runVault(['set', 'alice', 'email'], 'alice@acme.example');
  const untracked = execFileSync('git', ['-C', project.folder, 'status', '--short', '--untracked-files=all']);
  const names = ['.gitignore', '.playwright-2fa/vault/alice.age', '.playwright-2fa/vault/recipients.txt'];
  expect(String(untracked).trim().split('\n')).toEqual(names.map((name) => `?? ${name}`));
});

test('init creates the key file that PLAYWRIGHT_2FA_KEY_FILE names', async ({ runVault, project }) => {
  const path = join(project.folder, '..', 'keys', 'mine.txt');
  const env = { PLAYWRIGHT_2FA_KEY_FILE: path };
  const first = await runVault(['init'], '', env);
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Created your key: ${path}.`) });
  const key = await readFile(path, 'utf8');
  expect(key).toMatch(/^AGE-SECRET-KEY-1/m);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  expect((await runVault(['set', 'alice', 'email'], 'alice@acme.example', env)).exitCode).toBe(0);
  expect((await runVault(['get', 'alice', 'email'], '', env)).stdout).toBe('alice@acme.example\n');
  const again = await runVault(['init'], '', env);
  expect(again.stdout).toContain(`Your key: ${path}.`);
  expect(await readFile(path, 'utf8')).toBe(key);
  const wrong = await runVault(['get', 'alice', 'email'], '', { PLAYWRIGHT_2FA_KEY_FILE: `${path}.none` });
  expect(wrong.stderr).toContain('mine.txt.none, which does not exist');
  expect(existsSync(`${path}.none`)).toBe(false);
});

test('git ignores all but the vault from the time that the folder is made', async ({
  runVault,
  runCli,
  project,
  writeProjectFile,
}) => {
  execFileSync('git', ['init', '--quiet', project.folder]);
  const untracked = (): string =>
    String(execFileSync('git', ['-C', project.folder, 'status', '--short', '--untracked-files=all'])).trim();
  expect((await runCli(['profile', 'list'])).exitCode).toBe(0);
  expect(existsSync(join(project.folder, '.playwright-2fa'))).toBe(false);
  await runCli(['profile', 'discard', 'alice']);
  const file = join(project.folder, '.playwright-2fa', '.gitignore');
  expect(await readFile(file, 'utf8')).toBe('*\n');
  expect(untracked()).toBe('');
  await runVault(['set', 'alice', 'email'], 'alice@acme.example');
  expect(untracked()).toBe('?? .playwright-2fa/vault/alice.age\n?? .playwright-2fa/vault/recipients.txt');
  await writeProjectFile('.playwright-2fa/.gitignore', '# mine\n*\n');
  await runVault(['set', 'bob', 'email'], 'bob@acme.example');
  expect(await readFile(file, 'utf8')).toBe('# mine\n*\n');
});

test('get returns values set from standard input, and shows secrets only on request', async ({ runVault }) => {
  for (const [member, value] of [
    ['email', 'alice@acme.example\n'],
    ['phone', '+12025552368'],
    ['username', 'alice'],
    ['password', ' sw0rd fish \n'],
    ['otp', 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq'],
    ['recovery-codes', '1111 2222\n3333 4444\n'],
    ['passkeys', JSON.stringify(PASSKEY)],
  ] as const) {
    const result = await runVault(['set', 'alice', member, ...(member === 'username' ? ORIGIN : [])], value);
    expect(result).toEqual({ exitCode: 0, stdout: `Stored the ${member} of alice.\n`, stderr: '' });
  }
  const hidden = await runVault(['get', 'alice']);
  for (const part of [
    'alice@acme.example',
    '+12025552368',
    'acme.example',
    'https://acme.example',
    '[secret alice/password]',
    '[secret alice/otp]',
    '[secret alice/recoveryCodes]',
    '[secret alice/passkeys]',
  ]) {
    expect(hidden.stdout).toContain(part);
  }
  expect(hidden.stdout).not.toMatch(/sw0rd|GEZD|1111|AAEC|MIGH/);
  const got = async (...args: string[]): Promise<string> => (await runVault(['get', 'alice', ...args])).stdout;
  expect(await got('password')).toBe('[secret alice/password]\n');
  expect(await got('password', '--json')).toBe('"[secret alice/password]"\n');
  expect(await got('password', '--reveal')).toBe(' sw0rd fish \n');
  expect(await got('recovery-codes', '--reveal')).toBe('1111 2222\n3333 4444\n');
  expect(JSON.parse(await got('--json', '--reveal'))).toEqual({
    version: 1,
    persona: 'alice',
    email: 'alice@acme.example',
    phone: '+12025552368',
    sites: [
      {
        name: 'acme.example',
        origins: ['https://acme.example'],
        username: 'alice',
        password: ' sw0rd fish ',
        otp: `otpauth://totp/alice?secret=${SEED}`,
        recoveryCodes: ['1111 2222', '3333 4444'],
        passkeys: [PASSKEY],
      },
    ],
  });
});

test.describe('a value in the arguments is rejected, and not repeated', () => {
  for (const args of [
    ['set', 'alice', 'password', 'hunter2'],
    ['set', 'alice', 'password', '--hunter2'],
    ['set', 'alice', 'password', '--value=hunter2'],
    ['set', 'alice', 'hunter2'],
    ['import', 'alice', 'otpauth://totp/a?secret=hunter2'],
  ]) {
    test(args.join(' '), async ({ runVault, project }) => {
      const { exitCode, stdout, stderr } = await runVault(args, 'hunter3');
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/not repeated|Unknown member|passed as an argument/);
      expect(stderr).not.toContain('hunter2');
      const { code } = await stat(join(project.folder, '.playwright-2fa')).catch((error) => error);
      expect(code).toBe('ENOENT');
    });
  }
});

test.describe('a usage error exits with 2 and explains the usage', () => {
  for (const [args, ...parts] of [
    [[], 'There is no command', 'Usage:'],
    [['lst'], 'There is no such command', 'Did you mean "list"?'],
    [['set', 'alice'], '<member> is missing', 'Usage:'],
    [['set', 'alice', 'pasword'], 'Unknown member', 'Did you mean "password"?'],
    [['get', 'alice', 'password', '--site'], '--site', 'Supported:'],
    [['list', '--all'], 'unknown option', '--json'],
    [['import', 'alice', '-', '--format', 'csv'], 'Unknown format', 'bitwarden'],
  ] as const) {
    test(`vault ${args.join(' ')}`, async ({ runVault }) => {
      const { exitCode, stdout, stderr } = await runVault(args);
      expect([exitCode, stdout]).toEqual([2, '']);
      for (const part of parts) expect(stderr).toContain(part);
    });
  }
});

test('each command has a help text', async ({ runVault }) => {
  for (const command of ['init', 'set', 'get', 'list', 'import', 'remove', 'rekey', 'verify']) {
    const result = await runVault([command, '--help']);
    expect(result).toEqual({ exitCode: 0, stdout: expect.stringContaining(`vault ${command}`), stderr: '' });
  }
  expect((await runVault(['--help'])).stdout).toContain('PLAYWRIGHT_2FA_KEY');
});

test('personas are listed and removed', async ({ runVault }) => {
  expect((await runVault(['list'])).stderr).toContain('no personas');
  for (const name of ['bob', 'alice']) await runVault(['set', name, 'email'], `${name}@acme.example`);
  expect((await runVault(['list'])).stdout).toBe('alice\nbob\n');
  expect(await runVault(['remove', 'alice'])).toMatchObject({ exitCode: 0, stdout: 'Removed alice.\n' });
  expect(await runVault(['list', '--json'])).toMatchObject({ stdout: '["bob"]\n' });
  for (const command of ['remove', 'get']) {
    const result = await runVault([command, 'bobb']);
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Did you mean "bob"?') });
  }
});

test('a site is chosen by its name or its origin', async ({ runVault }) => {
  const set = (value: string, ...args: string[]) => runVault(['set', 'alice', 'password', ...args], value);
  expect(await set('none')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--origin') });
  await set('one', ...ORIGIN);
  await set('two', '--site', 'other', '--origin', 'https://other.example');
  expect(await set('three')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"acme.example", "other"') });
  await set('four', '--origin', 'https://other.example');
  expect((await runVault(['get', 'alice', 'password', '--site', 'other', '--reveal'])).stdout).toBe('four\n');
  expect((await runVault(['get', 'alice', 'password', '--site', 'acme.example', '--reveal'])).stdout).toBe('one\n');
  await runVault(['set', 'alice', 'origins', '--site', 'other'], 'https://a.example, https://*.b.example\n');
  const { stdout } = await runVault(['get', 'alice', 'origins', '--site', 'other']);
  expect(stdout).toBe('https://a.example\nhttps://*.b.example\n');
  const bad = await set('five', '--origin', 'acme.example/sign-in');
  expect(bad).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('An origin is invalid') });
});

test('a second recipient reads with its own key, and the first can be removed', async ({ runVault }) => {
  const bob = { PLAYWRIGHT_2FA_KEY: BOB_KEY.identity };
  await runVault(['set', 'alice', 'email'], 'alice@acme.example');
  const stranger = await runVault(['get', 'alice', 'email'], '', bob);
  expect(stranger).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(BOB_KEY.recipient) });
  const rekey = await runVault(['rekey', '--recipient', BOB_KEY.recipient]);
  expect(rekey).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Encrypted 1 file in') });
  expect((await runVault(['get', 'alice', 'email'], '', bob)).stdout).toBe('alice@acme.example\n');
  const own = /age1\w+/.exec((await runVault(['init'])).stdout)?.[0] ?? '';
  const without = await runVault(['rekey', '--remove-recipient', own], '', bob);
  expect(without.stdout).toContain('change the secrets too');
  expect(await runVault(['get', 'alice', 'email'])).toMatchObject({ exitCode: 1 });
});

test('a file of each kind is imported', async ({ runVault, writeProjectFile }) => {
  const account = { secret: Buffer.from('12345678901234567890'), name: 'alice', issuer: 'Acme', type: 2 };
  const uri = `otpauth://totp/Acme:alice?secret=${SEED}`;
  const bitwarden = `folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,Acme,,,,https://acme.example,alice,sw0rdfish,${SEED}\n`;
  const onePassword = `Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nAcme,https://acme.example,alice,sw0rdfish,${uri},,,,\n`;
  for (const [persona, content, ...args] of [
    ['a', `${uri}\n`, ...ORIGIN],
    ['b', migrationUri({ accounts: [account] }), ...ORIGIN],
    ['c', await toBuffer(uri), ...ORIGIN, '--format', 'qr'],
    ['d', await toBuffer(migrationUri({ accounts: [account] })), ...ORIGIN],
    ['e', bitwarden],
    ['f', onePassword],
  ] as const) {
    const file = await writeProjectFile('import', content);
    const result = await runVault(['import', persona, file, ...args]);
    expect(result).toEqual({ exitCode: 0, stdout: `Imported into ${persona}: acme.example.\n`, stderr: '' });
    expect((await runVault(['get', persona, 'otp', '--reveal'])).stdout).toContain(`secret=${SEED}`);
  }
  expect(await runVault(['import', 'g', '-'], bitwarden)).toMatchObject({ exitCode: 0 });
  expect((await runVault(['get', 'g', 'password', '--reveal'])).stdout).toBe('sw0rdfish\n');
});

test('an import with problems changes nothing, unless they are skipped', async ({ runVault }) => {
  const rows = `Title,Url,Username,Password,OTPAuth\nAcme,https://acme.example,alice,sw0rdfish,\nBad,,bob,sw0rdfish,\n`;
  const rejected = await runVault(['import', 'alice', '-'], rows);
  expect(rejected).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('line 3 ("Bad")') });
  expect((await runVault(['list'])).stdout).toBe('');
  const partial = await runVault(['import', 'alice', '-', '--skip-invalid'], rows);
  expect(partial).toMatchObject({ exitCode: 0, stdout: 'Imported into alice: acme.example.\n' });
  expect(partial.stderr).toContain('Skipped: line 3 ("Bad")');
  expect(rejected.stderr + partial.stderr).not.toContain('sw0rdfish');
});

test('verify exits with 0 or 1, and reports each problem', async ({ runVault, project }) => {
  expect(await runVault(['verify'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('vault init') });
  for (const name of ['alice', 'bob']) await runVault(['set', name, 'email'], `${name}@acme.example`);
  const valid = await runVault(['verify']);
  expect(valid).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No problems found: 2 personas') });
  const file = (name: string): string => join(project.folder, '.playwright-2fa/vault', name);
  await rename(file('alice.age'), file('carol.age'));
  await writeFile(file('bob.age'), 'no age file');
  const bad = await runVault(['verify']);
  expect(bad).toMatchObject({ exitCode: 1, stdout: '' });
  for (const part of ['document of "alice"', 'bob.age is damaged']) expect(bad.stderr).toContain(part);
});

test('the key can be in .env', async ({ runVault, writeProjectFile }) => {
  await writeProjectFile('.env', `PLAYWRIGHT_2FA_KEY=${BOB_KEY.identity}\n`);
  const { stdout } = await runVault(['init']);
  expect(stdout).toContain(BOB_KEY.recipient);
});

test('a value typed at a terminal is not shown', async ({ project, runVault }) => {
  const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
  test.skip(!hasScript, 'the program `script`, which provides a terminal, is not installed');
  await runVault(['set', 'alice', 'username', ...ORIGIN], 'alice');
  const command = `${process.execPath} ${MAIN} vault set alice password`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: project.folder, env: project.env });
  let shown = '';
  let hasTyped = false;
  terminal.stdout.on('data', (chunk) => {
    shown += String(chunk);
    if (hasTyped || !shown.includes('(not shown): ')) return;
    hasTyped = true;
    terminal.stdin.write('hunger\u007f\u007f\u007fter2\r');
  });
  const exitCode = await new Promise((resolve) => terminal.on('close', resolve));
  expect(exitCode).toBe(0);
  expect(shown).toMatch(/^password of alice \(not shown\): \r\nStored the password of alice\.\r\n$/);
  expect((await runVault(['get', 'alice', 'password', '--reveal'])).stdout).toBe('hunter2\n');
});

test('set keeps a reference as it is, but none that names a program', async ({ runVault }) => {
  await runVault(['init']);
  const kept = await runVault(['set', 'alice', 'password', ...ORIGIN], 'pass:acme/alice');
  expect(kept.exitCode).toBe(0);
  const refused = await runVault(['set', 'alice', 'password', ...ORIGIN], 'exec:["id"]');
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Put the reference into the configuration'),
  });
  expect((await runVault(['get', 'alice', 'password', '--reveal'])).stdout.trim()).toBe('pass:acme/alice');
});
