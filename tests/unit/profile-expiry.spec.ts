import { expect, test } from '@playwright/test';
import { endOf, isExpired, passesOf } from '../../src/profile/expiry.ts';
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

for (const [what, dead] of Object.entries({
  'a cookie that expired': state([cookie('sid', LONG, PAST)]),
  'one that expired beside one for scripts, such as of statistics': state([
    cookie('sid', LONG, PAST),
    { ...cookie('_ga', 'GA1.1.1234567890.1234567890', FUTURE), httpOnly: false },
  ]),
  'one that expired beside a setting': state([cookie('sid', LONG, PAST), cookie('lang', 'en', FUTURE)]),
  'a token in a cookie': state([cookie('jwt', jwt({ exp: PAST }), FUTURE)]),
  'a token in storage': state([], { app: jwt({ exp: PAST }) }),
  'a token in data in storage': state([], { auth: JSON.stringify({ access_token: jwt({ exp: PAST }) }) }),
  'all of them': state([cookie('sid', LONG, PAST)], { id_token: jwt({ exp: PAST }), theme: 'a long name of a theme' }),
})) {
  test(`${what}: nobody asks the site`, () => {
    expect(isExpired(dead, NOW)).toBe(true);
  });
}

for (const [what, open] of Object.entries({
  'nothing at all': state(),
  'a cookie that is to come to its end': state([cookie('sid', LONG, FUTURE)]),
  'one that came to its end just now, by a clock that may be wrong': state([cookie('sid', LONG, NOW / 1000 - 59)]),
  'one for as long as the browser is open': state([cookie('sid', LONG, -1)]),
  'two, of which one expired': state([cookie('access', LONG, PAST), cookie('refresh', `${LONG}x`, FUTURE)]),
  'a token with one that renews it': state([], {
    auth: JSON.stringify({ access: jwt({ exp: PAST }), refresh_token: LONG }),
  }),
  'a token beside one that nobody can read': state([cookie('sid', LONG, PAST)], { token: LONG }),
  'a token without an end': state([], { token: jwt({ sub: 'alice' }) }),
  'a token that is none': state([], { token: 'eyJhbGciOiJub25lIn0.eyJub25lIn0.' }),
  'databases, whoever knows what is in them': state([cookie('sid', LONG, PAST)], {}, { indexedDB: [{ name: 'fb' }] }),
})) {
  test(`${what}: only the site knows`, () => {
    expect(isExpired(open, NOW)).toBe(false);
  });
}

test('what lets the browser in is told without its value', () => {
  const passes = passesOf({
    ...state([cookie('sid', LONG, FUTURE)], { token: jwt({ exp: FUTURE + 60 }), theme: 'dark' }),
    sessionStorage: [{ origin: 'https://acme.test', items: [{ name: 'msal.token', value: LONG }] }],
  });
  expect(passes).toEqual([
    { kind: 'cookie', name: 'sid', at: 'acme.test', expires: FUTURE * 1000 },
    { kind: 'localStorage', name: 'token', at: 'https://acme.test', expires: (FUTURE + 60) * 1000 },
    { kind: 'sessionStorage', name: 'msal.token', at: 'https://acme.test' },
  ]);
  expect(endOf(passes)).toBeUndefined();
  expect(endOf(passes.slice(0, 2))).toBe((FUTURE + 60) * 1000);
  expect(JSON.stringify(passes)).not.toContain(LONG);
});
