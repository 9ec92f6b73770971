import { expect, test } from '@playwright/test';
import { readStoredCredentials } from '../../src/persona/stored-credentials.ts';
import type { PersonaSettings } from '../../src/persona/settings.ts';
import { storedSecrets } from '../../src/persona/stored-secrets.ts';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { checkRecord, type PersonaRecord } from '../../src/vault/record.ts';
import { TwoFactorError } from '../../src/core/errors.ts';
import { type Secret, secretChannel } from '../../src/secret/secret.ts';
import { expectThrown } from '../support/thrown.ts';

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VALUES: Readonly<Record<string, string>> = {
  'op://QA/alice/password': 'Correct-Horse-4711',
  'op://QA/alice/seed': SEED,
  'op://QA/alice/email': 'alice@acme.test',
  'op://QA/alice/codes': '1111-2222, 3333-4444',
  'op://QA/alice/key':
    '[{"id":"AAEC","rpId":"acme.example","userHandle":"YWxpY2U","privateKey":"MIGHAgEAMBMGByqGSM49","publicKey":"MFkwEwYHKoZIzj0C"}]',
  'op://QA/alice/form': '{"length":8}',
  'op://QA/alice/url': 'https://two.example/login',
  'op://QA/alice/odd': 'env:not-a-reference',
};

interface Places {
  readonly alice?: PersonaSettings;
  readonly env?: Readonly<Record<string, string>>;
  readonly record?: PersonaRecord;
}

/** Reads alice from some places. @param read reads a reference */
async function readAlice(
  { alice, env = {}, record }: Places,
  read = (reference: string): Promise<string> => Promise.resolve(VALUES[reference] ?? ''),
): Promise<Awaited<ReturnType<typeof readStoredCredentials>>> {
  const vault = record && {
    read: () => Promise.resolve(record),
    names: () => Promise.resolve(['alice']),
    version: () => Promise.resolve(undefined),
  };
  const references = (): Promise<{ read: typeof read }> => Promise.resolve({ read });
  return await readStoredCredentials('alice', { personas: alice ? { alice } : {}, env, vault, references }, undefined);
}

/** Labels and values that are registered while some work runs. */
async function registeredBy(work: () => Promise<unknown>): Promise<string[]> {
  const registered: string[] = [];
  const note = (secret: unknown): void => void registered.push((secret as Secret).reveal());
  secretChannel.subscribe(note);
  await work().finally(() => secretChannel.unsubscribe(note));
  return registered;
}

test('any member may be a reference: of text, of a list and of JSON', async () => {
  const alice: PersonaSettings = {
    email: 'op://QA/alice/email',
    password: 'op://QA/alice/password',
    totp: 'op://QA/alice/seed',
    recoveryCodes: 'op://QA/alice/codes',
    passkeys: 'op://QA/alice/key',
    code: 'op://QA/alice/form',
    url: 'op://QA/alice/url',
  };
  const read = await readAlice({ alice });
  expect(read.password?.reveal()).toBe('Correct-Horse-4711');
  expect(read).toMatchObject({ email: 'alice@acme.test', recoveryCodes: ['1111-2222', '3333-4444'] });
  expect(read.passkeys?.map(({ rpId }) => rpId)).toEqual(['acme.example']);
  expect(read.code).toEqual({ length: 8 });
  expect(read.origins).toEqual(['https://two.example']);
  const env = Object.fromEntries(
    Object.entries(alice).map(([name, text]) => [
      `PERSONA_ALICE_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`,
      String(text),
    ]),
  );
  expect(await readAlice({ env })).toEqual(read);
});

test('a document of the vault may hold references, and only those of the chosen site are read', async () => {
  const record = checkRecord(
    {
      version: 1,
      persona: 'alice',
      email: 'op://QA/alice/email',
      sites: [
        {
          name: 'one',
          origins: ['https://one.example'],
          password: 'op://QA/other/password',
          otp: 'op://QA/other/seed',
        },
        {
          name: 'two',
          origins: ['https://two.example'],
          password: 'op://QA/alice/password',
          otp: 'op://QA/alice/seed',
        },
      ],
    },
    'alice',
    VAULT_SCHEMA,
  );
  const asked: string[] = [];
  const read = await readAlice({ record, alice: { url: 'op://QA/alice/url' } }, async (reference) => {
    asked.push(reference);
    return VALUES[reference] ?? '';
  });
  expect(read.password?.reveal()).toBe('Correct-Horse-4711');
  expect(read.email).toBe('alice@acme.test');
  expect(asked.toSorted()).toEqual(['email', 'password', 'seed', 'url'].map((field) => `op://QA/alice/${field}`));
  expect(record.sites[1]?.password).toBe('op://QA/alice/password'); // The document itself is left as it is.
});

