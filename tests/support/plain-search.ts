import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as zlib from 'node:zlib';
import { fromBufferPromise } from 'yauzl';

/** A value found in an artifact. */
export interface PlainMatch {
  readonly location: string;
  readonly value: string;
  /** Name of the decoding under which it was found. */
  readonly decoding: string;
}

/** Maximum number of encodings inside each other. */
const MAX_DEPTH = 3;
/** Longer texts are decoded once only, in characters. */
const SHORT = 200_000;
/** Compressions, of which those without a mark are tried by the name. */
const UNPACK: readonly (readonly [RegExp, string, (bytes: Buffer) => Buffer])[] = [
  [/^1f8b/, '', zlib.gunzipSync],
  [/^28b52ffd/, '', (bytes) => (zlib as unknown as Zstandard).zstdDecompressSync(bytes)],
  [/^78(?:01|5e|9c|da)/, '', zlib.inflateSync],
  [/^/, '.deflate', zlib.inflateRawSync],
  [/^/, '.br', zlib.brotliDecompressSync],
];

interface Zstandard {
  zstdDecompressSync(bytes: Buffer): Buffer;
}

/** Searches all files under the paths, unpacked, for values. Slow, and independent of the code under test. */
export async function searchPlainly(paths: readonly string[], values: readonly string[]): Promise<PlainMatch[]> {
  const matches: PlainMatch[] = [];
  for (const path of paths.flatMap(filesUnder)) await search(path, readFileSync(path), values, matches);
  return matches;
}

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

async function search(
  location: string,
  bytes: Buffer,
  values: readonly string[],
  matches: PlainMatch[],
): Promise<void> {
  if (bytes.toString('latin1', 0, 4) === 'PK\u0003\u0004') {
    const zip = await fromBufferPromise(bytes);
    for await (const entry of zip.eachEntry()) {
      const chunks = (await (await zip.openReadStreamPromise(entry)).toArray()) as Buffer[];
      await search(`${location}!${entry.fileName}`, Buffer.concat(chunks), values, matches);
    }
    return;
  }
  const unpacked = unpack(location, bytes);
  if (unpacked) return await search(`${location}!`, unpacked, values, matches);
  const text = bytes.toString('latin1');
  const decodings = [...decodingsOf(text)];
  for (const value of values) {
    const [decoding] = decodings.find(([, one]) => holds(one, value)) ?? [];
    if (decoding !== undefined) matches.push({ location, value, decoding });
  }
  for (const [, data = ''] of text.matchAll(/base64,([A-Za-z0-9+/=]{40,})/g))
    await search(`${location}!base64`, Buffer.from(data, 'base64'), values, matches);
}

function unpack(location: string, bytes: Buffer): Buffer | undefined {
  const mark = bytes.toString('hex', 0, 4);
  for (const [start, end, work] of UNPACK) {
    if (!start.test(mark) || !location.endsWith(end)) continue;
    try {
      return work(bytes);
    } catch {
      // It only begins like compressed content.
    }
  }
  return undefined;
}

/** Decodes a text in every way, and what that gives again. */
function* decodingsOf(text: string, path = '', depth = 0): Generator<[string, string]> {
  yield [path || 'plain', text];
  if (depth === MAX_DEPTH || (depth > 0 && text.length > SHORT)) return;
  for (const [name, decode] of Object.entries(DECODINGS)) {
    const decoded = decode(text);
    if (decoded !== '' && decoded !== text) yield* decodingsOf(decoded, `${path} ${name}`.trim(), depth + 1);
  }
  for (const [name, join] of Object.entries(JOINS)) {
    const joined = join(text);
    if (joined !== '') yield [`${path} ${name}`.trim(), joined];
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const byte = (digits: string, radix = 16): string => String.fromCharCode(Number.parseInt(digits, radix));

/** Decodings, each of which may be inside another one. */
const DECODINGS: Readonly<Record<string, (text: string) => string>> = {
  'percent-decoded': (text) => text.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) => byte(hex)),
  'HTML-decoded': (text) =>
    text.replace(/&(?:#x([\dA-Fa-f]+)|#(\d+)|(\w+));/g, (entity, hex?: string, decimal?: string, name = '') =>
      hex ? byte(hex) : decimal ? byte(decimal, 10) : (ENTITIES[name as string] ?? entity),
    ),
  unescaped: (text) =>
    text
      .replace(/\\+(?:u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2}))/g, (_, four?: string, two?: string) => byte(four ?? two ?? ''))
      .replace(/\\+(["'/])/g, '$1'),
  'quoted-printable': (text) => text.replace(/=([\dA-F]{2})/g, (_, hex: string) => byte(hex)).replace(/=\r?\n/g, ''),
  hexadecimal: (text) =>
    [...text.matchAll(/(?<![\dA-Fa-f])(?:[\dA-Fa-f]{2}){6,4000}(?![\dA-Fa-f])/g)]
      .map(([hex]) => Buffer.from(hex, 'hex').toString('latin1'))
      .join('\n'),
  'Base64-decoded': (text) =>
    [...text.matchAll(/[A-Za-z0-9+/_-]{8,100000}/g)]
      .map(([data]) => Buffer.from(data, 'base64').toString('latin1'))
      .filter((data) => /[\w ]{4}/.test(data))
      .join('\n'),
  'without NULs': (text) => (text.includes('\0') ? text.replaceAll('\0', '') : ''),
};

/** Joins what stands in pieces. */
const JOINS: Readonly<Record<string, (text: string) => string>> = {
  'without ANSI codes': (text) =>
    text.includes('\u001b') || text.includes('\\u001b')
      ? stripVTControlCharacters(text.replaceAll('\\u001b', '\u001b'))
      : '',
  'without gaps': (text) => text.replace(/(?<=\d)(?:[ -]|\u00a0|\u00c2\u00a0|\u00e2\u0080\u0089)(?=\d)/g, ''),
  'without gaps between letters': (text) => text.replace(/(?<=[A-Z2-7])[ -](?=[A-Z2-7])/gi, '').toUpperCase(),
  'boxes of a page snapshot': (text) =>
    [...text.matchAll(/"__playwright_value_":"(.)"/g)].map(([, digit]) => digit).join(''),
  'boxes of an accessibility snapshot': (text) =>
    [...text.matchAll(/- textbox [^\n]*?: (?:\\?")?(\w)(?:\\?")?(?:\\n|\n)/g)].map(([, digit]) => digit).join(''),
  'one by one': (text) =>
    text.length > SHORT
      ? ''
      : [...text.matchAll(/(?<=[=":>,[\s])\d(?=[&"<,\]}\s\\])(?!\]=)/g)].map(([digit]) => digit).join(''),
};

/** True if a text holds a value. A code must be a separate number, not a part of a time. */
function holds(text: string, value: string): boolean {
  return /^\d+$/.test(value)
    ? new RegExp(`(?<!\\d)(?<!\\d\\.)${value}(?!\\d)(?!\\.\\d)`).test(text)
    : text.includes(value);
}
