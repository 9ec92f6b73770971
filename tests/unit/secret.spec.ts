import { format, inspect } from 'node:util';
import { expect, test } from '@playwright/test';
import { Secret } from '../../src/secret/secret.ts';

const VALUE = 'Correct-Horse-4711';
const secret = new Secret('alice/password', VALUE);

test.describe('a secret does not show its value', () => {
  const shows: Record<string, () => string> = {
    'String()': () => String(secret),
    'a template': () => `${secret}`,
    concatenation: () => 'password: ' + secret,
    'join()': () => [secret, 'x'].join(),
    JSON: () => JSON.stringify({ user: { secret } }),
    'inspect()': () => inspect(secret),
    'inspect() of hidden members': () => inspect(secret, { showHidden: true, customInspect: true }),
    'inspect() without its custom method': () =>
      inspect(secret, { showHidden: true, customInspect: false, getters: true }),
    'inspect() of an object around it': () =>
      inspect({ users: [{ name: 'alice', secret }], map: new Map([['alice', secret]]) }, { depth: 9 }),
    'console.log with %s': () => format('%s', secret),
    'console.log with %o': () => format('%o and %O', secret, { secret }),
    'console.log with %j': () => format('%j', { secret }),
    'its members': () => JSON.stringify(Object.entries({ ...secret })),
    'all of its members': () => JSON.stringify(Reflect.ownKeys(secret).map((key) => String(Reflect.get(secret, key)))),
    'an error that contains it': () => inspect(new Error(`refused ${secret}`, { cause: { secret } })),
    'a structured clone': () => inspect(structuredClone({ ...secret })),
  };
  for (const [way, show] of Object.entries(shows)) {
    test(`by ${way}`, () => {
      expect(show()).not.toContain(VALUE);
    });
  }
});

test('a secret shows its label', () => {
  expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
    '[secret alice/password]',
    '"[secret alice/password]"',
    '[secret alice/password]',
  ]);
});

test('reveal() returns the value', () => {
  expect(secret.reveal()).toBe(VALUE);
});

test.describe('a secret equals', () => {
  for (const [name, other, isEqual] of [
    ['the same value', VALUE, true],
    ['the same value under another label', new Secret('bob/password', VALUE), true],
    ['not another value', new Secret('alice/password', 'Correct-Horse-4712'), false],
    ['not a longer value', `${VALUE}x`, false],
    ['not the empty text', '', false],
  ] as const) {
    test(name, () => {
      expect(secret.equals(other)).toBe(isEqual);
    });
  }
});