test('the origins of a site in the vault cannot be a reference, because they select the site', async () => {
  const sites = [{ name: 'one', origins: 'env:ORIGINS' }];
  await expectThrown(
    () => checkRecord({ version: 1, persona: 'alice', sites }, 'alice', VAULT_SCHEMA),
    'VAULT_INVALID',
    '`origins` must be a list',
  );
});

test('all references are read at the same time', async () => {
  let running = 0;
  let most = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const alice: PersonaSettings = {
    email: 'op://QA/alice/email',
    password: 'op://QA/alice/password',
    totp: 'op://QA/alice/seed',
  };
  await readAlice({ alice }, async (reference) => {
    most = Math.max(most, ++running);
    if (running === 3) open();
    await gate;
    running--;
    return VALUES[reference] ?? '';
  });
  expect(most).toBe(3);
});

test('secret values are registered for redaction, also one that turns out to be wrong', async () => {
  const alice: PersonaSettings = { password: 'op://QA/alice/password', totp: 'op://QA/alice/password' };
  const registered = await registeredBy(() => readAlice({ alice }).catch(() => undefined));
  expect(new Set(registered)).toEqual(new Set(['Correct-Horse-4711']));
  expect(await registeredBy(() => readAlice({ alice: { totp: 'op://QA/alice/seed' } }))).toContain(SEED);
  const odd = await registeredBy(() => readAlice({ alice: { password: 'op://QA/alice/odd' } }));
  expect(odd).toContain('env:not-a-reference');
});

test('all references that fail are named in one error, with their places and without a value', async () => {
  const failing = async (reference: string): Promise<string> => {
    if (reference === 'env:BAD') throw new TwoFactorError('REFERENCE_UNRESOLVED', 'is env:BAD, but BAD is not set.');
    return 'Correct-Horse-4711';
  };
  const places: Places = {
    alice: { password: 'env:BAD', email: 'env:WRONG_FORM', passkeys: 'env:NO_JSON', username: 'env:GOOD' },
    env: { PERSONA_ALICE_TOTP: 'env:BAD' },
    record: {
      version: 1,
      persona: 'alice',
      phone: 'env:BAD',
      sites: [{ name: 'acme', origins: ['https://acme.test'], password: 'exec:["id"]' }],
    },
  };
  const error = await expectThrown(
    () => readAlice(places, failing),
    'REFERENCE_UNRESOLVED',
    'Persona "alice" has references without a value:',
    '- `password` in the configuration is env:BAD, but BAD is not set.',
    '- `phone` in the vault is env:BAD, but BAD is not set.',
    '- `password` in the vault is an exec: reference. Anybody who knows the recipients',
    '- PERSONA_ALICE_TOTP in the environment is env:BAD',
    '- `email` in the configuration refers to a value that is wrong: must be an address',
    '- `passkeys` in the configuration refers to a value that is wrong: must be JSON',
  );
  expect(error.message).not.toContain('Correct-Horse');
});

test('a persona of no place is unknown, and one of the environment alone is not', async () => {
  await expectThrown(() => readAlice({}), 'PERSONA_UNKNOWN', 'Unknown persona "alice"');
  const { email } = await readAlice({ env: { PERSONA_ALICE_EMAIL: 'env:ADDRESS' } }, async () => 'alice@acme.test');
  expect(email).toBe('alice@acme.test');
});

test('two places that refer to different values are an error, and to the same value are none', async () => {
  const alice: PersonaSettings = { password: 'op://QA/alice/password' };
  const same = { PERSONA_ALICE_PASSWORD: 'Correct-Horse-4711' };
  expect((await readAlice({ alice, env: same })).password?.reveal()).toBe('Correct-Horse-4711');
  const other = { PERSONA_ALICE_PASSWORD: 'another' };
  await expectThrown(() => readAlice({ alice, env: other }), 'SETTINGS_INVALID', 'differ: keep one of them');
});

test('a value that begins like a reference is marked with `literal:`', async () => {
  const never = (): Promise<string> => Promise.reject(new Error('was read'));
  for (const places of [
    { alice: { password: 'literal:pass:word' } },
    { env: { PERSONA_ALICE_PASSWORD: 'literal:pass:word' } },
    {
      record: {
        version: 1,
        persona: 'alice',
        sites: [{ name: 'acme', origins: ['https://acme.example'], password: 'literal:pass:word' }],
      },
    },
  ] satisfies Places[])
    expect((await readAlice(places, never)).password?.reveal()).toBe('pass:word');
  expect((await readAlice({ alice: { password: 'literal:literal:x' } }, never)).password?.reveal()).toBe('literal:x');
});

test('the text of a reference is not secret, and a marked value is secret without its mark', () => {
  const personas = { alice: { password: 'literal:pass:word', totp: 'op://QA/alice/seed' } };
  const env = { PERSONA_BOB_PASSWORD: 'vault:secret/bob', PERSONA_BOB_RECOVERY_CODES: 'literal:1111 2222' };
  expect(storedSecrets(personas, env).map(([value]) => value)).toEqual(['pass:word', '1111', '2222']);
});
