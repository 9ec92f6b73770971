import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchPlainly } from '../support/plain-search.ts';
import { type Files, type RunResult, configFile, expect, test as base } from '../support/run-playwright.ts';

const PASSWORD = 'Correct-Horse-4711';

/** A project whose only test types a password, says so, and waits. */
const PROJECT: Files = {
  'playwright.config.ts': configFile(
    `{ outputDir: 'results', reporter: [['list'], ['html', { open: 'never', outputFolder: 'html' }]], use: { ...use, trace: 'on' } }`,
    `{ smtpPort: 0, httpPort: 0, personas: { ann: { password: '${PASSWORD}', origins: ['http://127.0.0.1'] } } }`,
  ),
  // A report shows the lines of a test, so the password is in another file.
  'password.ts': `export const PASSWORD = '${PASSWORD}';`,
  'a.spec.ts': `
import { test } from 'playwright-2fa';
import { PASSWORD } from './password.ts';
test.use({ personaName: 'ann' });
test('waits', async ({ page, persona }) => {
  test.setTimeout(0);
  await page.setContent('<label>Password <input></label>');
  await page.getByLabel('Password').fill(PASSWORD);
  console.log('the password is ' + PASSWORD + '; READY');
  await page.waitForEvent('close');
});`,
  'b.spec.ts': `
import { test } from 'playwright-2fa';
test('another', () => {});`,
};

interface Cancelled extends RunResult {
  /** Places in the artifacts that hold the password. */
  readonly found: readonly string[];
}

const test = base.extend<{ temporary: string; cancel: (signal: NodeJS.Signals) => Promise<Cancelled> }>({
  /** The temporary folder of the runs. */
  temporary: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'cancelled-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },

  /** Starts the run, and sends a signal to its process while the test waits. */
  cancel: async ({ runPlaywright, temporary }, use) => {
    await use(async (signal) => {
      let started = 0;
      let isSent = false;
      const result = await runPlaywright(PROJECT, {
        args: ['a.spec.ts'],
        ownReporters: true,
        env: { TMPDIR: temporary },
        onStart: (pid) => (started = pid),
        onOutput: (text) => {
          if (isSent || !text.includes('READY')) return;
          isSent = true;
          process.kill(started, signal);
        },
      });
      expect(isSent, result.output).toBe(true);
      return { ...result, found: await findPassword(result) };
    });
  },
});

async function findPassword({ projectFolder, output }: RunResult): Promise<string[]> {
  const paths = ['results', 'html'].map((name) => join(projectFolder, name)).filter((path) => existsSync(path));
  const found = (await searchPlainly(paths, [PASSWORD])).map(({ location }) => location);
  return output.includes(PASSWORD) ? [...found, 'output'] : found;
}

/** Lists what a run left in the temporary folder, without the entries of Playwright and the browser. */
function leftIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('playwright-2fa-'));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`a run that ${signal} cancels leaves no secret`, async ({ cancel, temporary }) => {
    const { output, found, projectFolder } = await cancel(signal);
    expect(found, output).toEqual([]);
    expect(output).toContain('1 interrupted');
    expect(leftIn(temporary)).toEqual([]);
    const artifacts = readdirSync(join(projectFolder, 'results'), { recursive: true, encoding: 'utf8' });
    expect(artifacts.filter((name) => name.includes('.playwright-artifacts'))).toEqual([]);
  });
}

test('what a killed run leaves is removed by the next run, which says so', async ({
  cancel,
  runPlaywright,
  temporary,
}) => {
  await cancel('SIGKILL');
  expect(leftIn(temporary)).not.toEqual([]);
  const next = await runPlaywright(PROJECT, { args: ['b.spec.ts'], ownReporters: true, env: { TMPDIR: temporary } });
  expect(next.output).toContain('playwright-2fa: an earlier run was killed.');
  expect(next.passed, next.output).toBe(1);
  expect(leftIn(temporary)).toEqual([]);
  expect(await findPassword(next)).toEqual([]);
});
