import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_REPORTERS, SAME_PLACES, everythingProject, secretsOf } from '../support/everything-project.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { type RunResult, expect, test } from '../support/run-playwright.ts';

const PLACES = [
  'results',
  'html',
  'report.json',
  'report.xml',
  'blob',
  'merged',
  'before.txt',
  'after.txt',
  'output.txt',
];

/** Merges the blob report of a run to a report in HTML, with Playwright's own command. */
function merge({ projectFolder }: RunResult, userFolder: string): void {
  const cli = join(userFolder, 'node_modules', '@playwright', 'test', 'cli.js');
  execFileSync(process.execPath, [cli, 'merge-reports', '--reporter=html', 'blob'], {
    cwd: projectFolder,
    env: { ...process.env, PLAYWRIGHT_HTML_OUTPUT_DIR: 'merged', PLAYWRIGHT_HTML_OPEN: 'never' },
  });
}

/** Searches all that a run has left, with a search that shares no code with the package. Returns what is where. */
async function found({ projectFolder, output }: RunResult): Promise<string[]> {
  writeFileSync(join(projectFolder, 'output.txt'), output);
  const secrets = secretsOf(projectFolder);
  const paths = PLACES.map((name) => join(projectFolder, name)).filter((path) => existsSync(path));
  const matches = await searchPlainly(paths, [...secrets.keys()]);
  return matches.map(
    ({ location, value, decoding }) => `${secrets.get(value)} in ${location.replace(projectFolder, '')} (${decoding})`,
  );
}

for (const [what, args] of [
  ['the reporter', []],
  ['the workers, if `--reporter` replaces the reporter', [`--reporter=${ALL_REPORTERS}`]],
] as const) {
  test(`${what} leave no secret in files, sessions, pages, requests and messages`, async ({
    runPlaywright,
    userFolder,
  }) => {
    const run = await runPlaywright(everythingProject(), { ownReporters: true, args, env: SAME_PLACES });
    expect([run.passed, run.failed], run.output).toEqual([5, 3]);
    merge(run, userFolder);
    expect(secretsOf(run.projectFolder).size).toBeGreaterThan(15);
    expect(await found(run)).toEqual([]);
    // The user's own files stay as they are.
    expect(readFileSync(join(run.projectFolder, 'elsewhere/pushed.txt'), 'utf8')).toBe('pushed: Correct-Horse-4711');
    expect(readFileSync(join(run.projectFolder, 'results/beside.txt'), 'utf8')).toBe('[secret ann/password]');
    // A short cookie is a setting.
    expect(run.output).not.toContain('cookie theme');
  });
}

test('without redaction, each of these secrets is found', async ({ runPlaywright, userFolder }) => {
  const run = await runPlaywright(everythingProject('redact: false'), { ownReporters: true, env: SAME_PLACES });
  expect([run.passed, run.failed], run.output).toEqual([5, 3]);
  merge(run, userFolder);
  const all = (await found(run)).join('\n');
  for (const secret of secretsOf(run.projectFolder).values()) expect(all).toContain(`${secret} in `);
  for (const place of PLACES) expect(all).toContain(` in /${place}`);
});
