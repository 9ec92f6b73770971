import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test/reporter';
import { reportPaths } from '../../fixtures/report-paths.ts';
import { expect, test as base } from '../support/temp-folder.ts';

interface Given {
  readonly reporter?: readonly (readonly [string, unknown?])[];
  readonly outputDirs?: readonly string[];
}

const test = base.extend<{ pathsOf: (given: Given) => string[] }>({
  /** Returns the report paths of a project with its configuration in `e2e`, relative to the project. */
  pathsOf: async ({ folder }, use) => {
    const variables = Object.keys(process.env).filter((name) => name.startsWith('PLAYWRIGHT_'));
    const before = variables.map((name) => [name, process.env[name]] as const);
    for (const name of variables) delete process.env[name];
    await mkdir(join(folder, 'e2e'));
    await writeFile(join(folder, 'package.json'), '{}');
    await use(({ reporter = [], outputDirs = [] }) => {
      const projects = outputDirs.map((path) => ({ outputDir: join(folder, path) }));
      const config = { configFile: join(folder, 'e2e', 'playwright.config.ts'), rootDir: folder, projects, reporter };
      return reportPaths(config as unknown as FullConfig).map((path) => path.replace(`${folder}/`, ''));
    });
    for (const name of Object.keys(process.env)) if (name.startsWith('PLAYWRIGHT_')) delete process.env[name];
    for (const [name, value] of before) process.env[name] = value;
  },
});

test('each output folder is listed once', async ({ pathsOf, folder }) => {
  await mkdir(join(folder, 'test-results'));
  expect(pathsOf({ outputDirs: ['test-results', 'test-results'] })).toEqual(['test-results']);
});

test('default report folders are beside package.json, as in Playwright', async ({ pathsOf, folder }) => {
  for (const name of ['playwright-report', 'blob-report', 'e2e/playwright-report']) await mkdir(join(folder, name));
  expect(pathsOf({ reporter: [['html'], ['blob', {}], ['list']] })).toEqual(['playwright-report', 'blob-report']);
  expect(pathsOf({ reporter: [['list']] })).toEqual([]);
});

test('report paths of options are relative to the configuration', async ({ pathsOf, folder }) => {
  for (const name of ['html', 'blobs', 'elsewhere']) await mkdir(join(folder, 'e2e', name), { recursive: true });
  await writeFile(join(folder, 'e2e', 'results.json'), '{}');
  const reporter = [
    ['html', { outputFolder: 'html', open: 'never' }],
    ['json', { outputFile: 'results.json' }],
    ['blob', { outputDir: 'blobs', fileName: 'gone.zip' }],
    ['./own.ts', { targetFolder: join(folder, 'e2e', 'elsewhere'), title: 'html' }],
    ['junit', undefined],
  ] as const;
  expect(pathsOf({ reporter })).toEqual(['e2e/html', 'e2e/results.json', 'e2e/blobs', 'e2e/elsewhere']);
});

test('report paths are read from environment variables', async ({ pathsOf, folder }) => {
  const names = ['JUNIT_OUTPUT_FILE', 'JSON_OUTPUT_NAME', 'BLOB_OUTPUT_DIR', 'HTML_OUTPUT_DIR', 'HTML_REPORT'];
  for (const name of names) {
    await writeFile(join(folder, 'e2e', name), '');
    process.env[`PLAYWRIGHT_${name}`] = name;
  }
  process.env['PLAYWRIGHT_HTML_OPEN'] = 'never';
  expect(pathsOf({}).toSorted()).toEqual(names.map((name) => `e2e/${name}`).toSorted());
});

test('missing paths are not listed', ({ pathsOf }) => {
  expect(pathsOf({ reporter: [['html', { outputFolder: 'gone' }]], outputDirs: ['gone'] })).toEqual([]);
});
