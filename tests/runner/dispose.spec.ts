import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFile, expect, test } from '../support/run-playwright.ts';

const SPEC = `
import { appendFileSync } from 'node:fs';
import { expect, test } from 'playwright-2fa';

test.beforeEach(({ personas }, testInfo) => {
  personas.onDispose(({ email }) => appendFileSync('deleted.txt', testInfo.title + ' ' + email + '\\n'));
});

test('passes', async ({ persona }) => {
  appendFileSync('made.txt', 'passes ' + persona.email + '\\n');
  await persona.dispose();
});
test('fails', async ({ persona }) => {
  appendFileSync('made.txt', 'fails ' + persona.email + '\\n');
  expect(1).toBe(2);
});
test('cannot delete', async ({ persona, personas }) => {
  personas.onDispose(() => { throw new Error('HTTP 500 from ' + persona.email); });
});
`;

test('accounts are deleted once, also after a failure, and the run says how many', async ({ runPlaywright }) => {
  const files = { 'playwright.config.ts': configFile('{}'), 'a.spec.ts': SPEC };
  const { projectFolder, output } = await runPlaywright(files, { ownReporters: true });
  const read = (name: string): string[] =>
    readFileSync(join(projectFolder, name), 'utf8').trim().split('\n').toSorted();
  const deleted = read('deleted.txt');
  expect(deleted.filter((line) => !line.startsWith('cannot'))).toEqual(read('made.txt'));
  expect(deleted).toHaveLength(3);
  expect(output).toContain('playwright-2fa: 3 accounts made: 2 deleted, 1 left');
  expect(output).toContain('HTTP 500');
});
