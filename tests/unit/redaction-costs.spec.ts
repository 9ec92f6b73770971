import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { unzip, writeZip } from '../support/archive.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { redactionOf } from '../support/redaction.ts';
import { expect, test } from '../support/temp-folder.ts';

const SRC = fileURLToPath(new URL('../../build/src/redaction/', import.meta.url));
const MIB = 1024 ** 2;

const CLEAN = `
import { StreamRedactor } from '${SRC}redact-stream.js';
import { ArtifactCleaner } from '${SRC}artifact.js';
import { SecretSet } from '${SRC}secret-set.js';
import { sensitiveNames } from '${SRC}sensitive-names.js';
import { Redactor } from '${SRC}redactor.js';
const names = sensitiveNames();
const files = new ArtifactCleaner(new StreamRedactor(new Redactor(new SecretSet([['482913', 'code']]), names), names));
await import('yauzl');
const before = process.memoryUsage().rss;
let most = 0;
const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
const isChanged = await files.clean(process.argv[1]);
clearInterval(watch);
process.stdout.write(JSON.stringify({ isChanged, growth: most - before }));
`;

/** Redacts a file in a process with a small heap. */
async function cleanIn64MiB(path: string): Promise<{ isChanged: boolean; growth: number }> {
  const args = ['--max-old-space-size=64', '--input-type=module', '-e', CLEAN, path];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as { isChanged: boolean; growth: number };
}

const line = (index: number, value: string): string =>
  `${JSON.stringify({ callId: `call@${index}`, html: ['INPUT', { name: 'q' }, 'x'.repeat(400)], value })}\n`;

test('a large trace is redacted in bounded memory', async ({ folder }) => {
  const trace = Array.from({ length: 140_000 }, (_, index) => line(index, index % 100 === 0 ? '482913' : 'a')).join('');
  expect(trace.length).toBeGreaterThan(60 * MIB);
  const entry = { name: 'trace.trace', content: trace };
  const path = await writeZip(join(folder, 'trace.zip'), entry, {
    name: 'resources/a.dat',
    content: randomBytes(3 * MIB),
  });
  const { isChanged, growth } = await cleanIn64MiB(path);
  expect(isChanged).toBe(true);
  expect(growth / MIB).toBeLessThan(150);
  const [clean] = await unzip(path);
  expect(clean?.content.toString() === trace.replaceAll('482913', '[secret code]')).toBe(true);
});

test('a large log is redacted in bounded memory', async ({ folder }) => {
  const path = join(folder, 'a.log');
  await writeFile(path, 'what a server has to say 482914\n'.repeat(3_000_000));
  const { isChanged, growth } = await cleanIn64MiB(path);
  expect(isChanged).toBe(false);
  expect(growth / MIB).toBeLessThan(150);
  expect((await stat(path)).size).toBe(96_000_000);
});

/** Inputs that take minutes if each hit is examined from the start of its line or text. */
const SLOW: Readonly<Record<string, readonly [name: string, content: () => string]>> = {
  'a line of 5 MB with 50,000 codes in one string': [
    'a.trace',
    () => `{"a":"${`482913, ${'x'.repeat(92)}`.repeat(50_000)}"}\n`,
  ],
  'a list of 50,000 codes': ['a.json', () => `[${'482913, '.repeat(50_000)}1]`],
  '300,000 empty lines before a header': ['a.log', () => `${'\n'.repeat(300_000)}cookie: a=12`],
  '300,000 empty lines before a box': ['a.log', () => `${'\n'.repeat(300_000)}- textbox`],
  'a line of a million spaces': ['a.log', () => `${' '.repeat(1_000_000)}\ncookie: a=12`],
  'a header of 100,000 ANSI codes': ['a.log', () => `cookie: ${'\u001b[31m'.repeat(100_000)}\n`],
  'a header of 300,000 escapes': ['a.log', () => `cookie: "${'\\a'.repeat(300_000)}`],
  'a header of 100,000 masks': ['a.log', () => `cookie: [secret ${'a] '.repeat(100_000)}\n`],
  'a box of 300,000 colons': ['a.log', () => `- textbox ${': '.repeat(300_000)}\n`],
  'a million ANSI codes': ['a.log', () => '\u001b[31m4\u001b[39m82913 '.repeat(500_000)],
  '200,000 parameters in one URL': ['a.log', () => '?password='.repeat(200_000)],
  'a checksum of 3 MB': ['a.log', () => '482913abcdef'.repeat(250_000)],
};

for (const [what, [name, content]] of Object.entries(SLOW)) {
  test(`${what} is redacted in seconds, not minutes`, async ({ folder }) => {
    const { files } = redactionOf({ code: '482913' });
    const path = join(folder, name);
    await writeFile(path, content());
    expect(await cpuTime(() => files.clean(path))).toBeLessThan(20_000);
  });
}

test('a text of escapes is searched for a thousand secrets in milliseconds', () => {
  // The spellings of all secrets as `\\u0041…` begin alike, so each escape is a candidate for each secret.
  const known = new SecretSet(Array.from({ length: 1000 }, (_, index) => [`secret-number-${index * 7919}`, 'a']));
  const escapes = Array.from({ length: 3000 }, (_, index) => `\\u00${(16 + ((index * 7) % 110)).toString(16)}`);
  const text = Buffer.from(`${escapes.join('')} secret-number-7919`);
  known.search().find(text);
  const startedAt = process.cpuUsage();
  for (let count = 0; count < 10; count++) expect(known.search().find(text)).toHaveLength(1);
  const { user, system } = process.cpuUsage(startedAt);
  // Ten searches took several seconds when each candidate was compared.
  expect((user + system) / 1000).toBeLessThan(1000);
});
