import { expect, test } from '@playwright/test';
import { type StoredPasskey, fingerprint, isAllowedHost, passkeyProblem } from '../../src/passkey/passkey.ts';
import { readCredentials } from '../../src/persona/credentials.ts';
import { storedSecrets } from '../../src/persona/stored-secrets.ts';
import { newPasskey } from '../support/passkey.ts';
import { expectThrown } from '../support/thrown.ts';

const KEY = newPasskey('acme.example');
const ADDRESS = { PERSONA_ALICE_EMAIL: 'alice@acme.test' };

test('a stored passkey is checked, and the problem contains none of its values', () => {
  expect(passkeyProblem(KEY)).toBeUndefined();
  expect(passkeyProblem({ ...KEY, signCount: undefined })).toBeUndefined();
  expect(passkeyProblem({ ...KEY, id: '', publicKey: undefined })).toBe('has no `id`, `publicKey`');
  for (const signCount of [-1, 1.5, 2 ** 32, '7'])
    expect(passkeyProblem({ ...KEY, signCount })).toContain('`signCount`');
  for (const value of [undefined, null, 'key', 7]) expect(passkeyProblem(value)).toBe('must be an object');
});

test('a page may use the passkeys of its own domain and of the domains above it', () => {
  expect(isAllowedHost('acme.example', 'acme.example')).toBe(true);
  expect(isAllowedHost('acme.example', 'login.acme.example')).toBe(true);
  expect(isAllowedHost('login.acme.example', 'acme.example')).toBe(false);
  expect(isAllowedHost('acme.example', 'notacme.example')).toBe(false);
});

test('a fingerprint does not depend on the order of the passkeys', () => {
  const other = newPasskey('other.example');
  expect(fingerprint([KEY, other])).toBe(fingerprint([other, KEY]));
  expect(fingerprint([KEY])).not.toBe(fingerprint([other]));
});

test('passkeys are read from the environment, as JSON', () => {
  const env = { ...ADDRESS, PERSONA_ALICE_PASSKEYS: JSON.stringify([KEY]) };
  expect(readCredentials('alice', { personas: {}, env }).passkeys).toEqual([KEY]);
  expect(storedSecrets({}, env)).toEqual([[KEY.privateKey, 'alice/passkey']]);
});

test('the environment and the configuration may have the same passkeys, but not different ones', () => {
  const personas = { alice: { passkeys: [KEY] } };
  const same = { ...ADDRESS, PERSONA_ALICE_PASSKEYS: JSON.stringify([KEY]) };
  expect(readCredentials('alice', { personas, env: same }).passkeys).toEqual([KEY]);
  const other = { ...ADDRESS, PERSONA_ALICE_PASSKEYS: JSON.stringify([newPasskey('acme.example')]) };
  expect(() => readCredentials('alice', { personas, env: other })).toThrow('differ: keep one of them');
});

for (const [what, json] of Object.entries({
  'invalid JSON': '[MIGHAgEA',
  'JSON that is not a list': JSON.stringify(KEY),
  'a list with half a passkey': JSON.stringify([{ ...KEY, id: undefined }]),
})) {
  test(`${what} is reported without its content`, async () => {
    const env = { ...ADDRESS, PERSONA_ALICE_PASSKEYS: json };
    const told =
      /PERSONA_ALICE_PASSKEYS must be JSON|`passkeys` must be a list|`passkeys` has an invalid entry 1: it has no `id`/;
    const error = await expectThrown(() => readCredentials('alice', { personas: {}, env }), 'SETTINGS_INVALID', told);
    expect(error.message).not.toContain('MIGHAgEA');
  });
}

test('private keys in the configuration are registered as secrets', () => {
  const passkeys = [KEY, 'broken'] as unknown as readonly StoredPasskey[];
  expect(storedSecrets({ alice: { passkeys } }, {})).toEqual([[KEY.privateKey, 'alice/passkey']]);
});

test('a member that is null, and passkeys that are JSON null, are not secrets', async () => {
  expect(storedSecrets({ alice: { password: null as never } }, { PERSONA_BOB_PASSKEYS: 'null' })).toEqual([]);
  const env = { ...ADDRESS, PERSONA_ALICE_PASSKEYS: 'null' };
  await expectThrown(() => readCredentials('alice', { personas: {}, env }), 'SETTINGS_INVALID', 'must be JSON');
});

test('the seed of a URI is a secret as normalized and as spelled', () => {
  const totp = 'otpauth://totp/a?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq';
  expect(storedSecrets({ alice: { totp } }, {}).map(([value]) => value)).toEqual([
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    'gezdgnbvgy3tqojqgezdgnbvgy3tqojq',
  ]);
});
