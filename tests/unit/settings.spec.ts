import { expect, test } from '@playwright/test';
import { type TwoFactorSettings, checkSettings } from '../../src/project/settings.ts';
import { mailpit } from '../../src/sources/mailpit.ts';
import { sink } from '../../src/sources/sink.ts';
import { expectThrown } from '../support/thrown.ts';

const signIn = (): Promise<void> => Promise.resolve();
const probe = '/account';

test('valid settings are returned', () => {
  const settings: TwoFactorSettings = {
    personas: { alice: { email: 'alice@acme.test' } },
    profiles: {
      alice: { signIn, probe },
      'bob@acme.test': { personaName: 'bob', signIn, probe: () => Promise.resolve(true) },
    },
    sinkUrl: 'http://127.0.0.1:8025',
    mail: mailpit(),
    sms: sink(),
    emailDomain: 'mail.acme.example',
    timeout: 1,
    signInTimeout: 90_000,
    folder: '.playwright-2fa',
    ledger: 'rediss://user:password@redis.acme.example:6380/1?prefix=shop',
    clockSkew: -500,
  };
  expect(checkSettings(settings)).toBe(settings);
  expect(checkSettings({})).toEqual({});
});

test.describe('the error for an invalid setting says how to fix it:', () => {
  for (const [name, settings, ...parts] of [
    ['an unknown member', { sinkURL: 'http://127.0.0.1:8025' }, '"sinkURL"', 'Did you mean "sinkUrl"?'],
    ['a URL without a scheme', { sinkUrl: '127.0.0.1:8025' }, '`sinkUrl`', '"127.0.0.1:8025"', 'http://127.0.0.1:8025'],
    ['a URL with another scheme', { sinkUrl: 'smtp://127.0.0.1:1025' }, '`sinkUrl`'],
    ['an invalid source', { mail: { url: 'http://127.0.0.1:8025' } }, '`mail` must be a source', 'mailpit({ url })'],
    [
      'a mail source for SMS',
      { sms: mailpit() },
      '`sms` is Mailpit at http://127.0.0.1:8025, which does not receive SMS',
    ],
    ['an address in place of a domain', { emailDomain: 'a@acme.example' }, '`emailDomain`', 'mail.example.com'],
    ['an empty domain', { emailDomain: '' }, '`emailDomain`'],
    [
      'a ledger that is not a URL',
      { ledger: 'localhost' },
      '`ledger` must be a URL such as redis://host:6379',
      'does not parse',
    ],
    [
      'a ledger with another scheme',
      { ledger: 'http://x:geheim@localhost' },
      '`ledger` must be a URL',
      'begins with "http:"',
    ],
    ['a ledger without a host', { ledger: 'redis:///0' }, '`ledger` must be a URL', 'has no host'],
    ['a ledger with a database name', { ledger: 'redis://localhost/shop' }, '`ledger`', 'database'],
    ['a ledger with a misspelled parameter', { ledger: 'redis://localhost?prefx=a' }, '"prefx"', '"prefix"'],
    [
      'a clock skew that is not a number',
      { clockSkew: Number.NaN },
      "`clockSkew` must be a number of milliseconds or 'auto', but is NaN",
    ],
    ['a timeout of zero', { timeout: 0 }, '`timeout` must be a number of milliseconds above 0, but is 0'],
    [
      'a negative timeout',
      { signInTimeout: -1 },
      '`signInTimeout` must be a number of milliseconds above 0, but is -1',
    ],
    [
      'a timeout that is not a number',
      { timeout: Number.NaN },
      '`timeout` must be a number of milliseconds above 0, but is NaN',
    ],
    [
      'a sign-in that is not a function',
      { profiles: { alice: { signIn: 'by hand' as never, probe } } },
      'profile "alice"',
      '`signIn`',
    ],
    ['a refresh that is not a function', { profiles: { alice: { refresh: '/refresh' as never, probe } } }, '`refresh`'],
    ['an incomplete probe', { profiles: { alice: { probe: { page: '/' } as never } } }, '`probe`', '{ page, visible }'],
    ['a maximum age of zero', { profiles: { alice: { probe, maxAge: 0 } } }, '`maxAge`', '"alice"'],
    ['a fractional number of uses', { profiles: { alice: { probe, maxUses: 1.5 } } }, '`maxUses`', '1.5'],
    ['isolate together with rotate', { profiles: { alice: { probe, isolate: true, rotate: true } } }, '`rotate`'],
    ['a misspelled member of a profile', { profiles: { alice: { probe, rotates: true } as never } }, '"rotate"?'],
    ['a profile without a probe', { profiles: { alice: { signIn } } }, 'profile "alice"', '`probe`'],
    [
      'a profile with a path as its name',
      { profiles: { '../alice': { signIn, probe } } },
      'profile "../alice"',
      'file',
    ],
    ['a profile with a hidden name', { profiles: { '.alice': { signIn, probe } } }, 'profile ".alice"'],
  ] as const) {
    test(name, async () => {
      const error = await expectThrown(() => checkSettings(settings as object), 'SETTINGS_INVALID', ...parts);
      expect(error.message.match(/^ {2}- /gm)).toHaveLength(1);
    });
  }
});

test('one error reports all problems', async () => {
  const settings = {
    colour: 'red',
    sinkUrl: 'x',
    emailDomain: '',
    timeout: -1,
    signInTimeout: 0,
    profiles: { 'a/b': { signIn: 'by hand' } },
  };
  const error = await expectThrown(
    () => checkSettings(settings as object),
    'SETTINGS_INVALID',
    '"colour"',
    '`signIn`',
    '`probe`',
    '"a/b"',
  );
  expect(error.message.match(/^ {2}- /gm)).toHaveLength(8);
});

test('the probe of a profile can be left to the tests that use it', async () => {
  const settings = { profiles: { alice: { signIn } } };
  expect(checkSettings(settings as object, { skipsProbes: true })).toBe(settings);
  const error = await expectThrown(
    () => checkSettings({ ...settings, timeout: 0 } as object, { skipsProbes: true }),
    'SETTINGS_INVALID',
    '`timeout`',
  );
  expect(error.message).not.toContain('probe');
});
