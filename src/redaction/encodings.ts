import { seedSpellings } from './seed-spellings.ts';

/** Encoding under which a value may occur in a file. */
export type Encoding = 'plain' | 'JSON' | 'percent' | 'HTML' | 'base64' | 'hex' | 'grouped' | 'escaped' | 'UTF-16';

export interface EncodedValue {
  readonly text: string;
  readonly encoding: Encoding;
}

/** Minimum length of Base64. Shorter text occurs in any picture by chance. */
const MIN_BASE64 = 6;
/** Minimum length of a value that is also searched for as hexadecimal digits. A shorter one occurs by chance. */
const MIN_HEX = 6;
/** Minimum length of a value that is also searched for in Base64 of Base64. Each spelling slows the search down. */
const MIN_BASE64_TWICE = 8;

/** Returns a value in every encoding that is searched for, without duplicates. */
export function encodingsOf(value: string): EncodedValue[] {
  const found = new Map<string, EncodedValue>();
  const add = (encoding: Encoding, ...texts: string[]): void => {
    for (const text of texts) if (!found.has(text)) found.set(text, { text, encoding });
  };
  add('plain', value);
  add('grouped', ...grouped(value));
  for (const one of json(value)) add('JSON', one, ...json(one), ...json(one).map(twiceInJson));
  for (const one of percent(value)) add('percent', one, encodeURIComponent(one), ...json(one));
  for (const one of html(value)) add('HTML', one, ...json(one));
  add('HTML', ...numericEntities(value));
  add('escaped', ...escapes(value));
  add('percent', ...everyByte(value, '%'), ...everyByte(value, '%25'));
  if (value.length >= MIN_HEX) add('hex', ...everyByte(value, ''));
  add('base64', ...base64(value), ...(value.length < MIN_BASE64_TWICE ? [] : base64(value).flatMap(base64)));
  if (/^[\0-\x7f]{2,}$/.test(value)) add('UTF-16', Array.from(value).join('\0'));
  return [...found.values()];
}

/** As a JSON string, and as a JSON string embedded in a page. */
function json(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // The first as Go, Rails and Next.js escape it, the second as stricter encoders do.
  const inPage = plain.replace(/[<>&]/g, hex);
  const safe = plain.replace(/[<>&'/+=]/g, hex);
  const ascii = plain.replace(/[^\0-\x7f]/g, hex);
  const slash = plain.replaceAll('/', '\\/');
  return [plain, slash, inPage, safe, ascii, upperHex(inPage), upperHex(safe)];
}

function upperHex(text: string): string {
  return text.replace(/\\u[\da-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
}

function twiceInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Every character as a number of HTML: decimal, and hexadecimal in both cases. */
function numericEntities(value: string): string[] {
  const each = (write: (code: number) => string): string =>
    Array.from(value, (character) => write(character.codePointAt(0) ?? 0)).join('');
  const hex = (code: number): string => code.toString(16);
  return [
    each((code) => `&#${code};`),
    each((code) => `&#x${hex(code)};`),
    each((code) => `&#x${hex(code).toUpperCase()};`),
  ];
}

/** Every byte as `\xNN`, as shells and logs write it, or as `=NN` of RFC 2045; every character as `\uNNNN`. */
function escapes(value: string): string[] {
  const units = Array.from({ length: value.length }, (_, index) =>
    value.charCodeAt(index).toString(16).padStart(4, '0'),
  );
  const unicode = [units, units.map((hex) => hex.toUpperCase())].map((all) => all.map((hex) => `\\u${hex}`).join(''));
  const spelled = [...everyByte(value, '\\x'), ...unicode];
  const quoted = spelled.map(twiceInJson);
  // A snapshot of a page quotes its texts once more.
  return [...spelled, ...quoted, ...quoted.map(twiceInJson), ...everyByte(value, '=')];
}

/** Every byte as two hexadecimal digits, in both cases, with a text before each. */
function everyByte(value: string, before: string): string[] {
  const lower = [...Buffer.from(value)].map((byte) => byte.toString(16).padStart(2, '0'));
  return [lower, lower.map((hex) => hex.toUpperCase())].map((all) => all.map((hex) => before + hex).join(''));
}

/** As `encodeURIComponent`, RFC 3986 and HTML forms (WHATWG URL) encode it, each also in lower case. */
function percent(value: string): string[] {
  // Replaces a lone surrogate with U+FFFD, as a page does before it encodes it.
  const whole = Buffer.from(value).toString();
  const component = encodeURIComponent(whole);
  const strict = component.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  const path = encodeURI(whole);
  const all = [
    component,
    strict,
    form,
    path,
    strict.replace(/[-._~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  ];
  return all.flatMap((one) => [one, one.replace(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase())]);
}

function html(value: string): string[] {
  const names = (quote: string, apostrophe: string): string =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', quote)
      .replaceAll("'", apostrophe);
  return [
    names('"', "'"),
    names('&quot;', "'"),
    names('&quot;', '&#39;'),
    names('&quot;', '&#x27;'),
    names('&quot;', '&apos;'),
    names('&#34;', '&#39;'),
  ];
}

/** The Base64 characters that depend on the value alone, for each of its three alignments. */
function base64(value: string): string[] {
  const bytes = Buffer.from(value);
  const inner = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  return inner.flatMap((text) =>
    text.length < MIN_BASE64 ? [] : [text, text.replaceAll('+', '-').replaceAll('/', '_'), text.replaceAll('/', '\\/')],
  );
}

/** A code in two halves or in single characters, and a seed in groups, as pages show them. */
function grouped(value: string): string[] {
  if (/^[A-Z2-7]{16,}$/.test(value)) {
    return seedSpellings(value);
  }
  if (!/^[A-Za-z0-9]{6,10}$/.test(value) || !/\d/.test(value)) return [];
  const half = Math.ceil(value.length / 2);
  const gaps = [' ', '-', '\u00a0', '\u2009', '\u202f', '&nbsp;'];
  const pairs = value.length % 2 === 0 ? (value.match(/../g) ?? []) : [];
  return [
    value.split('').join(' '),
    ...gaps.map((gap) => value.slice(0, half) + gap + value.slice(half)),
    ...(pairs.length > 0 ? [pairs.join(' '), pairs.join('-')] : []),
  ];
}
