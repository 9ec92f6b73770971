import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reasonOf } from '../core/errors.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa doctor [--config FILE] [--json]

Checks what a configuration of Playwright needs for its second factors: the
settings, the personas, where messages come from (the sink gets a test code by
mail and SMS), clocks, the ledger, the vault and the browser.

  --config FILE  the configuration (playwright.config.ts here, or .js, .mjs, …)
  --json         prints a list of { what, isWell, seen, help }

Exit code 1 when anything is wrong.
`;

const CONFIGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `playwright.config.${ending}`);
const CHECKS = fileURLToPath(new URL('../../fixtures/doctor', import.meta.url));

/** Runs the checks as tests of Playwright, since only Playwright can load a configuration as the tests have it. */
export async function runDoctor(args: string[]): Promise<void> {
  const { config, json = false, help } = parse(args);
  if (help) return void process.stdout.write(USAGE);
  const found = config ?? CONFIGS.find((name) => existsSync(name));
  if (found === undefined || !existsSync(found))
    throw new UsageError(`There is no ${found ?? 'playwright.config.ts'} here. Give it with --config FILE.`);
  // Beside the real one, since `.env` and the vault are looked for there, and a module of the same kind.
  const path = join(dirname(resolve(found)), `.playwright-2fa-doctor-${process.pid}.config${extname(found)}`);
  const remove = (): void => rmSync(path, { force: true });
  process.once('exit', remove);
  writeFileSync(path, configOf(basename(found), json));
  const cli = createRequire(path).resolve('@playwright/test/cli');
  const started = spawn(process.execPath, [cli, 'test', `--config=${path}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PLAYWRIGHT_HTML_OPEN: 'never' },
  });
  const [exitCode] = (await once(started, 'close')) as [number | null];
  process.exitCode = exitCode ?? 1;
}

/** The user's configuration, with our checks in the place of its tests, and no server but the sink. */
function configOf(name: string, json: boolean): string {
  const ours = {
    testDir: CHECKS,
    testMatch: 'checks.js',
    outputDir: join(tmpdir(), `playwright-2fa-doctor-${process.pid}`),
    reporter: [[join(dirname(CHECKS), 'reporter.js')], [join(CHECKS, 'reporter.js'), { json }]],
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

function parse(args: string[]): { config?: string | undefined; json?: boolean; help?: boolean } {
  try {
    const options = { config: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`playwright-2fa doctor: ${reasonOf(error)}\n\n${USAGE}`);
  }
}
