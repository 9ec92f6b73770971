import { expect, test } from '@playwright/test';
import { CookieJar } from '../../src/profile/requests/cookie-jar.ts';
import { parseCookieDate } from '../../src/profile/requests/cookie-date.ts';

const NOW = Date.UTC(2030, 0, 1);
const SITE = 'https://app.acme.test/shop/cart';

/** Sends `Set-Cookie` headers from a URL, and returns the header `Cookie` for another one. */
function sent(headers: readonly string[], to: string, from = SITE, now = NOW): string {
  const jar = new CookieJar([], () => now);
  for (const header of headers) jar.set(header, new URL(from));
  return jar.header(new URL(to));
}

const CASES: readonly [what: string, header: string, to: string, expected: string, from?: string][] = [
  ['the host that set it', 'a=1', 'https://app.acme.test/shop/', 'a=1'],
  ['no subdomain without Domain', 'a=1; Path=/', 'https://x.app.acme.test/', ''],
  ['no sibling without Domain', 'a=1; Path=/', 'https://api.acme.test/', ''],
  ['siblings with the parent as Domain', 'a=1; Path=/; Domain=acme.test', 'https://api.acme.test/', 'a=1'],
  ['siblings with a leading dot', 'a=1; Path=/; Domain=.ACME.test', 'https://api.acme.test/', 'a=1'],
  ['the parent itself', 'a=1; Path=/; Domain=acme.test', 'https://acme.test/', 'a=1'],
  ['nobody with another site as Domain', 'a=1; Path=/; Domain=evil.test', SITE, ''],
  ['nobody with a sibling as Domain', 'a=1; Path=/; Domain=api.acme.test', SITE, ''],
  ['no site whose name only ends alike', 'a=1; Path=/; Domain=acme.test', 'https://notacme.test/', ''],
  ['nobody with a top-level Domain', 'a=1; Path=/; Domain=test', SITE, ''],
  ['nobody with a registry as Domain', 'a=1; Path=/; Domain=co.uk', 'https://b.co.uk/', '', 'https://a.co.uk/'],
  ['a single label that is the host', 'a=1; Domain=localhost', 'http://localhost/', 'a=1', 'http://localhost/'],
  ['an address that is the host', 'a=1; Domain=127.0.0.1', 'http://127.0.0.1/', 'a=1', 'http://127.0.0.1/'],
  ['no address that ends alike', 'a=1; Domain=0.0.1', 'http://127.0.0.1/', '', 'http://127.0.0.1/'],
  ['an IPv6 host', 'a=1', 'http://[::1]:80/', 'a=1', 'http://[::1]/'],
  ['all ports of a host', 'a=1; Path=/', 'https://app.acme.test:8443/', 'a=1'],
  ['the folder of the page by default', 'a=1', 'https://app.acme.test/shop/pay', 'a=1'],
  ['no other folder by default', 'a=1', 'https://app.acme.test/', ''],
  ['no folder whose name only begins alike', 'a=1; Path=/shop', 'https://app.acme.test/shopping', ''],
  ['the folder by default where Path is no path', 'a=1; Path=shop', 'https://app.acme.test/shop/x', 'a=1'],
  ['https alone with Secure', 'a=1; Path=/; Secure', 'http://app.acme.test/', ''],
  ['nobody with Secure from http', 'a=1; Path=/; Secure', SITE, '', 'http://app.acme.test/'],
  ['the own machine with Secure', 'a=1; Secure', 'http://localhost/', 'a=1', 'http://localhost/'],
  ['nobody after Max-Age=0', 'a=1; Path=/; Max-Age=0', SITE, ''],
  ['Max-Age before Expires', 'a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', SITE, 'a=1'],
  ['nobody after Expires', 'a=1; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT', SITE, ''],
  ['the session where Expires is no date', 'a=1; Path=/; Expires=soon', SITE, 'a=1'],
  ['a value with =', 'a=b=c==; Path=/', SITE, 'a=b=c=='],
  ['a value in quotes as it is', 'a="b c"; Path=/', SITE, 'a="b c"'],
  ['a value without a name', 'abc; Path=/', SITE, 'abc'],
  ['nobody with a control character', 'a=1\u0000; Path=/', SITE, ''],
  ['a valid __Host-', '__Host-a=1; Path=/; Secure', SITE, '__Host-a=1'],
  ['no __Host- with Domain', '__Host-a=1; Path=/; Secure; Domain=app.acme.test', SITE, ''],
  ['no __Host- without Path=/', '__Host-a=1; Secure', SITE, ''],
  ['no __Secure- without Secure', '__Secure-a=1; Path=/', SITE, ''],
  ['no value that looks like __Host-', '__Host-a; Path=/', SITE, ''],
];
for (const [what, header, to, expected, from] of CASES) {
  test(`a cookie is sent to ${what}`, () => {
    expect(sent([header], to, from)).toBe(expected);
  });
}

test('a cookie replaces the one of the same name, domain and path, and keeps its place', () => {
  const headers = ['a=1; Path=/', 'b=2; Path=/', 'a=3; Path=/', 'a=4; Path=/shop'];
  expect(sent(headers, SITE)).toBe('a=4; a=3; b=2');
});

test('a deleted cookie is gone', () => {
  expect(sent(['a=1; Path=/', 'a=; Path=/; Max-Age=-1'], SITE)).toBe('');
});

test('http cannot replace a secure cookie', () => {
  const jar = new CookieJar([], () => NOW);
  jar.set('sid=good; Path=/; Secure', new URL(SITE));
  jar.set('sid=evil; Path=/', new URL('http://app.acme.test/'));
  jar.set('sid=evil; Path=/; Domain=acme.test', new URL('http://acme.test/'));
  expect(jar.header(new URL(SITE))).toBe('sid=good');
});

test('a cookie expires while it is in the jar', () => {
  let now = NOW;
  const jar = new CookieJar([], () => now);
  jar.set('a=1; Path=/; Max-Age=60', new URL(SITE));
  now += 59_000;
  expect(jar.header(new URL(SITE))).toBe('a=1');
  now += 1000;
  expect([jar.header(new URL(SITE)), jar.all()]).toEqual(['', []]);
});

test('a site that sets cookies without end has the newest', () => {
  const jar = new CookieJar([], () => NOW);
  for (let number = 0; number < 1000; number++) jar.set(`c${number}=1; Path=/`, new URL(SITE));
  expect(jar.all()).toHaveLength(180);
  expect(jar.header(new URL(SITE))).toContain('c999=1');
});

test('dates are read in every form that browsers accept', () => {
  const expected = Date.UTC(2015, 9, 21, 7, 28);
  for (const text of [
    'Wed, 21 Oct 2015 07:28:00 GMT',
    'Wednesday, 21-Oct-15 07:28:00 GMT',
    'Wed Oct 21 07:28:00 2015',
    '21 OCTOBER 2015 7:28:0',
  ])
    expect(parseCookieDate(text), text).toBe(expected);
  for (const text of ['', '31 Feb 2015 07:28:00', '21 Oct 2015', '21 Oct 1500 07:28:00', '21 Oct 2015 24:28:00'])
    expect(parseCookieDate(text), text).toBeUndefined();
});
