import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { References } from '../../src/secret/references/references.ts';
import { expect, test } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const VALUE = 'Correct-Horse-4711';
const URI = 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme';
type Env = Readonly<Record<string, string>>;

/** Runs a program with an input. Fails with its error output. */
async function run(command: readonly string[], env: Env, input = ''): Promise<string> {
  const [program = '', ...args] = command;
  return await new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, timeout: 60_000 };
    const child = execFile(program, args, options, (error, stdout, stderr) =>
      error ? reject(new Error(`${command.join(' ')}: ${stderr}`)) : resolve(stdout),
    );
    child.stdin?.on('error', () => undefined); // the program may end without reading
    child.stdin?.end(input);
  });
}

async function isInstalled(...programs: readonly string[]): Promise<boolean> {
  const found = programs.map((program) =>
    run(['sh', '-c', `command -v ${program}`], {}).then(
      () => true,
      () => false,
    ),
  );
  return !(await Promise.all(found)).includes(false);
}

test('an entry of pass has the password, the seed of pass-otp and further lines', async ({ folder }) => {
  test.skip(!(await isInstalled('pass', 'gpg', 'oathtool')), 'pass, pass-otp or gpg is not installed');
  test.slow();
  const home = join(folder, 'gnupg');
  const env = { HOME: folder, GNUPGHOME: home, PASSWORD_STORE_DIR: join(folder, 'store') };
  await mkdir(home, { mode: 0o700 });
  try {
    const key = ['--batch', '--passphrase', '', '--quick-generate-key', 'qa@acme.test', 'default', 'default', 'never'];
    await run(['gpg', ...key], env);
    await run(['pass', 'init', 'qa@acme.test'], env);
    const entry = `${VALUE}\nUsername: alice\nurl: https://acme.example:8443/login\n`;
    await run(['pass', 'insert', '--multiline', 'acme/alice'], env, entry);
    await run(['pass', 'otp', 'append', 'acme/alice'], env, `${URI}\n`);
    await run(['pass', 'insert', '--multiline', 'acme/codes'], env, '1111-2222\n3333-4444\n');
    await run(['pass', 'otp', 'insert', 'acme/seed'], env, `${URI}\n`);

    const references = new References({ env: { PATH: process.env['PATH'], ...env }, folder });
    const members = ['password', 'totp', 'username', 'url'];
    expect(await Promise.all(members.map((member) => references.read('pass:acme/alice', member)))).toEqual([
      ...[VALUE, URI, 'alice', 'https://acme.example:8443/login'],
    ]);
    expect(await references.read('pass:acme/alice#username', 'email')).toBe('alice');
    expect(await references.read('pass:acme/seed', 'totp')).toBe(URI);
    expect(await references.read('pass:acme/codes', 'recoveryCodes')).toBe('1111-2222\n3333-4444');
    const missing = (): unknown => references.read('pass:acme/bob', 'password');
    await expectThrown(
      missing,
      'REFERENCE_UNRESOLVED',
      'exit code 1',
      'acme/bob is not in the password store',
      '`pass ls`',
    );
    const lacking = (): unknown => references.read('pass:acme/codes', 'username');
    const error = await expectThrown(lacking, 'REFERENCE_UNRESOLVED', 'no line `username: …`');
    expect(error.message).not.toContain('1111');
  } finally {
    await run(['gpgconf', '--kill', 'all'], env).catch(() => undefined); // The agent uses the folder.
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** Database of KeePass as XML, with one entry. */
const DATABASE = `<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile><Meta><DatabaseName>QA</DatabaseName></Meta><Root><Group><Name>Root</Name><Group><Name>Acme</Name><Entry>
<String><Key>Title</Key><Value>alice</Value></String>
<String><Key>UserName</Key><Value>alice@acme.test</Value></String>
<String><Key>Password</Key><Value ProtectInMemory="True">${VALUE}</Value></String>
<String><Key>URL</Key><Value>https://acme.example</Value></String>
<String><Key>otp</Key><Value ProtectInMemory="True">${URI.replaceAll('&', '&amp;')}</Value></String>
<String><Key>memorableWord</Key><Value ProtectInMemory="True">marmalade</Value></String>
</Entry></Group></Group></Root></KeePassFile>`;

test('an entry of a KeePass database has the password, the seed and further attributes', async ({ folder }) => {
  test.skip(!(await isInstalled('keepassxc-cli')), 'keepassxc-cli is not installed');
  test.slow();
  await writeFile(join(folder, 'team.xml'), DATABASE);
  const secret = 'database-password';
  const create = ['keepassxc-cli', 'import', '--set-password', '--decryption-time', '100'];
  await run(
    [...create, join(folder, 'team.xml'), join(folder, 'team.kdbx')],
    { HOME: folder },
    `${secret}\n${secret}\n`,
  );
  await chmod(join(folder, 'team.kdbx'), 0o400); // It is only read.

  const env = { PATH: process.env['PATH'], HOME: folder, PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD: secret };
  const references = new References({ env, folder });
  const members = ['password', 'totp', 'username', 'url', 'memorableWord'];
  expect(await Promise.all(members.map((member) => references.read('keepassxc:team.kdbx/Acme/alice', member)))).toEqual(
    [VALUE, URI, 'alice@acme.test', 'https://acme.example', 'marmalade'],
  );
  expect(await references.read('keepassxc:team.kdbx/Acme/alice#UserName', 'email')).toBe('alice@acme.test');
  const missing = (): unknown => references.read('keepassxc:team.kdbx/Acme/bob', 'password');
  await expectThrown(missing, 'REFERENCE_UNRESOLVED', 'exit code 1', 'Could not find entry', 'Check the entry');

  const wrong = new References({ env: { ...env, PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD: 'another-password' }, folder });
  const error = await expectThrown(
    () => wrong.read('keepassxc:team.kdbx/Acme/alice', 'password'),
    'REFERENCE_UNRESOLVED',
    'exit code 1',
    'PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD',
  );
  expect(error.message).not.toContain('another-password');
});
