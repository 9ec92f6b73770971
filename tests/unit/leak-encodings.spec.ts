import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scan } from '../../src/redaction/scan.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { CODE_ENCODINGS, ENCODINGS, SEED_ENCODINGS, ZSTANDARD } from '../support/leak-encodings.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { redactionOf } from '../support/redaction.ts';
import { expect, test } from '../support/temp-folder.ts';

const PASSWORD = 'Correct-Horse-4711';
const CODE = '482913';
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const VALUES = [
  ['a password', PASSWORD, { ...ENCODINGS, ...ZSTANDARD }],
  ['a password with other characters', 'p@ss/w0rd+=<47>', { ...ENCODINGS, ...ZSTANDARD }],
  ['a code', CODE, { ...ENCODINGS, ...ZSTANDARD, ...CODE_ENCODINGS }],
  ['a seed', SEED, { ...ENCODINGS, ...ZSTANDARD, ...SEED_ENCODINGS }],
] as const;

test('the table has more than sixty encodings', () => {
  expect(Object.keys({ ...ENCODINGS, ...CODE_ENCODINGS, ...SEED_ENCODINGS }).length).toBeGreaterThan(60);
});

for (const [what, value, encodings] of VALUES) {
  test(`${what} is found in every encoding, and is in none after redaction`, async ({ folder }) => {
    const known = new SecretSet([[value, 'ann/secret']]);
    const { files } = redactionOf({ 'ann/secret': value });
    const wrong: string[] = [];
    for (const [encoding, { name = 'a.txt', write }] of Object.entries(encodings)) {
      const path = join(folder, name);
      await writeFile(path, await write(value));
      if ((await searchPlainly([path], [value])).length === 0) wrong.push(`${encoding}: not found by the search`);
      if ((await scan([path], known)).findings.length === 0) wrong.push(`${encoding}: not found by scan`);
      await files.clean(path);
      if ((await searchPlainly([path], [value])).length > 0) wrong.push(`${encoding}: still found by the search`);
      if ((await scan([path], known)).findings.length > 0) wrong.push(`${encoding}: still found by scan`);
    }
    expect(wrong).toEqual([]);
  });
}

test('a password with quotes and backslashes is found in JSON in JSON in JSON, and is not there after redaction', async ({
  folder,
}) => {
  const value = 'p"ss\\w0rd-47';
  const known = new SecretSet([[value, 'ann/secret']]);
  const { files } = redactionOf({ 'ann/secret': value });
  for (const depth of [1, 2, 3]) {
    let text = value;
    for (let times = 0; times < depth; times++) text = JSON.stringify([text]);
    const path = join(folder, `${depth}.txt`);
    await writeFile(path, text);
    expect((await scan([path], known)).findings, text).toHaveLength(1);
    await files.clean(path);
    let clean: unknown = await readFile(path, 'utf8');
    for (let times = 0; times < depth; times++) [clean] = JSON.parse(String(clean)) as unknown[];
    expect(clean, text).toBe('[secret ann/secret]');
  }
});
