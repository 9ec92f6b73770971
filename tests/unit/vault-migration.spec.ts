import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import type { TwoFactorError } from '../../src/core/errors.ts';
import { readMigration } from '../../src/vault/import/migration.ts';
import { checkOtp } from '../../src/vault/otp.ts';
import { encodeBase32 } from '../support/base32.ts';
import { migrationUri } from '../support/migration.ts';
import { expectThrown } from '../support/thrown.ts';

test('an export of another program is read as that program reads it', () => {
  // The example of https://github.com/dim13/otpauth
  const uri = 'otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC';
  expect(readMigration(uri)).toEqual({
    accounts: [
      {
        title: 'Example:alice@google.com',
        uri: 'otpauth://totp/Example%3Aalice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example&algorithm=SHA1&digits=6',
      },
    ],
    part: 1,
    parts: 1,
  });
});

const account = fc.record({
  secret: fc.uint8Array({ minLength: 5, maxLength: 128 }),
  name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  issuer: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  algorithm: fc.integer({ min: 0, max: 3 }),
  digits: fc.integer({ min: 0, max: 2 }),
  type: fc.integer({ min: 0, max: 2 }),
  counter: fc.bigInt({ min: 0n, max: 2n ** 40n }),
});

test('every account that an app can export is read', () => {
  const batch = fc.record({
    accounts: fc.array(account, { maxLength: 8 }),
    size: fc.integer({ min: 1, max: 9 }),
    index: fc.integer({ min: 0, max: 8 }),
  });
  fc.assert(
    fc.property(batch, (batch) => {
      const { accounts, part, parts } = readMigration(migrationUri(batch));
      expect([part, parts]).toEqual([batch.index + 1, batch.size]);
      expect(accounts).toHaveLength(batch.accounts.length);
      for (const [at, { secret, name, issuer, ...given }] of batch.accounts.entries()) {
        const url = new URL(accounts[at]?.uri ?? '');
        const label = name.startsWith(`${issuer}:`) ? name : `${issuer}:${name}`;
        expect([url.host, decodeURIComponent(url.pathname.slice(1))]).toEqual([
          given.type === 1 ? 'hotp' : 'totp',
          label,
        ]);
        expect(Object.fromEntries(url.searchParams)).toEqual({
          secret: encodeBase32(secret),
          issuer,
          algorithm: ['SHA1', 'SHA1', 'SHA256', 'SHA512'][given.algorithm],
          digits: ['6', '6', '8'][given.digits],
          ...(given.type === 1 ? { counter: String(given.counter) } : {}),
        });
        if (!/^\d{4,9}$/.test(encodeBase32(secret))) checkOtp(url.href);
      }
    }),
  );
});

test('a minimal account has the default algorithm and number of digits', () => {
  const { accounts } = readMigration(migrationUri({ accounts: [{ secret: Buffer.from('1234567890') }] }));
  expect(accounts[0]?.uri).toBe('otpauth://totp/?secret=GEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6');
});

for (const [name, unknown] of [
  ['algorithm', { algorithm: 4 }],
  ['number of digits', { digits: 3 }],
  ['type', { type: 3 }],
] as const) {
  test(`an account with an unknown ${name} is reported, and the others are read`, () => {
    const secret = Buffer.from('1234567890');
    const { accounts } = readMigration(migrationUri({ accounts: [{ secret, name: 'odd', ...unknown }, { secret }] }));
    expect([accounts[0]?.problem, accounts[0]?.uri, accounts[1]?.problem]).toEqual([
      expect.stringContaining('its algorithm, number of digits or type is unknown'),
      undefined,
      undefined,
    ]);
  });
}

test('any bytes are read or rejected', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // A valid export, with one byte changed and truncated.
    fc
      .tuple(fc.array(account, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(255), fc.nat())
      .map(([accounts, at, to, end]) => {
        const data = Buffer.from(new URL(migrationUri({ accounts })).searchParams.get('data') ?? '', 'base64');
        data[at % data.length] = to;
        return data.subarray(0, 1 + (end % data.length));
      }),
  );
  fc.assert(
    fc.property(bytes, (bytes) => {
      const data = encodeURIComponent(Buffer.from(bytes).toString('base64'));
      try {
        readMigration(`otpauth-migration://offline?data=${data}`);
      } catch (error) {
        expect(error).toMatchObject({ code: 'VAULT_INVALID' } satisfies Partial<TwoFactorError>);
      }
    }),
  );
});

test.describe('an export is rejected', () => {
  const data = (hex: string): string =>
    `otpauth-migration://offline?data=${Buffer.from(hex, 'hex').toString('base64')}`;
  for (const [name, uri, reason] of [
    ['without data', 'otpauth-migration://offline', 'no "data"'],
    ['that is not Base64', 'otpauth-migration://offline?data=%00%01', 'no "data" in Base64'],
    ['that is not a URI', 'otpauth-migration://[', 'no "data"'],
    ['that is too long', `otpauth-migration://offline?data=${'A'.repeat(70_000)}`, 'more than 65536'],
    ['that is truncated', data('0aff01'), 'is truncated'],
    ['with a length beyond the end', data('0affffffffffffffffff01'), 'is truncated'],
    ['with an unterminated number', data(`08${'ff'.repeat(11)}`), 'unterminated number'],
    ['with a field without a number', data('0000'), 'without a number'],
    ['with a field of an obsolete type', data('0b'), 'unknown type'],
  ] as const) {
    test(name, async () => {
      await expectThrown(() => readMigration(uri), 'VAULT_INVALID', reason);
    });
  }
});
