import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { type ScanResult, scan } from '../../src/redaction/scan.ts';
import { zipOf } from '../support/archive.ts';
import { expect, test as base } from '../support/temp-folder.ts';

const CODE = '482913';
const PASSWORD = 'Correct-Horse';
const known = new SecretSet([
  [CODE, 'alice/code'],
  [PASSWORD, 'alice/password'],
]);

const test = base.extend<{ scanFile: (name: string, content: string | Buffer) => Promise<ScanResult> }>({
  scanFile: async ({ folder }, use) => {
    await use(async (name, content) => {
      await writeFile(join(folder, name), content);
      const { findings, scanned, unreadable } = await scan([folder], known);
      const short = (location: string): string => location.replace(`${folder}/`, '');
      const result = {
        findings: findings.map((finding) => ({ ...finding, location: short(finding.location) })),
        scanned,
        unreadable: unreadable.map(short),
      };
      expect(JSON.stringify(result)).not.toMatch(/482913|Correct-Horse/);
      return result;
    });
  },
});

const dataUrl = (type: string, content: Buffer): string => `data:${type};base64,${content.toString('base64')}`;

test('a secret in a file is reported with location, label, encoding and count', async ({ scanFile }) => {
  expect(await scanFile('a.log', `code ${CODE}, ${CODE}; ?p=${encodeURIComponent('Correct-Horse ')}`)).toEqual({
    findings: [
      { location: 'a.log', label: 'alice/code', encoding: 'plain', count: 2 },
      { location: 'a.log', label: 'alice/password', encoding: 'plain', count: 1 },
    ],
    scanned: 1,
    unreadable: [],
  });
});

test('a file without secrets gives no findings', async ({ scanFile }) => {
  expect(await scanFile('a.log', 'nothing')).toEqual({ findings: [], scanned: 1, unreadable: [] });
});

for (const [what, name, content, location, encoding] of [
  ['as a number of a body', 'a.json', `{"code":${CODE}}`, 'a.json', 'plain'],
  ['in a trace', 'a.trace', `{"value":"${CODE}"}\n`, 'a.trace', 'plain'],
  ['in groups', 'a.txt', '482 913', 'a.txt', 'grouped'],
  ['in Base64', 'a.txt', Buffer.from(`{"code":"${CODE}"}`).toString('base64'), 'a.txt', 'base64'],
  ['across the ANSI codes of a diff', 'a.txt', '\u001b[31m4\u001b[39m82913', 'a.txt', 'plain'],
  [
    'in bytes that are not text',
    'a.bin',
    Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from(CODE)]),
    'a.bin',
    'plain',
  ],
  [
    'in a page embedded in a page',
    'a.html',
    dataUrl('text/html', Buffer.from(`<p>${CODE} is the code`)),
    'a.html!text/html',
    'plain',
  ],
  [
    'in an embedded page with a charset',
    'a.html',
    dataUrl('text/html;charset=utf-8', Buffer.from(`<p>${PASSWORD}`)),
    'a.html!text/html',
    'plain',
  ],
  [
    'in an SVG picture',
    'a.html',
    dataUrl('image/svg+xml', Buffer.from(`<svg>${CODE}</svg>`)),
    'a.html!image/svg+xml',
    'plain',
  ],
] as const) {
  test(`a secret is found ${what}`, async ({ scanFile }) => {
    const { findings } = await scanFile(name, content);
    expect(findings).toContainEqual({ location, label: expect.stringMatching(/^alice/), encoding, count: 1 });
  });
}

test('a secret is found in a nested archive', async ({ scanFile }) => {
  const inner = await zipOf({ name: 'test.trace', content: `{"v":"${CODE}"}\n` }, { name: 'a.png', content: CODE });
  const { findings, scanned } = await scanFile(
    'a.zip',
    await zipOf({ name: 'data/', content: '' }, { name: 'data/b.zip', content: inner }),
  );
  expect(findings).toEqual([
    { location: 'a.zip!data/b.zip!test.trace', label: 'alice/code', encoding: 'plain', count: 1 },
  ]);
  expect(scanned).toBe(2);
});

test('a secret is found in the archive of a Playwright HTML report', async ({ scanFile }) => {
  const report = await zipOf({
    name: 'report.json',
    content: JSON.stringify({ steps: [{ title: `Fill "${CODE}"` }] }),
  });
  const page = `<html><template id="playwrightReportBase64">${dataUrl('application/zip', report)}</template>`;
  const { findings } = await scanFile('index.html', page);
  expect(findings).toEqual([
    { location: 'index.html!application/zip!report.json', label: 'alice/code', encoding: 'plain', count: 1 },
  ]);
});

test('a report of many megabytes is scanned', async ({ scanFile }) => {
  const filler = { name: 'a.txt', content: 'x'.repeat(20_000_000), isDeflated: false };
  const report = await zipOf(filler, { name: 'report.json', content: CODE });
  const { findings, unreadable } = await scanFile('index.html', `"${dataUrl('application/zip', report)}"`);
  expect(unreadable).toEqual([]);
  expect(findings).toMatchObject([{ location: 'index.html!application/zip!report.json' }]);
});

test('unreadable files are reported, and the rest is scanned', async ({ scanFile, folder }) => {
  await mkdir(join(folder, 'more'));
  await writeFile(join(folder, 'more', 'broken.zip'), 'no archive');
  await writeFile(
    join(folder, 'page.html'),
    dataUrl('application/zip', Buffer.from('no archive at all, however long')),
  );
  const { findings, unreadable } = await scanFile(
    'outer.zip',
    await zipOf({ name: 'broken.zip', content: `no archive ${CODE}` }, { name: 'a.txt', content: CODE }),
  );
  expect(findings).toMatchObject([{ location: 'outer.zip!a.txt' }]);
  expect(unreadable.toSorted()).toEqual([
    expect.stringMatching(/^more\/broken\.zip: /),
    expect.stringMatching(/^outer\.zip!broken\.zip: /),
    expect.stringMatching(/^page\.html!application\/zip: /),
  ]);
});

test('archives that are nested too deep are reported as unreadable', async ({ scanFile }) => {
  let archive = await zipOf({ name: 'a.txt', content: CODE });
  for (let depth = 0; depth < 9; depth++) archive = await zipOf({ name: 'a.zip', content: archive });
  const { findings, unreadable } = await scanFile('a.zip', archive);
  expect(findings).toEqual([]);
  expect(unreadable).toEqual([expect.stringMatching(/archives are nested more than 6 deep/)]);
});

test('a missing path is an error, and an empty folder is not', async ({ folder }) => {
  await expect(scan([join(folder, 'gone')], known)).rejects.toMatchObject({ code: 'ARTIFACT_UNREADABLE' });
  expect(await scan([folder], known)).toEqual({ findings: [], scanned: 0, unreadable: [] });
});
