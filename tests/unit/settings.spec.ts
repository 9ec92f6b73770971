import { expect, test } from '@playwright/test';
import { type TwoFactorSettings, checkSettings } from '../../src/project/settings.ts';
import { mailpit } from '../../src/sources/mailpit.ts';
import { sink } from '../../src/sources/sink.ts';
import { expectThrown } from '../support/thrown.ts';

const signIn = (): Promise<void> => Promise.resolve();
const probe = '/account';

test('what is right is given back', () => {
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

test.describe('what is not right is told, with what to write', () => {
  for (const [name, settings, ...parts] of [
    ['a member that there is not', { sinkURL: 'http://127.0.0.1:8025' }, '"sinkURL"', 'Did you mean "sinkUrl"?'],
    [
      'a URL without its scheme',
      { sinkUrl: '127.0.0.1:8025' },
      '`sinkUrl`',
      '"127.0.0.1:8025"',
      'http://127.0.0.1:8025',
    ],
    ['a URL of another kind', { sinkUrl: 'smtp://127.0.0.1:1025' }, '`sinkUrl`'],
    ['a source that is none', { mail: { url: 'http://127.0.0.1:8025' } }, '`mail` must be a source', 'mailpit({ url })'],
    ['SMS of a source of mail', { sms: mailpit() }, '`sms` is Mailpit at http://127.0.0.1:8025, which does not receive SMS'],
    ['an address for a domain', { emailDomain: 'a@acme.example' }, '`emailDomain`', 'mail.example.com'],
    ['no domain', { emailDomain: '' }, '`emailDomain`'],
    [
      'a ledger that is no URL',
      { ledger: 'localhost' },
      '`ledger` must be a URL such as redis://host:6379',
      'does not parse',
    ],
    [
      'a ledger of another kind',
      { ledger: 'http://x:geheim@localhost' },
      '`ledger` must be a URL',
      'begins with "http:"',
    ],
    ['a ledger without a host', { ledger: 'redis:///0' }, '`ledger` must be a URL', 'has no host'],
    ['a ledger with a name for a database', { ledger: 'redis://localhost/shop' }, '`ledger`', 'database'],
    ['a ledger with a slip', { ledger: 'redis://localhost?prefx=a' }, '"prefx"', '"prefix"'],
    ['a clock that is no number', { clockSkew: Number.NaN }, '`clockSkew` must be a number of milliseconds or \'auto\', but is NaN'],
    ['no time', { timeout: 0 }, '`timeout` must be a number of milliseconds above 0, but is 0'],
    ['a negative time', { signInTimeout: -1 }, '`signInTimeout` must be a number of milliseconds above 0, but is -1'],
    ['a time that is no number', { timeout: Number.NaN }, '`timeout` must be a number of milliseconds above 0, but is NaN'],
    [
      'a sign-in that is none',
      { profiles: { alice: { signIn: 'by hand' as never, probe } } },
      'profile "alice"',
      '`signIn`',
    ],
    ['a refresh that is none', { profiles: { alice: { refresh: '/refresh' as never, probe } } }, '`refresh`'],
    ['half a probe', { profiles: { alice: { probe: { page: '/' } as never } } }, '`probe`', '{ page, visible }'],
    ['no age', { profiles: { alice: { probe, maxAge: 0 } } }, '`maxAge`', '"alice"'],
    ['half a use', { profiles: { alice: { probe, maxUses: 1.5 } } }, '`maxUses`', '1.5'],
    ['what is neither shared nor alone', { profiles: { alice: { probe, isolate: true, rotate: true } } }, '`rotate`'],
    ['a member of a profile with a slip', { profiles: { alice: { probe, rotates: true } as never } }, '"rotate"?'],
    ['a profile without a probe', { profiles: { alice: { signIn } } }, 'profile "alice"', '`probe`'],
    ['a profile with a path for a name', { profiles: { '../alice': { signIn, probe } } }, 'profile "../alice"', 'file'],
    ['a profile with a hidden name', { profiles: { '.alice': { signIn, probe } } }, 'profile ".alice"'],
  ] as const) {
    test(name, async () => {
      const error = await expectThrown(() => checkSettings(settings as object), 'SETTINGS_INVALID', ...parts);
      expect(error.message.match(/^ {2}- /gm)).toHaveLength(1);
    });
  }
});

test('one error tells every problem at once', async () => {
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
