import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fromBufferPromise } from 'yauzl';

/** A text in which one of the values was found, and how it had to be read. */
export interface Found {
  readonly place: string;
  readonly value: string;
  readonly reading: string;
}

/** Looks for values in everything under some paths, unpacked: slowly, and with nothing of what it is to check. */
export async function searchPlainly(paths: readonly string[], values: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const path of paths.flatMap(filesUnder)) await look(path, readFileSync(path), values, found);
  return found;
}

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

async function look(place: string, bytes: Buffer, values: readonly string[], found: Found[]): Promise<void> {
  if (bytes.toString('latin1', 0, 4) === 'PK\u0003\u0004') {
    const zip = await fromBufferPromise(bytes);
    for await (const entry of zip.eachEntry()) {
      const chunks = (await (await zip.openReadStreamPromise(entry)).toArray()) as Buffer[];
      await look(`${place}!${entry.fileName}`, Buffer.concat(chunks), values, found);
    }
    return;
  }
  const text = bytes.toString('latin1');
  const readings = Object.entries(readingsOf(text));
  for (const value of values) {
    const [reading] = readings.find(([, one]) => holds(one, value)) ?? [];
    if (reading !== undefined) found.push({ place, value, reading });
  }
  for (const [, data = ''] of text.matchAll(/base64,([A-Za-z0-9+/=]{40,})/g))
    await look(`${place}!base64`, Buffer.from(data, 'base64'), values, found);
}

function readingsOf(text: string): Record<string, string> {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
  const boxes = [...text.matchAll(/"__playwright_value_":"(.)"/g)].map(([, digit]) => digit).join('');
  const lines = [...text.matchAll(/- textbox [^\n]*?: (?:\\?")?(\w)(?:\\?")?(?:\\n|\n)/g)]
    .map(([, digit]) => digit)
    .join('');
  return {
    'as it is': text,
    'percent-decoded': text.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'HTML-decoded': text.replace(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity),
    'without colours': stripVTControlCharacters(text.replaceAll('\\u001b', '\u001b')),
    'without gaps': text.replace(/(?<=\d)[ -](?=\d)/g, ''),
    'boxes of a snapshot': boxes,
    'boxes of a list': lines,
  };
}

/** A code counts where it is a number of its own, and not a part of a time. */
function holds(text: string, value: string): boolean {
  return /^\d+$/.test(value)
    ? new RegExp(`(?<!\\d)(?<!\\d\\.)${value}(?!\\d)(?!\\.\\d)`).test(text)
    : text.includes(value);
}
