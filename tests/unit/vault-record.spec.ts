import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { checkRecord, emptyRecord, parseRecord } from '../../src/vault/record.ts';
import { expectThrown, thrownBy } from '../support/thrown.ts';
import { ALICE, expect, test } from '../support/vault-test.ts';

const [ACME] = ALICE.sites;
const withSite = (site: object): object => ({ ...ALICE, sites: [{ ...ACME, ...site }] });

test('a document with all members is read unchanged', () => {
  expect(parseRecord(JSON.stringify(ALICE), 'alice', VAULT_SCHEMA)).toEqual(ALICE);
});

test('a persona without credentials is a valid document', () => {
  expect(checkRecord(emptyRecord('alice'), 'alice', VAULT_SCHEMA)).toEqual({ version: 1, persona: 'alice', sites: [] });
});

test.describe('a document is rejected', () => {
  for (const [name, document, ...reasons] of [
    ['that is not an object', 'alice', 'not a JSON object'],
    ['that is a list', [], 'not a JSON object'],
    ['without a version', { ...ALICE, version: undefined }, '`version` is not 1'],
    ['of version 0', { ...ALICE, version: 0 }, '`version` is not 1'],
    ['of a newer version', { version: 2, sections: [] }, 'version 2', 'newer playwright-2fa', 'update yours'],
    ['of another persona', { ...ALICE, persona: 'bob' }, 'document of "bob"', 'renamed'],
    ['without a persona', { version: 1, sites: [] }, '`persona`, the name of the persona, is missing'],
    ['with an unknown member', { ...ALICE, emial: 'a@b.c' }, 'unknown member "emial"', 'Did you mean "email"?'],
    ['with an invalid email', { ...ALICE, email: 'alice' }, '`email` must be an address'],
    ['with an email of another type', { ...ALICE, email: 1 }, '`email` must be a string'],
    ['with an invalid phone', { ...ALICE, phone: '555' }, '`phone` must be in E.164'],
    ['without sites', { version: 1, persona: 'alice' }, '`sites` is missing'],
    ['with sites that are not a list', { ...ALICE, sites: {} }, '`sites` must be a list'],
    ['with a site that is not an object', { ...ALICE, sites: ['acme'] }, 'site 1: it must be an object'],
    ['with two sites of the same name', { ...ALICE, sites: [ACME, ACME] }, 'two sites have the name "acme"'],
    ['with a site without a name', { ...ALICE, sites: [{ origins: ['https://a.example'] }] }, '`name` is missing'],
    ['with a site with a path for a name', withSite({ name: 'a/b' }), '`name` must be a name'],
    ['with a site without origins', { ...ALICE, sites: [{ name: 'acme' }] }, 'site "acme": `origins` is missing'],
    [
      'with a site with an empty list of origins',
      withSite({ origins: [] }),
      '`origins` must be a list of at least one',
    ],
    ['with an origin that has a path', withSite({ origins: ['https://a.example', 'https://b.example/x'] }), 'entry 2'],
    ['with an origin of another type', withSite({ origins: [7] }), 'entry 1'],
    ['with an unknown member of a site', withSite({ pasword: 'x' }), 'unknown member "pasword"', 'mean "password"?'],
    ['with an empty password', withSite({ password: '' }), '`password` must not be empty'],
    ['with an empty username', withSite({ username: '' }), '`username` must not be empty'],
    ['with a bad seed', withSite({ otp: 'otpauth://totp/a?secret=123456' }), '`otp` is invalid', '6-digit code'],
    ['with a HOTP seed without a counter', withSite({ otp: 'otpauth://hotp/a?secret=MZXW6YTBOI' }), '"counter"'],
    ['with a seed of another type', withSite({ otp: {} }), '`otp` must be a string'],
    [
      'with a recovery code of another type',
      withSite({ recoveryCodes: [1] }),
      '`recoveryCodes` must be a list of strings',
    ],
    [
      'with a passkey that is not an object',
      withSite({ passkeys: ['x'] }),
      '`passkeys` has an invalid entry 1: it must be an object',
    ],
  ] as const) {
    test(name, async () => {
      await expectThrown(
        () => parseRecord(JSON.stringify(document), 'alice', VAULT_SCHEMA),
        'VAULT_INVALID',
        ...reasons,
      );
    });
  }

  test('that is not JSON, without quoting it', async () => {
    const { message } = await expectThrown(
      () => parseRecord('hunter2', 'alice', VAULT_SCHEMA),
      'VAULT_INVALID',
      'not JSON',
    );
    expect(message).not.toContain('hunter2');
  });
});

test('a HOTP seed with its counter is accepted', () => {
  const document = withSite({ otp: 'otpauth://hotp/a?secret=MZXW6YTBOI&counter=7' });
  expect(checkRecord(document, 'alice', VAULT_SCHEMA)).toEqual(document);
});

test('all problems are reported at once, without values', async () => {
  const secret = 'sw0rdfish';
  const bad = withSite({ password: [secret], otp: secret, recoveryCodes: secret, passkeys: secret, origins: [secret] });
  const { message } = await thrownBy(() =>
    checkRecord({ ...bad, email: secret, phone: secret }, 'alice', VAULT_SCHEMA),
  );
  for (const member of ['email', 'phone', 'password', 'otp', 'recoveryCodes', 'passkeys', 'origins']) {
    expect(message).toContain(`\`${member}\``);
  }
  expect(message).not.toContain(secret);
});
