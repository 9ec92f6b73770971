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

const test = base.extend<{ look: (name: string, content: string | Buffer) => Promise<ScanResult> }>({
  look: async ({ folder }, use) => {
    await use(async (name, content) => {
      await writeFile(join(folder, name), content);
      const { finds, ...rest } = await scan([folder], known);
      const short = (place: string): string => place.replace(`${folder}/`, '');
      const result = {
        finds: finds.map((find) => ({ ...find, place: short(find.place) })),
        looked: rest.looked,
        unread: rest.unread.map(short),
      };
      expect(JSON.stringify(result)).not.toMatch(/482913|Correct-Horse/);
      return result;
    });
  },
});

const dataUrl = (type: string, content: Buffer): string => `data:${type};base64,${content.toString('base64')}`;

test('a secret in a file is told by place, label and way, and how often', async ({ look }) => {
  expect(await look('a.log', `code ${CODE}, ${CODE}; ?p=${encodeURIComponent('Correct-Horse ')}`)).toEqual({
    finds: [
      { place: 'a.log', label: 'alice/code', way: 'as it is', count: 2 },
      { place: 'a.log', label: 'alice/password', way: 'as it is', count: 1 },
    ],
    looked: 1,
    unread: [],
  });
});

test('nothing is found where nothing is', async ({ look }) => {
  expect(await look('a.log', 'nothing')).toEqual({ finds: [], looked: 1, unread: [] });
});

for (const [what, name, content, place, way] of [
  ['as a number of a body', 'a.json', `{"code":${CODE}}`, 'a.json', 'as it is'],
  ['in a trace', 'a.trace', `{"value":"${CODE}"}\n`, 'a.trace', 'as it is'],
  ['in groups', 'a.txt', '482 913', 'a.txt', 'in groups'],
  ['in Base64', 'a.txt', Buffer.from(`{"code":"${CODE}"}`).toString('base64'), 'a.txt', 'base64'],
  ['in the colours of a comparison', 'a.txt', '\u001b[31m4\u001b[39m82913', 'a.txt', 'as it is'],
  [
    'in bytes that are no text',
    'a.bin',
    Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from(CODE)]),
    'a.bin',
    'as it is',
  ],
  [
    'in a page that holds a page',
    'a.html',
    dataUrl('text/html', Buffer.from(`<p>${CODE} is the code`)),
    'a.html!text/html',
    'as it is',
  ],
  [
    'in a page that says its charset',
    'a.html',
    dataUrl('text/html;charset=utf-8', Buffer.from(`<p>${PASSWORD}`)),
    'a.html!text/html',
    'as it is',
  ],
  [
    'in a picture that is a text',
    'a.html',
    dataUrl('image/svg+xml', Buffer.from(`<svg>${CODE}</svg>`)),
    'a.html!image/svg+xml',
    'as it is',
  ],
] as const) {
  test(`a secret is found ${what}`, async ({ look }) => {
    const { finds } = await look(name, content);
    expect(finds).toContainEqual({ place, label: expect.stringMatching(/^alice/), way, count: 1 });
  });
}

test('a secret is found in an archive in an archive', async ({ look }) => {
  const inner = await zipOf({ name: 'test.trace', content: `{"v":"${CODE}"}\n` }, { name: 'a.png', content: CODE });
  const { finds, looked } = await look(
    'a.zip',
    await zipOf({ name: 'data/', content: '' }, { name: 'data/b.zip', content: inner }),
  );
  expect(finds).toEqual([{ place: 'a.zip!data/b.zip!test.trace', label: 'alice/code', way: 'as it is', count: 1 }]);
  expect(looked).toBe(2);
});

test('a secret is found in the archive within the report of Playwright', async ({ look }) => {
  const report = await zipOf({
    name: 'report.json',
    content: JSON.stringify({ steps: [{ title: `Fill "${CODE}"` }] }),
  });
  const page = `<html><template id="playwrightReportBase64">${dataUrl('application/zip', report)}</template>`;
  const { finds } = await look('index.html', page);
  expect(finds).toEqual([
    { place: 'index.html!application/zip!report.json', label: 'alice/code', way: 'as it is', count: 1 },
  ]);
});

test('a report of many megabytes is looked into', async ({ look }) => {
  const filler = { name: 'a.txt', content: 'x'.repeat(20_000_000), isDeflated: false };
  const report = await zipOf(filler, { name: 'report.json', content: CODE });
  const { finds, unread } = await look('index.html', `"${dataUrl('application/zip', report)}"`);
  expect(unread).toEqual([]);
  expect(finds).toMatchObject([{ place: 'index.html!application/zip!report.json' }]);
});

test('what cannot be read is told, and the rest is looked into', async ({ look, folder }) => {
  await mkdir(join(folder, 'more'));
  await writeFile(join(folder, 'more', 'broken.zip'), 'no archive');
  await writeFile(
    join(folder, 'page.html'),
    dataUrl('application/zip', Buffer.from('no archive at all, however long')),
  );
  const { finds, unread } = await look(
    'outer.zip',
    await zipOf({ name: 'broken.zip', content: `no archive ${CODE}` }, { name: 'a.txt', content: CODE }),
  );
  expect(finds).toMatchObject([{ place: 'outer.zip!a.txt' }]);
  expect(unread.toSorted()).toEqual([
    expect.stringMatching(/^more\/broken\.zip: /),
    expect.stringMatching(/^outer\.zip!broken\.zip: /),
    expect.stringMatching(/^page\.html!application\/zip: /),
  ]);
});

test('archives in archives without end are told, not followed', async ({ look }) => {
  let archive = await zipOf({ name: 'a.txt', content: CODE });
  for (let depth = 0; depth < 9; depth++) archive = await zipOf({ name: 'a.zip', content: archive });
  const { finds, unread } = await look('a.zip', archive);
  expect(finds).toEqual([]);
  expect(unread).toEqual([expect.stringMatching(/archives in archives/)]);
});

test('a path with nothing behind it is an error, and an empty folder is none', async ({ folder }) => {
  await expect(scan([join(folder, 'gone')], known)).rejects.toMatchObject({ code: 'ARTIFACT_UNREADABLE' });
  expect(await scan([folder], known)).toEqual({ finds: [], looked: 0, unread: [] });
});
