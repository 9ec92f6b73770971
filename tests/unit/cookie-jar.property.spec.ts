import { expect, test } from '@playwright/test';
import { CookieJar } from '../../src/profile/requests/cookie-jar.ts';
import fc from '../support/property.ts';

const LABEL = fc.constantFrom('a', 'app');
const SITE = fc.constantFrom('acme.test', 'a.test', 'co.uk', 'a.co.uk', 'test');
const HOST = fc.tuple(fc.array(LABEL, { maxLength: 2 }), SITE).map(([labels, site]) => [...labels, site].join('.'));
const SCHEME = fc.constantFrom('http', 'https');
const PATH = fc.array(fc.constantFrom('', 'x', 'xy', 'z'), { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const PAGE = fc.tuple(SCHEME, HOST, PATH).map(([scheme, host, path]) => new URL(`${scheme}://${host}${path}`));
const ATTRIBUTES = fc.record({
  domain: fc.option(
    fc.tuple(fc.constantFrom('', '.'), HOST).map((parts) => parts.join('')),
    { nil: undefined },
  ),
  path: fc.option(PATH, { nil: undefined }),
  secure: fc.boolean(),
  maxAge: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
});

function headerOf({
  domain,
  path,
  secure,
  maxAge,
}: typeof ATTRIBUTES extends fc.Arbitrary<infer T> ? T : never): string {
  const parts = ['sid=of-alice', domain && `Domain=${domain}`, path && `Path=${path}`, secure && 'Secure'];
  return [...parts, maxAge === undefined ? '' : `Max-Age=${maxAge}`].filter(Boolean).join('; ');
}

/** True if a host is in a domain. Written apart from the jar. */
function isWithin(host: string, domain: string): boolean {
  const [inner, outer] = [host.split('.').toReversed(), domain.split('.').toReversed()];
  return outer.every((label, at) => inner[at] === label);
}

test('a cookie goes only where the site that set it may send it', () => {
  let sentElsewhere = 0;
  fc.assert(
    fc.property(PAGE, PAGE, ATTRIBUTES, (from, to, attributes) => {
      const jar = new CookieJar([], () => 0);
      jar.set(headerOf(attributes), from);
      if (jar.header(to) === '') return;
      const domain = attributes.domain?.replace(/^\./, '') ?? '';
      if (from.hostname !== to.hostname) {
        sentElsewhere++;
        expect(domain.split('.').length, 'labels of the domain').toBeGreaterThan(1);
        expect(domain).not.toBe('co.uk');
        expect([isWithin(from.hostname, domain), isWithin(to.hostname, domain)]).toEqual([true, true]);
      }
      if (attributes.secure) expect([from.protocol, to.protocol]).toEqual(['https:', 'https:']);
      if (attributes.maxAge !== undefined) expect(attributes.maxAge).toBeGreaterThan(0);
      const path = attributes.path ?? from.pathname.replace(/\/[^/]*$/, '');
      expect(to.pathname === path || to.pathname.startsWith(path.replace(/\/?$/, '/'))).toBe(true);
    }),
    { numRuns: 10_000 },
  );
  expect(sentElsewhere).toBeGreaterThan(10);
});

test('a cookie comes back to the page that set it, as it was set', () => {
  const TEXT = fc.stringMatching(/^[\w!#$%&'*+.^`|~()/<>?@[\]{}-]{1,40}$/).filter((text) => !text.startsWith('__'));
  fc.assert(
    fc.property(PAGE, TEXT, TEXT, (page, name, value) => {
      const jar = new CookieJar([]);
      jar.set(`${name}=${value}`, page);
      expect(jar.header(page)).toBe(`${name}=${value}`);
    }),
  );
});

test('any header is read or ignored, and a jar never sends a line break', () => {
  const HEADER = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(PAGE, fc.array(HEADER, { maxLength: 5 }), (page, headers) => {
      const jar = new CookieJar([]);
      for (const header of headers) jar.set(header, page);
      expect(jar.header(page)).not.toMatch(/[\r\n\0]/);
    }),
  );
});

test('a jar of the cookies of a jar sends the same', () => {
  fc.assert(
    fc.property(PAGE, PAGE, fc.array(ATTRIBUTES, { maxLength: 5 }), (from, to, all) => {
      const jar = new CookieJar([], () => 0);
      for (const attributes of all) jar.set(headerOf(attributes), from);
      expect(new CookieJar(jar.all(), () => 0).header(to)).toBe(jar.header(to));
    }),
  );
});
