import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { closest, suggest } from '../../src/core/suggest.ts';

test.describe('the closest known name', () => {
  for (const [name, known, closestName] of [
    ['alcie', ['alice', 'bob'], 'alice'],
    ['alic', ['alice', 'bob'], 'alice'],
    ['alicee', ['alice', 'bob'], 'alice'],
    ['elice', ['alice', 'bob'], 'alice'],
    ['ALICE', ['alice', 'bob'], 'alice'],
    ['emial', ['email', 'username'], 'email'],
    ['bbo', ['alice', 'bob'], 'bob'],
    ['carol', ['alice', 'bob'], undefined],
    ['x', ['alice', 'bob'], undefined],
    ['alice', [], undefined],
  ] as const) {
    test(`${name} of ${known.join(', ') || 'none'} is ${closestName ?? 'none'}`, () => {
      expect(closest(name, known)).toBe(closestName);
    });
  }

  test('is the name itself if it is known', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), (names, index) => {
        const name = names[index % names.length] ?? '';
        expect(closest(name, names)?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });
});

test.describe('a suggestion', () => {
  for (const [name, known, text] of [
    ['alcie', ['alice', 'bob'], 'Known: "alice", "bob". Did you mean "alice"?'],
    ['carol', ['alice', 'bob'], 'Known: "alice", "bob".'],
    ['carol', [], 'None is known.'],
  ] as const) {
    test(text, () => {
      expect(suggest(name, known)).toBe(text);
    });
  }
});
