import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leakProject, truthOf, videoEnvironment } from '../support/leak-project.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { type RunResult, expect, test } from '../support/run-playwright.ts';

const CLI = createRequire(import.meta.url).resolve('@playwright/test/cli');
const ARTIFACTS = ['results', 'html', 'report.json', 'report.xml', 'blob', 'output.txt'];

/** Returns the paths of all artifacts of a run, and of its output. */
function artifactsOf({ projectFolder, output }: RunResult): string[] {
  writeFileSync(join(projectFolder, 'output.txt'), output);
  return ARTIFACTS.map((name) => join(projectFolder, name)).filter((path) => existsSync(path));
}

async function findLeaks(result: RunResult): Promise<string[]> {
  const matches = await searchPlainly(artifactsOf(result), truthOf(result.projectFolder));
  return matches.map(({ location, decoding }) => `${location.replace(result.projectFolder, '')} (${decoding})`);
}

/** Reads a trace with Playwright's own command. */
function readTrace(folder: string, ...args: string[]): string {
  return execFileSync(process.execPath, [CLI, 'trace', ...args], { cwd: folder, encoding: 'utf8' });
}

test.describe('after ten sign-ins, five of which fail, there is', () => {
  test('no secret in any artifact, and traces and reports can still be read', async ({ runPlaywright }, testInfo) => {
    const video = videoEnvironment();
    if (!video) testInfo.annotations.push({ type: 'not tested', description: 'videos: ffmpeg is not installed' });
    const temporary = mkdtempSync(join(tmpdir(), 'leaks-'));
    const result = await runPlaywright(leakProject({ options: 'failOnLeak: true', video: video ? 'on' : 'off' }), {
      ownReporters: true,
      env: { DEBUG: 'pw:api', TMPDIR: temporary, ...video },
    });
    expect(result.output).toContain('5 passed');
    expect(result.output).toContain('5 failed');
    expect(result.output).toContain('pw:api');
    expect(result.output).toMatch(/playwright-2fa: no secret in \d{2,} artifacts/);
    expect(truthOf(result.projectFolder).length).toBeGreaterThan(20);
    expect(await findLeaks(result)).toEqual([]);
    // The relay folder is removed.
    expect(readdirSync(temporary).filter((name) => name.startsWith('playwright-2fa-'))).toEqual([]);
    rmSync(temporary, { recursive: true });

    const results = join(result.projectFolder, 'results');
    const traces = readdirSync(results, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.zip'));
    expect(traces).toHaveLength(10);
    for (const trace of [traces[0] ?? '', traces[9] ?? '']) {
      readTrace(result.projectFolder, 'open', join(results, trace));
      expect(readTrace(result.projectFolder, 'actions')).toMatch(/Fill|Type|Press|Click/);
      expect(readTrace(result.projectFolder, 'requests')).toMatch(/200|302/);
      readTrace(result.projectFolder, 'close');
    }
    const { stats } = JSON.parse(readFileSync(join(result.projectFolder, 'report.json'), 'utf8')) as {
      stats: { expected: number; unexpected: number };
    };
    expect(stats).toMatchObject({ expected: 5, unexpected: 5 });
    if (video?.['PLAYWRIGHT_BROWSERS_PATH']) rmSync(video['PLAYWRIGHT_BROWSERS_PATH'], { recursive: true });
  });

  test('no secret if `--reporter` drops the reporter, which is reported', async ({ runPlaywright }) => {
    const result = await runPlaywright(leakProject(), {
      ownReporters: true,
      args: ['--reporter=list,html,json,blob'],
      env: {
        PLAYWRIGHT_JSON_OUTPUT_NAME: 'report.json',
        PLAYWRIGHT_HTML_OUTPUT_DIR: 'html',
        PLAYWRIGHT_BLOB_OUTPUT_DIR: 'blob',
      },
    });
    expect(result.output).toContain('5 failed');
    expect(result.output).toContain('playwright-2fa: the reporter does not run');
    expect(await findLeaks(result)).toEqual([]);
  });

  test('a secret in every kind of artifact without redaction', async ({ runPlaywright }) => {
    const result = await runPlaywright(leakProject({ options: 'redact: false' }), { ownReporters: true });
    expect(result.output).toContain('5 failed');
    const leaks = await findLeaks(result);
    for (const kind of [
      /trace\.trace/,
      /test\.trace/,
      /\.network/,
      /error-context\.md/,
      /resources\//,
      /html\/index/,
      /blob/,
    ])
      expect(leaks.join('\n')).toMatch(kind);
    for (const kind of [/report\.json/, /report\.xml/, /output\.txt/]) expect(leaks.join('\n')).toMatch(kind);
    expect(leaks.length).toBeGreaterThan(100);
  });
});

test('a reporter that is not the first prints a warning, and the workers redact', async ({ runPlaywright }) => {
  const reporters = `[['list'], ['playwright-2fa/reporter'], ['json', { outputFile: 'report.json' }]]`;
  const result = await runPlaywright(leakProject({ reporters, isWrapped: false }), {
    ownReporters: true,
    args: ['-g', 'e-mailed code'],
  });
  expect(result.output).toContain('1 failed');
  expect(result.output).toContain('its reporter is not the first');
  const leaks = await findLeaks(result);
  // Playwright's own JSON report contains the settings of a configuration that is not wrapped.
  expect(leaks.filter((location) => !location.startsWith('/report.json'))).toEqual([]);
});

test('a recorded HAR file is redacted, and stays a valid HAR file', async ({ runPlaywright }) => {
  const { output, projectFolder } = await runPlaywright(
    {
      ...leakProject({ reporters: `[['list']]` }),
      'leaks.spec.ts': `import { expect, test } from 'playwright-2fa';
test.use({ personaName: 'alice' });
test('records', async ({ browser, baseURL, persona }, testInfo) => {
  const path = testInfo.outputPath('session.har');
  const context = await browser.newContext({ baseURL, recordHar: { path } });
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Authentication code')).toBeVisible();
  await context.close();
});`,
    },
    { ownReporters: true },
  );
  expect(output).toContain('1 passed');
  const har = join(projectFolder, 'results/leaks-records/session.har');
  expect(await searchPlainly([har], ['Correct-Horse-4711'])).toEqual([]);
  const text = readFileSync(har, 'utf8');
  const { log } = JSON.parse(text) as { log: { entries: { request: { cookies: { value: string }[] } }[] } };
  expect(log.entries.length).toBeGreaterThan(2);
  expect(text).toContain('[secret alice/password]');
  const cookies = log.entries.flatMap(({ request }) => request.cookies.map(({ value }) => value));
  expect(cookies.length).toBeGreaterThan(0);
  for (const value of cookies) expect(value).toMatch(/^\[secret (?:session\/)?cookie /);
});

for (const [where, args] of [
  ['the reporter', []],
  ['the workers', ['--reporter=list']],
] as const) {
  test(`an attached file of the project is not changed by ${where}`, async ({ runPlaywright }) => {
    const content = 'expected: Correct-Horse-4711';
    const { output, projectFolder } = await runPlaywright(
      {
        ...leakProject({ reporters: `[['list']]` }),
        'expected.txt': content,
        'leaks.spec.ts': `import { test } from 'playwright-2fa';
import { writeFileSync } from 'node:fs';
test.use({ personaName: 'alice' });
test('attaches', async ({ persona }, testInfo) => {
  writeFileSync(testInfo.outputPath('own.txt'), 'expected: Correct-Horse-' + 4711);
  for (const path of ['expected.txt', testInfo.outputPath('own.txt')])
    testInfo.attachments.push({ name: persona.name, path, contentType: 'text/plain' });
});`,
      },
      { ownReporters: true, args },
    );
    expect(output).toContain('1 passed');
    expect(readFileSync(join(projectFolder, 'expected.txt'), 'utf8')).toBe(content);
    expect(readFileSync(join(projectFolder, 'results/leaks-attaches/own.txt'), 'utf8')).toBe(
      'expected: [secret alice/password]',
    );
  });
}

test('a run fails if a reporter wrote a secret', async ({ runPlaywright }) => {
  const files = leakProject({
    options: 'failOnLeak: true',
    reporters: `[['list'], ['./careless.ts', { outputFile: 'careless.txt' }]]`,
  });
  const { output, exitCode, projectFolder } = await runPlaywright(
    {
      ...files,
      'leaks.spec.ts': `import { test } from 'playwright-2fa';
test.use({ personaName: 'alice' });
test('passes', async ({ persona }) => { persona.email; });`,
      'careless.ts': `import { writeFileSync } from 'node:fs';
export default class { onEnd() { writeFileSync('careless.txt', 'password: Correct-Horse-' + 4711); } }`,
    },
    { ownReporters: true },
  );
  expect(output).toContain('1 passed');
  expect(output).toContain(`${join(projectFolder, 'careless.txt')}: alice/password (plain), 1 times`);
  expect(output).not.toContain('Correct-Horse');
  expect(exitCode).toBe(1);
});
