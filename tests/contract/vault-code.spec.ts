import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Vault } from '../../src/project/vault.ts';
import { secretChannel } from '../../src/secret/secret.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { ALICE_KEY } from '../support/vault-test.ts';

const ORIGIN = 'https://acme.example';
const OTP = 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

const test = base.extend<{ vault: Vault; seen: string[] }>({
  vault: async ({ folder }, use) => {
    await writeFile(join(folder, '.env'), `PLAYWRIGHT_2FA_KEY=${ALICE_KEY.identity}\n`);
    await use(await Vault.open({ folder }));
  },
  // Secrets that were registered for redaction.
  seen: async ({}, use) => {
    const seen: string[] = [];
    const note = (secret: unknown): void => void seen.push((secret as { reveal(): string }).reveal());
    secretChannel.subscribe(note);
    await use(seen);
    secretChannel.unsubscribe(note);
  },
});

test('what is written is read again, with the names of the configuration', async ({ vault }) => {
  await vault.write('alice', { email: 'alice@acme.example', origins: [ORIGIN], password: 'horse', totp: OTP });
  expect(await vault.read('alice')).toEqual({
    name: 'alice',
    email: 'alice@acme.example',
    sites: [{ name: 'acme.example', origins: [ORIGIN], password: 'horse', totp: OTP }],
  });
  expect(await vault.list()).toEqual(['alice']);
  expect(await vault.remove('alice')).toBe(true);
  expect([await vault.read('alice'), await vault.remove('alice')]).toEqual([undefined, false]);
});

test('members that are left out stay, and null removes one', async ({ vault }) => {
  await vault.write('alice', { origins: [ORIGIN], username: 'alice', password: 'horse' });
  await vault.write('alice', { username: null, recoveryCodes: ['1111-2222'] });
  await vault.write('alice', { site: 'shop', origins: ['https://shop.example'], password: 'other' });
  expect((await vault.read('alice'))?.sites).toEqual([
    { name: 'acme.example', origins: [ORIGIN], password: 'horse', recoveryCodes: ['1111-2222'] },
    { name: 'shop', origins: ['https://shop.example'], password: 'other' },
  ]);
});

test('a function sees the persona as it is, and no other write comes between', async ({ vault }) => {
  await vault.write('alice', { origins: [ORIGIN], username: '0' });
  const count = async (): Promise<void> => {
    await vault.write('alice', ({ sites }) => ({ username: String(Number(sites[0]?.username) + 1) }));
  };
  await Promise.all(Array.from({ length: 10 }, count));
  expect((await vault.read('alice'))?.sites[0]?.username).toBe('10');
});

test('values are registered for redaction before they are written, and when they are read', async ({ vault, seen }) => {
  await vault.write('alice', { origins: [ORIGIN], password: 'horse', totp: OTP });
  expect(seen).toEqual(expect.arrayContaining(['horse', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ']));
  seen.length = 0;
  await vault.read('alice');
  expect(seen).toEqual(expect.arrayContaining(['horse', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ']));
});

test('all problems of a write are reported without a value, and nothing is written', async ({ vault }) => {
  await vault.write('alice', { origins: [ORIGIN], password: 'horse' });
  const wrong = vault.write('alice', { email: 'nobody', password: '', totp: '123456' });
  await expect(wrong).rejects.toMatchObject({
    code: 'VAULT_INVALID',
    message: expect.stringMatching(/`email` must be an address[^]*`password` must not be empty[^]*`otp` is invalid/),
  });
  const unknown = vault.write('alice', { pasword: 'secret horse' } as never);
  await expect(unknown).rejects.toMatchObject({ message: expect.stringContaining('Did you mean "password"?') });
  expect((await vault.read('alice'))?.sites[0]).toEqual({ name: 'acme.example', origins: [ORIGIN], password: 'horse' });
});

test('the program age reads what code has written', async ({ vault, folder }) => {
  test.skip(spawnSync('age', ['--version']).status !== 0, 'the program `age` is not installed');
  await vault.write('alice', { origins: [ORIGIN], password: 'horse' });
  const key = join(folder, 'key.txt');
  await writeFile(key, `${ALICE_KEY.identity}\n`, { mode: 0o600 });
  const file = join(folder, '.playwright-2fa/vault/alice.age');
  const { stdout } = await promisify(execFile)('age', ['-d', '-i', key, file]);
  expect(JSON.parse(stdout)).toMatchObject({ persona: 'alice', sites: [{ password: 'horse' }] });
});
