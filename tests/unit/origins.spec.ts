import { expect, test } from '@playwright/test';
import { allowsOrigin, originProblem } from '../../src/secret/origins.ts';
import fc from '../support/property.ts';

test.describe('an origin is allowed', () => {
  for (const [pattern, origin, isAllowed] of [
    ['https://app.example.com', 'https://app.example.com', true],
    ['https://app.example.com', 'http://app.example.com', false],
    ['https://app.example.com', 'https://app.example.com:8443', false],
    ['https://app.example.com:8443', 'https://app.example.com:8443', true],
    ['https://app.example.com', 'https://example.com', false],
    ['https://app.example.com', 'https://a.app.example.com', false],
    ['https://app.example.com', 'https://app.example.com.evil.example', false],
    ['https://*.example.com', 'https://app.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'http://app.example.com', false],
    ['https://*.example.com', 'https://evilexample.com', false],
    ['https://*.example.com', 'https://app.example.com.evil.example', false],
    ['https://*.example.com', 'https://app.example.com:8443', false],
    ['http://localhost:3000', 'http://localhost:3001', false],
    ['https://app.example.com', 'null', false],
  ] as const) {
    test(`by ${pattern}: ${origin} is ${isAllowed ? '' : 'not '}allowed`, () => {
      expect(allowsOrigin([pattern], origin)).toBe(isAllowed);
      expect(allowsOrigin(['https://other.example', pattern], origin)).toBe(isAllowed);
      expect(allowsOrigin([], origin)).toBe(false);
    });
  }

  test('if the list contains it, and a subdomain only by a pattern', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.webUrl(), (one, other) => {
        const [a, b] = [new URL(one).origin, new URL(other).origin];
        expect(allowsOrigin([a], b)).toBe(a === b);
        const pattern = a.replace('://', '://*.');
        expect(allowsOrigin([pattern], a)).toBe(false);
        expect(allowsOrigin([pattern], a.replace('://', '://sub.'))).toBe(true);
      }),
    );
  });
});

for (const pattern of [
  'app.example.com',
  'https://app.example.com/',
  'https://app.example.com/login',
  'https://APP.example.com',
  'https://*',
  'https://*example.com',
  'https://a.*.example.com',
  'https://*.*.example.com',
  'ftp://app.example.com',
  'https://user:word@app.example.com',
  'https://app.example.com:443',
  '*',
  '',
]) {
  test(`"${pattern}" is not a valid origin`, () => {
    expect(originProblem(pattern)).toContain('write it like https://app.example.com');
  });
}

for (const pattern of [
  'https://app.example.com',
  'http://localhost:3000',
  'https://*.example.com',
  'http://127.0.0.1:8080',
]) {
  test(`"${pattern}" is a valid origin`, () => {
    expect(originProblem(pattern)).toBeUndefined();
  });
}
