import { expect, test } from '@playwright/test';
import { isExpired, latestExpiry, sessionCredentials } from '../../src/profile/expiry.ts';
import type { ProfileState } from '../../src/profile/state.ts';
import { cookie } from '../support/profile-state.ts';

const NOW = Date.parse('2026-01-01');
const [PAST, FUTURE] = [NOW / 1000 - 120, NOW / 1000 + 120];
const LONG = 'dGhpcyBpcyBhIHNlc3Npb24';

function jwt(payload: object): string {
  const part = (data: object): string => Buffer.from(JSON.stringify(data)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(payload)}.c2lnbmF0dXJl`;
}

function state(
  cookies: ProfileState['cookies'] = [],
  stored: Readonly<Record<string, string>> = {},
  more: object = {},
): ProfileState {
  const localStorage = Object.entries(stored).map(([name, value]) => ({ name, value }));
  return { cookies, origins: [{ origin: 'https://acme.test', localStorage, ...more }] };
}

for (const [what, expired] of Object.entries({
  'an expired cookie': state([cookie('sid', LONG, PAST)]),
  'an expired cookie beside one for scripts, such as for statistics': state([
    cookie('sid', LONG, PAST),
    { ...cookie('_ga', 'GA1.1.1234567890.1234567890', FUTURE), httpOnly: false },
  ]),
  'an expired cookie beside a setting': state([cookie('sid', LONG, PAST), cookie('lang', 'en', FUTURE)]),
  'an expired token in a cookie': state([cookie('jwt', jwt({ exp: PAST }), FUTURE)]),
  'an expired token in storage': state([], { app: jwt({ exp: PAST }) }),
  'an expired token in JSON in storage': state([], { auth: JSON.stringify({ access_token: jwt({ exp: PAST }) }) }),
  'an expired cookie and an expired token': state([cookie('sid', LONG, PAST)], {
    id_token: jwt({ exp: PAST }),
    theme: 'a long name of a theme',
  }),
})) {
  test(`a session with ${what} is expired without asking the site`, () => {
    expect(isExpired(expired, NOW)).toBe(true);
  });
}

for (const [what, unknown] of Object.entries({
  'no credentials': state(),
  'a cookie that expires later': state([cookie('sid', LONG, FUTURE)]),
  'a cookie that expired just now, by a clock that may be wrong': state([cookie('sid', LONG, NOW / 1000 - 59)]),
  'a cookie that lasts as long as the browser': state([cookie('sid', LONG, -1)]),
  'two cookies, of which one has expired': state([cookie('access', LONG, PAST), cookie('refresh', `${LONG}x`, FUTURE)]),
  'an expired token and a refresh token': state([], {
    auth: JSON.stringify({ access: jwt({ exp: PAST }), refresh_token: LONG }),
  }),
  'an expired cookie and an opaque token': state([cookie('sid', LONG, PAST)], { token: LONG }),
  'a token that does not expire': state([], { token: jwt({ sub: 'alice' }) }),
  'a malformed token': state([], { token: 'eyJhbGciOiJub25lIn0.eyJub25lIn0.' }),
  'databases of unknown content': state([cookie('sid', LONG, PAST)], {}, { indexedDB: [{ name: 'fb' }] }),
})) {
  test(`a session with ${what} may be alive`, () => {
    expect(isExpired(unknown, NOW)).toBe(false);
  });
}

test('credentials are listed without their values', () => {
  const credentials = sessionCredentials({
    ...state([cookie('sid', LONG, FUTURE)], { token: jwt({ exp: FUTURE + 60 }), theme: 'dark' }),
    sessionStorage: [{ origin: 'https://acme.test', items: [{ name: 'msal.token', value: LONG }] }],
  });
  expect(credentials).toEqual([
    { kind: 'cookie', name: 'sid', at: 'acme.test', expires: FUTURE * 1000 },
    { kind: 'localStorage', name: 'token', at: 'https://acme.test', expires: (FUTURE + 60) * 1000 },
    { kind: 'sessionStorage', name: 'msal.token', at: 'https://acme.test' },
  ]);
  expect(latestExpiry(credentials)).toBeUndefined();
  expect(latestExpiry(credentials.slice(0, 2))).toBe((FUTURE + 60) * 1000);
  expect(JSON.stringify(credentials)).not.toContain(LONG);
});
