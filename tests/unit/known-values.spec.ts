import { expect, test } from '@playwright/test';
import { redactionOf } from '../support/redaction.ts';

const CODE = '482913';
const { redactor, text, known } = redactionOf({ code: CODE, pin: '4829', word: 'abc123', seed: 'JBSWY3DPEHPK3PXP' });
const MASK = '[secret code]';
const HASH = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

test.describe('a known value is masked', () => {
  for (const [where, given, clean] of [
    ['in a sentence', 'Your code is 482913.', `Your code is ${MASK}.`],
    ['alone', CODE, MASK],
    ['in two halves', 'code 482 913', `code ${MASK}`],
    ['in two halves with a hyphen', '482-913', MASK],
    ['in two halves with a non-breaking space', '482\u00a0913', MASK],
    ['in single digits', '4 8 2 9 1 3', MASK],
    ['after letters', 'G-482913 code482913', `G-${MASK} code${MASK}`],
    ['after a percent-encoded space', 'Code%20482913', `Code%20${MASK}`],
    ['after a space that is percent-encoded twice', 'Code%2520482913', `Code%2520${MASK}`],
    ['after a JSON escape', '"\\u0020482913\\n482913"', `"\\u0020${MASK}\\n${MASK}"`],
    ['after a JavaScript escape', '"\\x20482913"', `"\\x20${MASK}"`],
    ['many times', '482913,482913;482913', `${MASK},${MASK};${MASK}`],
    ['as a separate word', 'a abc123 b', 'a [secret word] b'],
    ['as an authenticator shows a seed', 'jbsw y3dp ehpk 3pxp', '[secret seed]'],
    ['across the ANSI codes of a diff', `\u001b[31m48\u001b[7m29\u001b[27m13\u001b[39m`, `\u001b[31m${MASK}\u001b[39m`],
    [
      'across long ANSI codes',
      `\u001b[38;2;255;255;255;48;2;10;10;10m4\u001b[0m82913`,
      `\u001b[38;2;255;255;255;48;2;10;10;10m${MASK}`,
    ],
    ['in a line that begins like JSON', `[1/2] \u001b[31m4\u001b[39m82913`, `[1/2] \u001b[31m${MASK}`],
  ] as const) {
    test(where, () => {
      expect(redactor.text(given)).toBe(clean);
      expect(text.redactWhole(Buffer.from(given), 'text').toString()).toBe(clean);
    });
  }
});

test.describe('nothing is masked', () => {
  for (const [where, given] of [
    ['in a longer number', '1482913 4829131'],
    ['in a decimal number', '0.482913 482913.5 1727.482913'],
    ['in a checksum', `resources/${HASH.replace(/^.{6}/, CODE)}.dat ${HASH.replace(/.{8}$/, `b${CODE}c`)}`],
    ['in a checksum in capitals', HASH.toUpperCase().replace(/(?<=^.{9}).{8}/, `A${CODE}F`)],
    ['in the middle of a word, for a short word', 'xabc123 abc1234 abc123x'],
    ['in words, for a PIN', 'v4829 4829px a4829b 14829 48291'],
    ['in a text without it', 'Your code is 482914.'],
  ] as const) {
    test(where, () => {
      expect(redactor.text(given)).toBe(given);
    });
  }
});

test('a value of three characters is ignored', () => {
  expect(redactionOf({ pin: '123' }).known.size).toBe(0);
  expect(redactionOf({ pin: '123' }).redactor.text('123 "123"')).toBe('123 "123"');
});

test('a known value is not added again', () => {
  const size = known.size;
  expect(known.add(CODE, 'other')).toBe(false);
  expect(known.size).toBe(size);
});

test('a value that is added later is masked from then on', () => {
  const late = redactionOf();
  const line = Buffer.from('{"a":"Correct-Horse"}\n');
  expect(late.text.redactWhole(line, 'json-lines')).toEqual(line);
  late.known.add('Correct-Horse', 'late');
  expect(late.text.redactWhole(line, 'json-lines').toString()).toBe('{"a":"[secret late]"}\n');
});

test('a number with more digits than a checksum is masked', () => {
  const number = '1234567890'.repeat(4);
  expect(redactionOf({ long: number }).redactor.text(`"${number}"`)).toBe('"[secret long]"');
});

test('a value is preferred to its own prefix', () => {
  const { redactor } = redactionOf({ token: 'first-half-of', whole: 'first-half-of.signature' });
  expect(redactor.text('first-half-of.signature first-half-of.')).toBe('[secret whole] [secret token].');
});

test('a label can end neither a JSON string nor a tag', () => {
  const { redactor } = redactionOf({ 'a"\\\'<b>&\n': 'Correct-Horse' });
  expect(redactor.text('Correct-Horse')).toBe('[secret ab]');
});

test('a text without secrets keeps its lone surrogates', () => {
  expect(redactor.text('a \ud800 b')).toBe('a \ud800 b');
});

test.describe('in JSON', () => {
  const json = (given: string, kind: 'json' | 'json-lines'): string =>
    text.redactWhole(Buffer.from(given), kind).toString();

  test('a number that equals a code becomes 0 in the body of a site', () => {
    expect(json('{"code":482913,"pins":[482913, 4829 ],"n":4829130}', 'json')).toBe(
      '{"code":0,"pins":[0, 0 ],"n":4829130}',
    );
  });

  test('a number in a trace becomes 0 only as a serialized argument', () => {
    expect(json('{"wallTime":482913,"arg":{"value":{"n":482913}},"at":[482913]}', 'json-lines')).toBe(
      '{"wallTime":482913,"arg":{"value":{"n":0}},"at":[482913]}',
    );
  });

  for (const number of ['-482913', '482913e5', '482913E-2', '482913.25', '0.482913', '1e482913']) {
    test(`the number ${number} stays a number`, () => {
      for (const kind of ['json', 'json-lines'] as const) {
        const clean = json(`{"a":[${number}, "482913"],"b":${number}}`, kind);
        expect(JSON.parse(clean)).toMatchObject({ a: [expect.any(Number), MASK] });
      }
      expect(json(`{"time":${number}}`, 'json-lines')).toBe(`{"time":${number}}`);
    });
  }

  test('a number in a string is masked as text', () => {
    const given = { a: 'code: 482913 ', b: '\\" 482913, ', c: '"n":482913', d: '[482913]' };
    const clean = JSON.parse(json(JSON.stringify(given), 'json-lines')) as object;
    expect(clean).toEqual({ a: `code: ${MASK} `, b: `\\" ${MASK}, `, c: `"n":${MASK}`, d: `[${MASK}]` });
  });

  test('a text that only begins like JSON is masked', () => {
    expect(json('[info] 482913 and -482913', 'json')).not.toContain(CODE);
    expect(text.redactWhole(Buffer.from('{482913} 482 913'), 'text').toString()).not.toMatch(/482|913/);
  });

  test('a value without digits is masked in the parameters of a step', () => {
    const plain = redactionOf({ password: 'correct-horse-battery' });
    expect(plain.redactor.value({ selector: '#a', value: 'correct-horse-battery' })).toEqual({
      selector: '#a',
      value: '[secret password]',
    });
  });
});
