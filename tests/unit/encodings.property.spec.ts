import { expect, test } from '@playwright/test';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { encodingsOf } from '../../src/redaction/encodings.ts';
import fc from '../support/property.ts';

/** Long enough to be masked everywhere, also inside a word. */
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
/** Replaces a lone surrogate by U+FFFD, as a page does when it sends a text. */
const whole = (text: string): string => Buffer.from(text).toString();

const WRITERS: Readonly<Record<string, (text: string) => string>> = {
  'plain text': (text) => text,
  JSON: (text) => JSON.stringify(text),
  'JSON in a JSON string': (text) => JSON.stringify(JSON.stringify(text)),
  'JSON in a page, as Go, Rails and Next.js escape it': (text) => inPage(JSON.stringify(text)),
  'JSON in ASCII': (text) =>
    JSON.stringify(text).replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  encodeURIComponent: (text) => encodeURIComponent(whole(text)),
  'encodeURIComponent, twice': (text) => encodeURIComponent(encodeURIComponent(whole(text))),
  'percent-encoding in lower case': (text) =>
    encodeURIComponent(whole(text)).replace(/%../g, (escape) => escape.toLowerCase()),
  'percent-encoding of RFC 3986': (text) =>
    encodeURIComponent(whole(text)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  URLSearchParams: (text) => new URLSearchParams({ a: text, b: '2' }).toString(),
  'HTML text of a serializer': (text) => escaped(text, '"', "'"),
  'an HTML attribute of a serializer': (text) => escaped(text, '&quot;', "'"),
  'HTML of a template engine': (text) => escaped(text, '&quot;', '&#39;'),
  'HTML of React': (text) => escaped(text, '&quot;', '&#x27;'),
  'HTML in JSON': (text) => JSON.stringify(escaped(text, '&quot;', '&#39;')),
  Base64: (text) => Buffer.from(text).toString('base64'),
  'Base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'Base64 in JSON with escaped slashes': (text) => Buffer.from(text).toString('base64').replaceAll('/', '\\/'),
};

for (const [encoding, write] of Object.entries(WRITERS)) {
  test(`a value is found and masked anywhere in ${encoding}`, () => {
    fc.assert(
      fc.property(value, around, around, (value, before, after) => {
        const written = write(before + value + after);
        const encoded = encodingsOf(value).map(({ text }) => text);
        // Adjacent lone surrogates combine to one character when the text is encoded.
        fc.pre(whole(before + value + after) === whole(before) + whole(value) + whole(after));
        const found = encoded.filter((text) => whole(written).includes(whole(text)));
        expect(found, `${JSON.stringify(written)} holds one of ${JSON.stringify(encoded)}`).not.toEqual([]);
        const clean = new Redactor(new SecretSet([[value, 'x']])).values(written);
        for (const text of found) expect(clean).not.toContain(text);
      }),
    );
  });
}

test('a code is found in Base64 with any text around it', () => {
  const code = fc.integer({ min: 100_000, max: 99_999_999 }).map(String);
  fc.assert(
    fc.property(code, around, around, (code, before, after) => {
      const written = Buffer.from(`${before}=${code}&${after}`).toString('base64');
      const clean = new Redactor(new SecretSet([[code, 'x']])).values(written);
      expect(Buffer.from(clean, 'base64').toString('latin1')).not.toContain(code);
    }),
  );
});

test('Base64 with a masked value stays Base64 of the same length', () => {
  const written = Buffer.from(JSON.stringify({ user: 'alice', code: '482913', next: '/home' })).toString('base64');
  const clean = new Redactor(new SecretSet([['482913', 'x']])).values(written);
  const decoded = Buffer.from(clean, 'base64').toString('latin1');
  expect(clean).toHaveLength(written.length);
  expect(decoded).toContain('{"user":"alice","code":');
  expect(decoded).toContain(',"next":"/home"}');
});

test('encodings are unique, and not shorter than the shortest secret', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 4, maxLength: 30 }), (value) => {
      const texts = encodingsOf(value).map(({ text }) => text);
      expect(new Set(texts).size).toBe(texts.length);
      expect(Math.min(...texts.map((text) => text.length))).toBeGreaterThanOrEqual(4);
    }),
  );
});

test('masking a value keeps the text around it', () => {
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
