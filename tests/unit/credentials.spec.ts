import { expect, test } from '@playwright/test';
import { readSeed } from '../../src/otp/seed.ts';
import { readCredentials } from '../../src/persona/credentials.ts';
import type { PersonaSettings } from '../../src/persona/settings.ts';
import { variableOf } from '../../src/persona/credential-sources.ts';
import { expectThrown } from '../support/thrown.ts';

/** Reads credentials without a vault. */
function read(
  name: string,
  personas: Readonly<Record<string, PersonaSettings>>,
  env: Readonly<Record<string, string>>,
  baseUrl?: string,
): ReturnType<typeof readCredentials> {
  return readCredentials(name, { personas, env }, baseUrl);
}

const PASSWORD = 'Correct-Horse-4711';
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const ALICE = {
  email: 'alice@acme.test',
  username: 'alice',
  password: PASSWORD,
  phone: '+12025552368',
  totp: SEED,
  url: 'https://acme.example',
};

test('all values of a persona in the configuration are read', () => {
  const { password, ...rest } = read('alice', { alice: ALICE }, {});
  expect(rest).toEqual({
    name: 'alice',
    email: ALICE.email,
    username: 'alice',
    phone: ALICE.phone,
    totp: readSeed(SEED),
    url: ALICE.url,
    origins: [new URL(ALICE.url).origin],
  });
  expect(password?.reveal()).toBe(PASSWORD);
  expect(String(password)).toBe('[secret alice/password]');
});

test('all values of a persona in the environment are read', () => {
  const env = Object.fromEntries(
    Object.entries(ALICE).map(([field, value]) => [`PERSONA_ALICE_${field.toUpperCase()}`, value]),
  );
  expect(read('alice', {}, env)).toMatchObject({
    name: 'alice',
    email: ALICE.email,
    phone: ALICE.phone,
    totp: readSeed(SEED),
  });
  expect(read('alice', {}, env).password?.reveal()).toBe(PASSWORD);
});

test('values of the environment are added to those of the configuration', () => {
  const { email, password } = read('alice', { alice: { email: ALICE.email } }, { PERSONA_ALICE_PASSWORD: PASSWORD });
  expect([email, password?.reveal()]).toEqual([ALICE.email, PASSWORD]);
});

test('configuration and environment may contain the same value', () => {
  expect(read('alice', { alice: { email: ALICE.email } }, { PERSONA_ALICE_EMAIL: ALICE.email }).email).toBe(
    ALICE.email,
  );
});

test.describe('the variable of a persona', () => {
  for (const [name, variable] of [
    ['alice', 'PERSONA_ALICE_TOTP'],
    ['alice-smith', 'PERSONA_ALICE_SMITH_TOTP'],
    ['Alice Smith (2)', 'PERSONA_ALICE_SMITH_2__TOTP'],
    ['url', 'PERSONA_URL_TOTP'],
  ] as const) {
    test(`named ${name} is ${variable}`, () => {
      expect(variableOf(name, 'totp')).toBe(variable);
      expect(read(name, {}, { [variable]: SEED }).totp).toEqual(readSeed(SEED));
    });
  }
});

test('names with the same variable are the same persona', () => {
  expect(read('Alice_Smith', { bob: {}, 'alice-smith': { email: ALICE.email } }, {}).email).toBe(ALICE.email);
});

test.describe('an unknown persona', () => {
  test('gives an error with the nearest name, and how to define it', async () => {
    const work = (): unknown => read('alcie', { alice: ALICE }, { PERSONA_BOB_EMAIL: 'bob@acme.test' });
    await expectThrown(
      work,
      'PERSONA_UNKNOWN',
      '"alcie"',
      'Known: "alice", "bob".',
      'Did you mean "alice"?',
      'PERSONA_ALCIE_EMAIL',
      '.env',
    );
  });

  for (const name of ['toString', '__proto__', 'constructor']) {
    test(`may be named ${name}`, async () => {
      await expectThrown(() => read(name, { alice: ALICE }, {}), 'PERSONA_UNKNOWN', `"${name}"`);
    });
  }
});

