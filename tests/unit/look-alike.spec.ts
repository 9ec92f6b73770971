import { expect, test } from '@playwright/test';
import { likenessOf, newestWithLookAlikes } from '../../src/message/look-alike.ts';
import fc from '../support/property.ts';

const ALICE = 'alice@persona.test';

for (const [other, likeness] of [
  ['alise@persona.test', 'one character away'],
  ['alic@persona.test', 'one character away'],
  ['allice@persona.test', 'one character away'],
  ['alcie@persona.test', 'one character away'],
  ['alice@person.test', 'one character away'],
  ['alice@persona.tets', 'one character away'],
  ['alice+signup@persona.test', 'the same but for the tag after the plus sign'],
  ['alice@mail.persona.test', 'the same but for its domain'],
  ['alice@persona.com', 'the same but for its domain'],
  ['Alice@Persona.test', 'the same in another case or spelling'],
  ['bob@persona.test', undefined],
  ['alice@elsewhere.example', undefined],
  ['alixe+b@persona.test', undefined],
  ['alice', undefined],
  ['', undefined],
  [ALICE, undefined],
] as const) {
  test(`${other || 'an empty text'} is ${likeness ?? 'not like'} ${ALICE}`, () => {
    expect(likenessOf(other, ALICE)).toBe(likeness);
    expect(likenessOf(ALICE, other)).toBe(likeness);
  });
}

test('two tags of one mailbox are alike', () => {
  expect(likenessOf('alice+a@persona.test', 'alice+b@persona.test')).toContain('tag');
});

test('every edit of one character is found, and two texts without one are not', () => {
  const word = fc.stringMatching(/^[a-z]{3,8}$/);
  fc.assert(
    fc.property(word, fc.nat(), fc.stringMatching(/^[a-z]$/), (name, at, letter) => {
      const place = at % name.length;
      const edits = [
        name.slice(0, place) + name.slice(place + 1),
        name.slice(0, place) + letter + name.slice(place),
        name.slice(0, place) + letter + name.slice(place + 1),
      ];
      for (const edited of edits.filter((one) => one !== name))
        expect(likenessOf(`${edited}@persona.test`, `${name}@persona.test`)).toBe('one character away');
      expect(likenessOf(`${name}xyz@persona.test`, `${name}@persona.test`)).toBeUndefined();
    }),
  );
});

test('a look-alike is listed even if many newer messages came', () => {
  const messages = ['alise@persona.test', ...Array.from({ length: 20 }, (_, index) => `user-${index}@acme.test`)];
  const newest = newestWithLookAlikes(messages, (one) => [one], ALICE, 5);
  expect(newest).toEqual(['alise@persona.test', ...messages.slice(-4)]);
});

test('many look-alikes do not hide the newest messages', () => {
  const messages = ['alise', 'alixe', 'alide', 'x', 'y', 'z'].map((name) => `${name}@persona.test`);
  const newest = newestWithLookAlikes(messages, (one) => [one], ALICE, 5);
  expect(newest.map((one) => one.split('@')[0])).toEqual(['alixe', 'alide', 'x', 'y', 'z']);
});
