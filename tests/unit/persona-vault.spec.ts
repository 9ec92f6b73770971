import { readCredentials } from '../../src/persona/credentials.ts';
import type { CredentialSources } from '../../src/persona/credential-sources.ts';
import type { PersonaRecord, SiteRecord } from '../../src/vault/record.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE, expect, test } from '../support/vault-test.ts';

const [ACME] = ALICE.sites as [SiteRecord];
const INTRANET: SiteRecord = { name: 'intranet', origins: ['https://intranet.example'], password: 'other horse' };

function placesOf(record: PersonaRecord | undefined, rest: Partial<CredentialSources> = {}): CredentialSources {
  return { personas: {}, env: {}, vault: { record, names: record ? [record.persona] : [] }, ...rest };
}

test('all values of a persona in the vault are read', () => {
  const { password, memorableWord, totp, ...rest } = readCredentials('alice', placesOf(ALICE));
  expect(rest).toEqual({
    name: 'alice',
    email: 'alice@acme.example',
    phone: '+12025552368',
    recoveryCodes: ['1111-2222', '3333-4444'],
    passkeys: ACME.passkeys,
    username: 'alice',
    origins: ['https://acme.example', 'https://*.acme.example'],
  });
  expect(password?.reveal()).toBe('correct horse');
  expect(memorableWord?.reveal()).toBe('marmalade');
  expect(totp).toMatchObject({ digits: 6 });
});

test('values missing in the vault are read from the configuration and the environment', () => {
  const record = { ...ALICE, sites: [{ name: 'acme', origins: ['https://acme.example'], password: 'correct horse' }] };
  const { username, totp } = readCredentials(
    'alice',
    placesOf(record, {
      personas: { alice: { username: 'Alice' } },
      env: { PERSONA_ALICE_TOTP: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
    }),
  );
  expect(username).toBe('Alice');
  expect(totp).toMatchObject({ period: 30 });
});

test('vault and environment may contain the same value in different notations', () => {
  const env = {
    PERSONA_ALICE_PASSWORD: 'correct horse',
    PERSONA_ALICE_TOTP: 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq',
    PERSONA_ALICE_ORIGINS: 'https://acme.example https://*.acme.example',
  };
  expect(readCredentials('alice', placesOf(ALICE, { env })).password?.reveal()).toBe('correct horse');
});

test('one error reports all conflicting values, with both places and without the values', async () => {
  const env = { PERSONA_ALICE_PASSWORD: 'horse battery', PERSONA_ALICE_ORIGINS: 'https://evil.example' };
  const personas = { alice: { email: 'other@acme.example' } };
  const error = await expectThrown(
    () => readCredentials('alice', placesOf(ALICE, { personas, env })),
    'SETTINGS_INVALID',
    '`password` in the vault and PERSONA_ALICE_PASSWORD in the environment differ: keep one of them',
    '`email` in the vault and `email` in the configuration differ',
    '`origins` in the vault and PERSONA_ALICE_ORIGINS in the environment differ',
  );
  expect(String(error)).not.toContain('horse');
});

test.describe('of several sites,', () => {
  const record = { ...ALICE, sites: [ACME, INTRANET] };
  for (const [url, password] of [
    ['https://acme.example/login', 'correct horse'],
    ['https://eu.acme.example', 'correct horse'],
    ['https://intranet.example:443/', 'other horse'],
  ] as const) {
    test(`the one that lists ${url} is chosen`, () => {
      expect(readCredentials('alice', placesOf(record), url).password?.reveal()).toBe(password);
    });
  }

  test('the one of the configured URL takes precedence over the site under test', () => {
    const personas = { alice: { url: 'https://intranet.example' } };
    const { password } = readCredentials('alice', placesOf(record, { personas }), 'https://acme.example');
    expect(password?.reveal()).toBe('other horse');
  });

  for (const [what, url, seen] of [
    ['a missing origin', 'https://other.example', 'none of them lists https://other.example'],
    ['an origin with plain HTTP', 'http://acme.example', 'none of them lists http://acme.example'],
    ['a missing baseURL', undefined, 'there is no `baseURL`'],
  ] as const) {
    test(`${what} is an error`, async () => {
      const read = (): unknown => readCredentials('alice', placesOf(record), url);
      await expectThrown(read, 'SETTINGS_INVALID', '("acme", "intranet")', seen, 'vault set alice origins');
    });
  }

  test('two with the same origin are an error', async () => {
    const both = { ...ALICE, sites: [ACME, { ...INTRANET, origins: ['https://acme.example'] }] };
    const read = (): unknown => readCredentials('alice', placesOf(both), 'https://acme.example');
    await expectThrown(read, 'SETTINGS_INVALID', '2 of them list https://acme.example');
  });
});

test('the error for an unknown name suggests a name of the vault', async () => {
  const vault = { record: undefined, names: ['alice', 'bob'] };
  await expectThrown(
    () => readCredentials('alcie', { personas: {}, env: {}, vault }),
    'PERSONA_UNKNOWN',
    'Did you mean "alice"?',
    'npx playwright-2fa vault set alcie password',
  );
});