test.describe('a persona is rejected', () => {
  for (const [name, settings, env, ...parts] of [
    [
      'with different e-mail addresses in configuration and environment',
      { email: 'a@acme.test' },
      { PERSONA_ALICE_EMAIL: 'b@acme.test' },
      '`email`',
      'PERSONA_ALICE_EMAIL',
      'differ',
    ],
    [
      'with different passwords in configuration and environment',
      { password: PASSWORD },
      { PERSONA_ALICE_PASSWORD: `${PASSWORD}2` },
      '`password`',
      'differ',
    ],
    [
      'with different seeds in configuration and environment',
      { totp: SEED },
      { PERSONA_ALICE_TOTP: 'MZXW6YTBOI' },
      '`totp`',
      'differ',
    ],
    [
      'with an empty variable',
      { email: 'a@acme.test' },
      { PERSONA_ALICE_PASSWORD: '' },
      'PERSONA_ALICE_PASSWORD is empty',
      '.env',
    ],
    ['with an empty member', { email: '' }, {}, '`email` is empty'],
    ['with an invalid e-mail address', { email: 'alice' }, {}, '"alice"', 'alice@example.com'],
    ['with an invalid phone number', { phone: '202 555 2368' }, {}, 'E.164', '+12025552368'],
    ['with an invalid URL', { url: 'acme.example' }, {}, '"acme.example"', 'https://'],
    ['with a code in place of a seed', { totp: '123456' }, {}, 'totp', 'Did you store a 6-digit code?'],
    ['with an unknown member', { emial: 'a@acme.test' }, {}, '"emial"', 'Did you mean "email"?'],
  ] as const) {
    test(name, async () => {
      const error = await expectThrown(
        () => read('alice', { alice: settings as PersonaSettings }, env),
        'SETTINGS_INVALID',
        '"alice"',
        ...parts,
      );
      expect(error.message.match(/^ {2}- /gm)).toHaveLength(1);
    });
  }

  test('with one error for all problems', async () => {
    const settings = { email: 'alice', phone: '12', url: 'x', totp: '123456' };
    const error = await expectThrown(
      () => read('alice', { alice: settings }, { PERSONA_ALICE_PASSWORD: '' }),
      'SETTINGS_INVALID',
    );
    expect(error.message.match(/^ {2}- /gm)).toHaveLength(5);
  });

  test('without a password or a seed in the error', async () => {
    const settings = { password: PASSWORD, totp: `${SEED}0`, email: 'alice' };
    const env = { PERSONA_ALICE_PASSWORD: `${PASSWORD}2`, PERSONA_ALICE_TOTP: `${SEED}1` };
    const { message } = await expectThrown(() => read('alice', { alice: settings }, env), 'SETTINGS_INVALID');
    expect(message).not.toMatch(new RegExp(`${PASSWORD}|${SEED}`, 'i'));
  });
});

test.describe('the secrets of a persona are allowed on', () => {
  for (const [what, settings, env, baseUrl, origins] of [
    [
      'the listed origins',
      { origins: ['https://a.example', 'https://*.b.example'], url: 'https://c.example' },
      {},
      'https://d.example',
      ['https://a.example', 'https://*.b.example'],
    ],
    [
      'the origins that the environment lists',
      { email: 'a@b.example' },
      { PERSONA_ALICE_ORIGINS: 'https://a.example, https://b.example' },
      'https://d.example',
      ['https://a.example', 'https://b.example'],
    ],
    ['the site of the persona', { url: 'https://c.example/login' }, {}, 'https://d.example', ['https://c.example']],
    ['the site under test', { email: 'a@b.example' }, {}, 'http://localhost:3000/app', ['http://localhost:3000']],
    ['no origin without a site', { email: 'a@b.example' }, {}, undefined, []],
  ] as const) {
    test(what, () => {
      expect(read('alice', { alice: settings }, env, baseUrl).origins).toEqual(origins);
    });
  }

  test('an empty list in the environment is rejected', async () => {
    await expectThrown(
      () => read('alice', {}, { PERSONA_ALICE_EMAIL: 'a@b.example', PERSONA_ALICE_ORIGINS: ' ' }),
      'SETTINGS_INVALID',
      'PERSONA_ALICE_ORIGINS is empty',
    );
  });

  test('an entry that is not an origin is rejected', async () => {
    const personas = { alice: { origins: ['app.example.com', 'https://a.example/'] } };
    await expectThrown(
      () => read('alice', personas, {}),
      'SETTINGS_INVALID',
      '`origins` has an invalid entry 1, 2: write it like https://app.example.com',
      '"app.example.com"',
      '"https://a.example/"',
    );
  });
});
