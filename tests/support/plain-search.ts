import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fromBufferPromise } from 'yauzl';

/** A value found in an artifact. */
export interface PlainMatch {
  readonly location: string;
  readonly value: string;
  /** Name of the decoding under which it was found. */
  readonly decoding: string;
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
  const text = bytes.toString('latin1');
  const decodings = Object.entries(decodingsOf(text));
  for (const value of values) {
    const [decoding] = decodings.find(([, one]) => holds(one, value)) ?? [];
    if (decoding !== undefined) matches.push({ location, value, decoding });
  }
  for (const [, data = ''] of text.matchAll(/base64,([A-Za-z0-9+/=]{40,})/g))
    await search(`${location}!base64`, Buffer.from(data, 'base64'), values, matches);
}

function decodingsOf(text: string): Record<string, string> {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
  const boxes = [...text.matchAll(/"__playwright_value_":"(.)"/g)].map(([, digit]) => digit).join('');
  const lines = [...text.matchAll(/- textbox [^\n]*?: (?:\\?")?(\w)(?:\\?")?(?:\\n|\n)/g)]
    .map(([, digit]) => digit)
    .join('');
  return {
    plain: text,
    'percent-decoded': text.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'HTML-decoded': text.replace(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity),
    'without ANSI codes': stripVTControlCharacters(text.replaceAll('\\u001b', '\u001b')),
    'without gaps': text.replace(/(?<=\d)[ -](?=\d)/g, ''),
    'boxes of a page snapshot': boxes,
    'boxes of an accessibility snapshot': lines,
  };
}

/** True if a text holds a value. A code must be a separate number, not a part of a time. */
function holds(text: string, value: string): boolean {
  return /^\d+$/.test(value)
    ? new RegExp(`(?<!\\d)(?<!\\d\\.)${value}(?!\\d)(?!\\.\\d)`).test(text)
    : text.includes(value);
}
