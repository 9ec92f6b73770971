import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRUTH, truthOf } from '../support/leak-project.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { configFile, expect, test } from '../support/run-playwright.ts';

const CONFIG = `{
  outputDir: 'results',
  reporter: [['list'], ['html', { open: 'never', outputFolder: 'html' }], ['json', { outputFile: 'report.json' }]],
  use: { ...use, baseURL: '${process.env['BETTER_AUTH_URL'] ?? ''}', trace: 'on', screenshot: 'on' },
}`;

const SETTINGS = `{ sinkUrl: '${process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? ''}', failOnLeak: true }`;

const TESTS = `
import { appendFileSync } from 'node:fs';
import { test, expect } from 'playwright-2fa';

const truth = (value) => appendFileSync('${TRUTH}', JSON.stringify(value) + '\\n');

test('changes its account', async ({ page, persona, inbox }) => {
  page.on('request', (request) => {
    const body = request.method() === 'POST' ? (request.postData() ?? '') : '';
    if (!body.startsWith('{')) return;
    const { password, newPassword, currentPassword } = JSON.parse(body);
    for (const value of [password, newPassword, currentPassword]) if (value) truth(value);
  });
  page.on('response', async (response) => {
    if (!response.url().endsWith('/two-factor/enable')) return;
    const { totpURI, backupCodes } = await response.json();
    truth(new URL(totpURI).searchParams.get('secret'));
    backupCodes.forEach(truth);
  });
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(inbox.address);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Create account' }).click();
  await inbox.openLink(page);
  const enrolled = await persona.enroll(page, 'totp', { url: '/security' });
  console.log(JSON.stringify(enrolled), await persona.changePassword(page, '/password'));
  await persona.resetPassword(page, '/forgot');
  await persona.enroll(page).catch((error) => console.log(String(error)));
});
`;

test('nothing that a persona learns shows in a step, a trace or a report', async ({ runPlaywright }) => {
  const files = { 'playwright.config.ts': configFile(CONFIG, SETTINGS), 'account.spec.ts': TESTS };
  const result = await runPlaywright(files, { ownReporters: true });
  expect(result.output).toContain('1 passed');
  expect(result.output).toMatch(/playwright-2fa: no secret in \d+ artifacts/);
  // Three passwords, the seed and ten recovery codes.
  expect(new Set(truthOf(result.projectFolder)).size).toBeGreaterThanOrEqual(14);
  writeFileSync(join(result.projectFolder, 'output.txt'), result.output);
  const artifacts = ['results', 'html', 'report.json', 'output.txt']
    .map((name) => join(result.projectFolder, name))
    .filter((path) => existsSync(path));
  const found = await searchPlainly(artifacts, truthOf(result.projectFolder));
  expect(found.map(({ location, decoding }) => `${location} (${decoding})`)).toEqual([]);
});
