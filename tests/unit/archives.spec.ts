import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { scan } from '../../src/redaction/scan.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { type NewEntry, unzip, zipOf } from '../support/archive.ts';
import { redactionOf } from '../support/redaction.ts';
import { expect, test } from '../support/temp-folder.ts';

const { files } = redactionOf({ code: '482913', password: 'Correct-Horse' });
const known = new SecretSet([['Correct-Horse', 'alice/password']]);
const TEXT = Buffer.from('{"value":"Correct-Horse"}\n');

const CONTENTS: Readonly<Record<string, (text: Buffer) => Buffer | Promise<Buffer>>> = {
  'a ZIP archive': (text) => zipOf({ name: 'a.json', content: text }),
  'a ZIP archive in a ZIP archive': async (text) =>
    await zipOf({ name: 'inner', content: await zipOf({ name: 'a.json', content: text }) }),
  gzip: (text) => zlib.gzipSync(text),
  deflate: (text) => zlib.deflateSync(text),
  'gzip of a ZIP archive': async (text) => zlib.gzipSync(await zipOf({ name: 'a.json', content: text })),
};

for (const [what, pack] of Object.entries(CONTENTS)) {
  for (const name of ['0a4d55a8d778e5022fab701977c5d840bbc486d0', 'page.png', 'trace.zip', 'body.dat']) {
    test(`${what} is searched and cleaned, also if it is named ${name}`, async ({ folder }) => {
      const content = await pack(TEXT);
      const path = join(folder, name);
      await writeFile(path, content);
      expect((await scan([path], known)).findings).toHaveLength(1);
      expect(await files.clean(path)).toBe(true);
      expect(await scan([path], known)).toMatchObject({ findings: [], unreadable: [] });

      const outer = join(folder, 'outer.zip');
      await writeFile(outer, await zipOf({ name: `attachments/${name}`, content }));
      expect((await scan([outer], known)).findings).toHaveLength(1);
      expect(await files.clean(outer)).toBe(true);
      expect(await scan([outer], known)).toMatchObject({ findings: [], unreadable: [] });
    });
  }
}

test('a large archive inside another is known by its bytes', async ({ folder }) => {
  const filler: NewEntry = { name: 'filler.png', content: Buffer.alloc(3_000_000, 7), isDeflated: false };
  const inner = await zipOf(filler, { name: 'a.json', content: TEXT });
  const path = join(folder, 'trace.zip');
  await writeFile(path, await zipOf({ name: 'attachments/picture.png', content: inner, isDeflated: false }));
  expect(await files.clean(path)).toBe(true);
  expect(await scan([path], known)).toMatchObject({ findings: [], unreadable: [] });
});

test('Brotli is known by its name', async ({ folder }) => {
  const path = join(folder, 'body.json.br');
  await writeFile(path, zlib.brotliCompressSync(TEXT));
  expect((await scan([path], known)).findings).toHaveLength(1);
  await files.clean(path);
  expect(zlib.brotliDecompressSync(await readFile(path)).toString()).toBe('{"value":"[secret password]"}\n');
});

test('what only begins like compressed data stays as it is', async ({ folder }) => {
  for (const start of ['1f8b0800', '789c0102', 'PK']) {
    const bytes = Buffer.concat([
      start === 'PK' ? Buffer.from('PK, he said') : Buffer.from(start, 'hex'),
      Buffer.from('noise'),
    ]);
    const path = join(folder, 'noise.dat');
    await writeFile(path, bytes);
    expect(await files.clean(path)).toBe(false);
    expect(await readFile(path)).toEqual(bytes);
  }
});

test('a text that begins like compressed data is cleaned', async ({ folder }) => {
  // The bytes `hC` and `x^` are also those of the header of deflate (RFC 1950).
  for (const start of ['hC', 'x^']) {
    const path = join(folder, 'text.dat');
    await writeFile(path, `${start} ${TEXT}`);
    expect(await files.clean(path)).toBe(true);
    expect(await readFile(path, 'utf8')).toContain('[secret password]');
  }
});

const SPELLINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16, big end first': (text) => Buffer.from(text, 'utf16le').swap16(),
  'decimal entities': (text) => Buffer.from([...text].map((one) => `&#${one.charCodeAt(0)};`).join('')),
  'hexadecimal entities': (text) =>
    Buffer.from([...text].map((one) => `&#x${one.charCodeAt(0).toString(16)};`).join('')),
  'escapes of bytes': (text) => Buffer.from([...text].map((one) => `\\x${one.charCodeAt(0).toString(16)}`).join('')),
  'Base64 twice': (text) => Buffer.from(Buffer.from(Buffer.from(`v=${text}`).toString('base64')).toString('base64')),
  'JSON in JSON in JSON': (text) => Buffer.from(JSON.stringify(JSON.stringify(JSON.stringify(text)))),
};

for (const [what, spell] of Object.entries(SPELLINGS)) {
  test(`a secret is found in ${what}`, async ({ folder }) => {
    const value = 'Correct"Horse';
    const path = join(folder, 'a.txt');
    await writeFile(path, spell(value));
    const secrets = new SecretSet([[value, 'alice/password']]);
    expect((await scan([path], secrets)).findings).toHaveLength(1);
    await redactionOf({ password: value }).files.clean(path);
    expect((await scan([path], secrets)).findings).toEqual([]);
  });
}

test('a file in UTF-16 stays readable', async ({ folder }) => {
  const path = join(folder, 'log.txt');
  await writeFile(path, Buffer.from('Password: Correct-Horse, done', 'utf16le'));
  await files.clean(path);
  expect((await readFile(path)).toString('utf16le')).toBe('Password: [secret password], done');
});

test('a cleaned archive without a name stays one', async ({ folder }) => {
  const path = join(folder, 'attachment');
  await writeFile(path, await zipOf({ name: 'a.json', content: TEXT }));
  await files.clean(path);
  expect((await unzip(path)).map(({ content }) => content.toString())).toEqual(['{"value":"[secret password]"}\n']);
});
