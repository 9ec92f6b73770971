import { expect, test } from '@playwright/test';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { encodingsOf } from '../../src/redaction/encodings.ts';
import fc from '../support/property.ts';

/** Long enough that it counts wherever it stands, also within a word. */
const value = fc.oneof(
  fc.string({ minLength: 8, maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 8, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 8, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'"\\\'&<>/+%=?#\n\t äß字😀\ud800\udc00a1~*()!'), minLength: 8, maxLength: 20 }),
);
const around = fc.string({ maxLength: 10 });

const escaped = (text: string, quote: string, apostrophe: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);
const inPage = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
/** What a page sends: a half of a character goes as U+FFFD. */
const whole = (text: string): string => Buffer.from(text).toString();

const WRITERS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  JSON: (text) => JSON.stringify(text),
  'JSON in a string of JSON': (text) => JSON.stringify(JSON.stringify(text)),
  'JSON in a page, as Go, Rails and Next.js write it': (text) => inPage(JSON.stringify(text)),
  'JSON of ASCII alone': (text) =>
    JSON.stringify(text).replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  encodeURIComponent: (text) => encodeURIComponent(whole(text)),
  'encodeURIComponent, twice': (text) => encodeURIComponent(encodeURIComponent(whole(text))),
  'percent-encoding with small letters': (text) =>
    encodeURIComponent(whole(text)).replace(/%../g, (escape) => escape.toLowerCase()),
  'percent-encoding to the letter of RFC 3986': (text) =>
    encodeURIComponent(whole(text)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  URLSearchParams: (text) => new URLSearchParams({ a: text, b: '2' }).toString(),
  'HTML, as a serializer writes a text': (text) => escaped(text, '"', "'"),
  'HTML, as a serializer writes an attribute': (text) => escaped(text, '&quot;', "'"),
  'HTML, as templates write it': (text) => escaped(text, '&quot;', '&#39;'),
  'HTML, as React writes it': (text) => escaped(text, '&quot;', '&#x27;'),
  'HTML in JSON': (text) => JSON.stringify(escaped(text, '&quot;', '&#39;')),
  Base64: (text) => Buffer.from(text).toString('base64'),
  'Base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'Base64 in JSON with slashes escaped': (text) => Buffer.from(text).toString('base64').replaceAll('/', '\\/'),
};

for (const [way, write] of Object.entries(WRITERS)) {
  test(`a value is found and masked wherever it stands in ${way}`, () => {
    fc.assert(
      fc.property(value, around, around, (value, before, after) => {
        const written = write(before + value + after);
        const spellings = encodingsOf(value).map(({ text }) => text);
        // In what is encoded, halves of a character that meet become one.
        fc.pre(whole(before + value + after) === whole(before) + whole(value) + whole(after));
        const found = spellings.filter((text) => whole(written).includes(whole(text)));
        expect(found, `${JSON.stringify(written)} holds one of ${JSON.stringify(spellings)}`).not.toEqual([]);
        const clean = new Redactor(new SecretSet([[value, 'x']])).values(written);
        for (const text of found) expect(clean).not.toContain(text);
      }),
    );
  });
}

test('a code is found in Base64 whatever stands around it', () => {
  const code = fc.integer({ min: 100_000, max: 99_999_999 }).map(String);
  fc.assert(
    fc.property(code, around, around, (code, before, after) => {
      const written = Buffer.from(`${before}=${code}&${after}`).toString('base64');
      const clean = new Redactor(new SecretSet([[code, 'x']])).values(written);
      expect(Buffer.from(clean, 'base64').toString('latin1')).not.toContain(code);
    }),
  );
});

test('Base64 with a masked value is still Base64 of the same length', () => {
  const written = Buffer.from(JSON.stringify({ user: 'alice', code: '482913', next: '/home' })).toString('base64');
  const clean = new Redactor(new SecretSet([['482913', 'x']])).values(written);
  const decoded = Buffer.from(clean, 'base64').toString('latin1');
  expect(clean).toHaveLength(written.length);
  expect(decoded).toContain('{"user":"alice","code":');
  expect(decoded).toContain(',"next":"/home"}');
});

test('no spelling is there twice, and none is shorter than the value allows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 4, maxLength: 30 }), (value) => {
      const texts = encodingsOf(value).map(({ text }) => text);
      expect(new Set(texts).size).toBe(texts.length);
      expect(Math.min(...texts.map((text) => text.length))).toBeGreaterThanOrEqual(4);
    }),
  );
});

test('any value that is masked leaves the bytes around it as they were', () => {
  fc.assert(
    fc.property(value, around, around, (value, before, after) => {
      fc.pre(!`${before}\n${after}`.includes(value));
      const clean = new Redactor(new SecretSet([[value, 'x']])).values(`${before}\n${value}\n${after}`);
      fc.pre(clean.split('[secret x]').length === 2);
      expect(clean.startsWith(before) || !value.startsWith('\n')).toBe(true);
      expect(clean).toBe(`${before}\n[secret x]\n${after}`);
    }),
  );
});
