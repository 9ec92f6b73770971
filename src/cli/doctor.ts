import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, defineCommand } from './command.ts';
import { findConfig } from './config-file.ts';

const USAGE = `Usage: playwright-2fa doctor [--config FILE] [--json]

Checks a Playwright configuration: the settings, the personas, the sources of
messages (the sink receives a test code by mail and SMS), clocks, the ledger,
the vault and the browser.

  --config FILE  configuration (playwright.config.ts in this folder, or .js, .mjs, …)
  --json         print a list of { check, ok, detail, hint }

Exit code 1: a check has failed.
`;

/** Folder of the bundle. */
const DIST = fileURLToPath(new URL('.', import.meta.url));

/** Runs the checks as Playwright tests, since only Playwright loads a configuration exactly as tests get it. */
export const runDoctor: Command = defineCommand({
  name: 'doctor',
  usage: USAGE,
  options: { config: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values: { config, json = false } }) {
    const found = findConfig(config);
    // It lies beside the real one, so that `.env`, the vault and the module type are the same.
    const path = join(dirname(resolve(found)), `.playwright-2fa-doctor-${process.pid}.config${extname(found)}`);
    const output = mkdtempSync(join(tmpdir(), 'playwright-2fa-doctor-')); // mode 0700, see mkdtemp(3)
    process.once('exit', () => {
      rmSync(path, { force: true });
      rmSync(output, { recursive: true, force: true });
    });
    writeFileSync(path, configOf(basename(found), output, json));
    const cli = createRequire(path).resolve('@playwright/test/cli');
    const started = spawn(process.execPath, [cli, 'test', `--config=${path}`], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PLAYWRIGHT_HTML_OPEN: 'never' },
    });
    const [exitCode] = (await once(started, 'close')) as [number | null];
    process.exitCode = exitCode ?? 1;
  },
});

/** Text of the user's configuration with our checks as its tests, and with the sink as its only server. */
function configOf(name: string, outputDir: string, json: boolean): string {
  const ours = {
    testDir: DIST,
    testMatch: 'doctor-checks.js',
    outputDir,
    reporter: [[join(DIST, 'reporter.js')], [join(DIST, 'doctor-reporter.js'), { json }]],
    workers: 1,
    retries: 0,
    repeatEach: 1,
    timeout: 60_000,
    globalTimeout: 0,
  };
  return `
import * as theirs from ${JSON.stringify(`./${name}`)};
const config = theirs.default?.default ?? theirs.default;
const { projects, globalSetup, globalTeardown, webServer, shard, grep, grepInvert, snapshotPathTemplate, ...rest } = config;
const sink = [webServer ?? []].flat().filter(({ name }) => name === 'playwright-2fa sink');
export default { ...rest, webServer: sink, ...${JSON.stringify(ours)} };
`;
}
