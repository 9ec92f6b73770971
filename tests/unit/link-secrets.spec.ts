import { expect, test as base } from '@playwright/test';
import { registerLinkSecrets } from '../../src/secret/link-secrets.ts';
import { type Secret, secretChannel } from '../../src/secret/secret.ts';
import { registerSessionSecrets } from '../../src/secret/session-secrets.ts';
import fc from '../support/property.ts';

const test = base.extend<{ registered: string[] }>({
  registered: async ({}, use) => {
    const registered: string[] = [];
    const onSecret = (secret: unknown): void => void registered.push((secret as Secret).reveal());
    secretChannel.subscribe(onSecret);
    await use(registered);
    secretChannel.unsubscribe(onSecret);
  },
});

test.describe('a link registers itself and', () => {
  for (const [what, link, parts] of [
    ['a token in its query', 'https://a.test/in?token=abcd&next=/home', ['abcd']],
    ['a long value in its query', 'https://a.test/in?t=a1b2c3d4e5f6', ['a1b2c3d4e5f6']],
    ['a token in its path', 'https://a.test/verify/a1b2c3d4e5f6', ['a1b2c3d4e5f6']],
    ['a token in its fragment', 'https://a.test/#access_token=abcd&type=recovery', ['abcd']],
    ['a percent-encoded token', 'https://a.test/in?code=ab%2Bcd%3D', ['ab+cd=']],
    ['no name of a page', 'https://a.test/dashboard?tab=settings', []],
    ['no email address', 'https://a.test/in?email=alice1@example.test', []],
    ['no word', 'https://a.test/welcome-to-our-site/subscriptions', []],
    ['no URL of a page', 'https://a.test/in?callbackURL=%2Fdashboard%2F2024-report', []],
  ] as const) {
    test(what, ({ registered }) => {
      expect(registerLinkSecrets('alice/link', link)).toBe(link);
      // A link without a token gives no access, so it is not a secret.
      expect(registered).toEqual(parts.length > 0 ? [...parts, link] : []);
    });
  }
});

test('the URL of a site is not a secret, because the URLs of all its pages begin with it', ({ registered }) => {
  for (const link of ['https://a.test', 'https://a.test/']) expect(registerLinkSecrets('alice/link', link)).toBe(link);
  expect(registered).toEqual([]);
});

test('any text is accepted as a link', () => {
  const link = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string().map((text) => `https://a.test/%E4%/${text}?${text}=%FF&token=%#${text}`),
  );
  fc.assert(fc.property(link, (link) => registerLinkSecrets('x', link) === link));
});

test('a session registers its cookies, their tokens, and the values that pages have stored', ({ registered }) => {
  registerSessionSecrets('alice', {
    cookies: [
      { name: 'sid', value: 's%3Atoken-of-twenty-chars.signature' },
      { name: 'theme', value: 'dark' },
    ],
    origins: [
      {
        localStorage: [
          { name: 't', value: 'x'.repeat(20) },
          { name: 'lang', value: 'en' },
        ],
      },
    ],
  });
  expect(registered).toEqual([
    's%3Atoken-of-twenty-chars.signature',
    's:token-of-twenty-chars.signature',
    's:token-of-twenty-chars',
    'x'.repeat(20),
  ]);
});

test('a session registers the tokens in stored data, databases and tabs, and the private keys of its passkeys', ({
  registered,
}) => {
  const token = (what: string): string => `${what}-token-of-more-than-twenty`;
  const value = JSON.stringify({ auth: { refreshToken: token('stored'), expires: 1 }, title: token('no') });
  const records = [{ key: 'user', valueEncoded: { o: [{ k: 'accessToken', v: token('database') }] } }];
  registerSessionSecrets('alice', {
    cookies: [],
    origins: [{ localStorage: [{ name: 'auth', value }], indexedDB: [{ name: 'auth', stores: [{ records }] }] }],
    sessionStorage: [{ items: [{ name: 'tab', value: token('tab') }] }],
    credentials: [{ id: 'a'.repeat(30), privateKey: token('private') }],
  });
  expect(registered).toEqual([value, token('stored'), token('tab'), token('private'), token('database')]);
});

test('a web token is registered as a whole, but its public header is not', ({ registered }) => {
  registerSessionSecrets('alice', { cookies: [{ name: 'jwt', value: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln' }] });
  expect(registered).toEqual(['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln']);
});

test('any cookie is accepted, even with invalid percent-encoding', ({ registered }) => {
  registerSessionSecrets('alice', { cookies: [{ name: 'a', value: 'caf%E9-and-more' }] });
  expect(registered).toEqual(['caf%E9-and-more']);
  const pair = fc.record({ name: fc.string(), value: fc.string({ unit: fc.constantFrom(...'%EF9.aäx\ud800') }) });
  fc.assert(
    fc.property(fc.array(pair), (pairs) =>
      registerSessionSecrets('x', { cookies: pairs, origins: [{ localStorage: pairs }] }),
    ),
  );
});
