import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactCleaner } from '../../src/redaction/artifact.ts';
import { type NewEntry, headsOf, unzip, writeZip, zipOf } from '../support/archive.ts';
import { redactionOf } from '../support/redaction.ts';
import { expect, test } from '../support/temp-folder.ts';

const { files, text } = redactionOf({ code: '482913', password: 'Correct-Horse' });
const LINE = '{"method":"fill","value":"482913"}\n';
const HASH = 'resources/0482913a5e6b4b0d3255bfef95601890afd80709.dat';

const TRACE: readonly NewEntry[] = [
  { name: 'trace.trace', content: LINE.repeat(3) },
  { name: 'trace.network', content: '{"url":"https://a.test/"}\n' },
  { name: 'resources/', content: '' },
  { name: 'resources/a.png', content: randomBytes(2000), isDeflated: false },
  { name: HASH, content: 'Correct-Horse', isDeflated: false, mode: 0o10_07_00 },
  { name: 'resources/ä😀.txt', content: 'nothing' },
  { name: 'empty.txt', content: '' },
];

test('a redacted archive keeps the order, names, dates and permissions of its entries', async ({ folder }) => {
  const path = await writeZip(join(folder, 'trace.zip'), ...TRACE);
  const before = await unzip(path);
  expect(await files.clean(path)).toBe(true);
  const after = await unzip(path);
  expect(headsOf(after)).toEqual(headsOf(before));
  expect(after.map(({ content }) => content.toString('latin1'))).toEqual(
    before.map(({ content }) =>
      content.toString('latin1').replaceAll('482913', '[secret code]').replace('Correct-Horse', '[secret password]'),
    ),
  );
});

test('an entry without a secret keeps its packed bytes', async ({ folder }) => {
  const path = await writeZip(join(folder, 'trace.zip'), ...TRACE);
  const before = await unzip(path);
  await files.clean(path);
  const after = await unzip(path);
  for (const index of [1, 2, 3, 5, 6]) expect(after[index]?.packed).toEqual(before[index]?.packed);
});

test('an archive without secrets is not written', async ({ folder }) => {
  const path = await writeZip(join(folder, 'trace.zip'), { name: 'a.txt', content: 'nothing' });
  const { ino } = await stat(path);
  expect(await files.clean(path)).toBe(false);
  expect((await stat(path)).ino).toBe(ino);
});

test('other programs read a redacted archive', async ({ folder }) => {
  const large = { name: 'large.trace', content: LINE.repeat(100_000) };
  const path = await writeZip(join(folder, 'trace.zip'), ...TRACE, large);
  await files.clean(path);
  const check = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))';
  for (const [program, args, expected] of [
    ['unzip', ['-t', path], /No errors detected/],
    ['python3', ['-c', check, path], /^None 8$/m],
  ] as const) {
    const output = ((): string | undefined => {
      try {
        return execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // not installed here
        throw error;
      }
    })();
    if (output !== undefined) expect(output).toMatch(expected);
  }
});

test('an archive of another system keeps its attributes', async ({ folder }) => {
  const path = join(folder, 'trace.zip');
  const archive = await zipOf({ name: 'a.txt', content: '482913' });
  const central = archive.indexOf('PK\x01\x02');
  archive.writeUInt16LE(20, central + 4);
  archive.writeUInt32LE(0x20, central + 38);
  await writeFile(path, archive);
  await files.clean(path);
  expect((await unzip(path))[0]?.entry).toMatchObject({ versionMadeBy: 20, externalFileAttributes: 0x20 });
});

test('large entries are streamed, deflated or stored', async ({ folder }) => {
  const line = `${JSON.stringify({ text: 'x'.repeat(2000), code: '482913' })}\n`;
  const content = line.repeat(2500);
  const entries = [
    { name: 'a.trace', content },
    { name: 'b.txt', content, isDeflated: false },
    { name: 'c.trace', content: content.replaceAll('482913', '482914') },
  ];
  const path = await writeZip(join(folder, 'trace.zip'), ...entries);
  await files.clean(path);
  const clean = content.replaceAll('482913', '[secret code]');
  const after = await unzip(path);
  expect(after.map(({ content }) => content.toString() === clean)).toEqual([true, true, false]);
  expect(after[2]?.content.toString() === entries[2]?.content).toBe(true);
});

test('nested archives are redacted', async ({ folder }) => {
  let inner = await zipOf({ name: 'a.txt', content: '482913' });
  for (let depth = 0; depth < 4; depth++)
    inner = await zipOf({ name: 'inner.zip', content: inner, isDeflated: depth % 2 === 0 });
  const path = join(folder, 'outer.zip');
  await writeFile(path, inner);
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  expect(await new ArtifactCleaner(text, temporary).clean(path)).toBe(true);
  let content: Buffer = await readFile(path);
  for (let depth = 0; depth < 5; depth++) content = (await unzip(content))[0]?.content ?? Buffer.alloc(0);
  expect(content.toString()).toBe('[secret code]');
  expect(await readdir(temporary)).toEqual([]);
});

