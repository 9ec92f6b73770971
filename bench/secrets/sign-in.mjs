/** Two projects that differ only in redaction, to measure its cost for a test that signs in. */
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage, projectsFolder, runPlaywright, writeProject } from '../lib/projects.mjs';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PASSWORD = 'Correct-Horse-4711';
const PAGE = `<!doctype html><title>Sign in</title>
<label>User <input name=user></label><label>Password <input type=password name=password></label>
<label>Code <input name=code autocomplete=one-time-code></label><button>Sign in</button><p></p>
<script>document.querySelector('button').onclick = async () => {
  const values = [...document.querySelectorAll('input')].map(({ value }) => value);
  const answer = await fetch('/sign-in', { method: 'POST', body: JSON.stringify(values) });
  document.querySelector('p').textContent = await answer.text();
};</script>`;

const PLAIN = `await page.getByLabel('Password').fill('${PASSWORD}');
    await page.getByLabel('Code').fill(await totp.code());`;
const OURS = `await persona.fillPassword(page.getByLabel('Password'));
    await totp.fillCode(page.getByLabel('Code'));`;

/**
 * Creates both projects. Each function runs one and resolves with the duration of its tests, in milliseconds, and of
 * the whole run, in seconds.
 *
 * @param {string} sinkUrl URL of a running sink
 * @param {number} tests number of tests of each project
 */
export async function signInSuites(sinkUrl, tests) {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(request.method === 'POST' ? 'Signed in' : PAGE);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const baseURL = `http://127.0.0.1:${server.address().port}`;
  const directory = projectsFolder();
  const env = { PWTEST_CACHE_DIR: join(directory, 'cache') };
  const make = (name, filling, more) => {
    const folder = writeProject(directory, name, {
      'playwright.config.ts': config({ sinkUrl, baseURL, more, tests }),
      'sign-in.spec.ts': spec(filling, tests),
    });
    installPackage(folder);
    return async () => {
      // A new ledger for each run, so that no TOTP step is claimed already.
      const seconds = await runPlaywright(folder, { ...env, BENCH_FOLDER: mkdtempSync(join(directory, 'ledger-')) });
      return { seconds, durations: durationsOf(join(folder, 'report.json')) };
    };
  };
  return {
    plain: make('plain', PLAIN, 'redact: false'),
    ours: make('ours', OURS, ''),
    close: () => new Promise((done) => server.close(done)),
  };
}

/** Each test has its own persona, since an authenticator has one code per step. */
function config({ sinkUrl, baseURL, more, tests }) {
  const seed = (index) => Array.from({ length: 32 }, (_, place) => BASE32[(index * 7 + place * 11) % 32]).join('');
  const personas = Object.fromEntries(
    Array.from({ length: tests }, (_, index) => [
      `p${index}`,
      { email: `p${index}@acme.test`, password: PASSWORD, totp: seed(index) },
    ]),
  );
  return `import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
const launchOptions = executablePath ? { executablePath } : {};
const use = { baseURL: '${baseURL}', launchOptions };
const reporter = [['json', { outputFile: 'report.json' }]];
export default withTwoFactor(defineConfig<TwoFactorOptions>({ workers: 1, reporter, use }), {
  sinkUrl: '${sinkUrl}', folder: process.env.BENCH_FOLDER, personas: ${JSON.stringify(personas)}, ${more}
});
`;
}

/** A code with little life left waits for the next step, so each test starts early in a step. */
function spec(filling, tests) {
  return `import { expect, test } from 'playwright-2fa';
for (let number = 0; number < ${tests}; number++) test.describe('' + number, () => {
  test.use({ personaName: 'p' + number });
  test('signs in', async ({ page, persona, totp }, testInfo) => {
    const left = 30_000 - (Date.now() % 30_000);
    if (left < 8000) await new Promise((done) => setTimeout(done, left));
    const begun = performance.now();
    await page.goto('/');
    await page.getByLabel('User').fill(persona.username);
    ${filling}
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Signed in')).toBeVisible();
    testInfo.annotations.push({ type: 'ms', description: String(performance.now() - begun) });
  });
});
`;
}

/** Returns the durations that the tests measured, in milliseconds. */
function durationsOf(report) {
  const { suites } = JSON.parse(readFileSync(report, 'utf8'));
  const specsOf = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
  return suites
    .flatMap(specsOf)
    .flatMap(({ tests }) =>
      tests.flatMap(({ results }) =>
        results.flatMap(({ annotations }) => annotations.map(({ description }) => Number(description))),
      ),
    );
}