test.describe('an archive is emptied if', () => {
  const damaged: Record<string, () => Promise<Buffer>> = {
    'its end is missing': async () => (await zipOf(...TRACE)).subarray(0, -30),
    'it is not an archive': async () => Buffer.from('482913'),
    'it is empty': async () => Buffer.alloc(0),
    'an entry is encrypted': async () => {
      const archive = await zipOf({ name: 'a.txt', content: '482913' });
      archive.writeUInt16LE(
        archive.readUInt16LE(archive.indexOf('PK\x01\x02') + 8) | 1,
        archive.indexOf('PK\x01\x02') + 8,
      );
      return archive;
    },
    'an entry uses another compression method': async () => {
      const archive = await zipOf({ name: 'a.txt', content: '482913' });
      archive.writeUInt16LE(93, archive.indexOf('PK\x01\x02') + 10);
      return archive;
    },
    'the compressed data is damaged': async () => {
      const archive = await zipOf({ name: 'a.trace', content: LINE.repeat(50) });
      return Buffer.concat([archive.subarray(0, 45), Buffer.alloc(8, 0xff), archive.subarray(53)]);
    },
    'an entry is far larger than it declares': async () => {
      const archive = await zipOf({ name: 'a.trace', content: LINE.repeat(200_000) });
      archive.writeUInt32LE(2_200_000, archive.indexOf('PK\x01\x02') + 24);
      return archive;
    },
    'a small entry is larger than it declares': async () => {
      const archive = await zipOf({ name: 'a.trace', content: LINE.repeat(1000) });
      archive.writeUInt32LE(10, archive.indexOf('PK\x01\x02') + 24);
      return archive;
    },
    'its declared size exceeds the limit': async () => {
      const archive = await zipOf(
        ...Array.from({ length: 3 }, (_, index) => ({ name: `${index}.trace`, content: LINE.repeat(9) })),
      );
      for (let at = archive.indexOf('PK\x01\x02'); at >= 0; at = archive.indexOf('PK\x01\x02', at + 1))
        archive.writeUInt32LE(0xff_ff_ff_00, at + 24);
      return archive;
    },
    'archives are nested too deep': async () => {
      let archive = await zipOf({ name: 'a.txt', content: '482913' });
      for (let depth = 0; depth < 8; depth++) archive = await zipOf({ name: 'a.zip', content: archive });
      return archive;
    },
    'a nested archive is damaged': async () =>
      zipOf({ name: 'a.txt', content: 'x' }, { name: 'a.zip', content: '482913' }),
  };
  for (const [what, make] of Object.entries(damaged)) {
    test(what, async ({ folder }) => {
      const path = join(folder, 'trace.zip');
      await writeFile(path, await make());
      await expect(files.clean(path)).rejects.toThrow();
      expect((await readFile(path)).equals(await make())).toBe(true);
      const problem = await files.cleanOrEmpty(path);
      expect(problem).toMatch(/^\S+trace\.zip: \S/);
      expect(problem).not.toContain('482913');
      expect(await unzip(path)).toEqual([]);
      expect(await readdir(folder)).toEqual(['trace.zip']);
    });
  }
});

test('a file is replaced, so that a process that has it open reads the old content', async ({ folder }) => {
  const path = join(folder, 'a.txt');
  await writeFile(path, 'code 482913\n');
  await chmod(path, 0o666);
  const { ino } = await stat(path);
  expect(await files.clean(path)).toBe(true);
  const after = await stat(path);
  expect(await readFile(path, 'utf8')).toBe('code [secret code]\n');
  expect(after.ino).not.toBe(ino);
  expect(after.mode & 0o777).toBe(0o666);
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('a file without secrets and a picture are not written', async ({ folder }) => {
  for (const name of ['a.txt', 'a.png', 'a.webm', 'a']) {
    const path = join(folder, name);
    await writeFile(path, name.includes('.png') || name.includes('.webm') ? '482913' : randomBytes(3000));
    const { ino, mtimeMs } = await stat(path);
    expect(await files.clean(path)).toBe(false);
    expect(await stat(path)).toMatchObject({ ino, mtimeMs });
  }
});

test('a missing file is ignored', async ({ folder }) => {
  expect(await files.cleanOrEmpty(join(folder, 'gone.zip'))).toBeUndefined();
});

test('a file that can be neither read nor emptied is reported', async ({ folder }) => {
  const path = join(folder, 'a.txt');
  await mkdir(path);
  expect(await files.cleanOrEmpty(path)).toMatch(/a\.txt: EISDIR.*; EISDIR/);
});
