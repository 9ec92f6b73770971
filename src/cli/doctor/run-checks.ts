import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckResult } from '../../project/check-result.ts';

/** One run of the checks. */
export interface CheckRun {
  /** Configuration of the user. */
  readonly config: string;
  /** Folder for what the run writes. */
  readonly output: string;
  /** True to contact the sites of the profiles. */
  readonly sites: boolean;
  /** True to start the sink of the configuration. */
  readonly sink: boolean;
}

// The bundle has all files in one folder.
const CHECKS = fileURLToPath(new URL('./doctor-config.js', import.meta.url));

/** Runs the checks. What keeps them from running is the result of the check `start`. */
export async function runChecks({ config, output, sites, sink }: CheckRun): Promise<readonly CheckResult[]> {
  const folder = realpathSync(dirname(resolve(config)));
  // It lies beside the real one, so that `.env`, the vault and the module type are the same.
  const path = join(folder, `.playwright-2fa-doctor-${process.pid}.config${extname(config)}`);
  const rows = join(output, `${sink ? 'all' : 'rest'}.json`);
  const cli = findPlaywright(path);
  if (cli === undefined) return [failed('Playwright is not installed. Run: npm install -D @playwright/test')];
  const remove = (): void => rmSync(path, { force: true });
  process.once('exit', remove);
  try {
    // Playwright removes the output folder when it starts.
    const run = { outputDir: join(output, 'results'), rows, sites, sink };
    writeFileSync(path, textOf(basename(config), relative(folder, CHECKS), run));
    const printed = await runPlaywright(cli, path);
    return readRows(rows) ?? [failed(withoutSource(printed))];
  } finally {
    remove();
    process.off('exit', remove);
  }
}

function findPlaywright(path: string): string | undefined {
  try {
    return createRequire(path).resolve('@playwright/test/cli');
  } catch {
    return undefined;
  }
}

/** Text of a configuration that runs the checks with the settings of the user's. */
function textOf(config: string, checks: string, run: object): string {
  const from = checks.split(sep).join('/');
  return `import * as theirs from ${JSON.stringify(`./${config}`)};
import { doctorConfig } from ${JSON.stringify(from.startsWith('.') ? from : `./${from}`)};
export default doctorConfig(theirs, ${JSON.stringify(run)});
`;
}

/** Returns what Playwright and the configuration have printed. It is kept apart from the results. */
async function runPlaywright(cli: string, config: string): Promise<string> {
  const child = spawn(process.execPath, [cli, 'test', `--config=${config}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PLAYWRIGHT_HTML_OPEN: 'never', NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(String(chunk)));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // The configuration is removed when Playwright has ended.
  const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of signals) process.on(signal, stop);
  await once(child, 'close');
  for (const signal of signals) process.off(signal, stop);
  return printed.join('');
}

function readRows(path: string): readonly CheckResult[] | undefined {
  try {
    const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly CheckResult[];
    return rows.length > 0 ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves out the lines of source code that Playwright quotes: a configuration may contain passwords. */
function withoutSource(printed: string): string {
  const lines = printed.split('\n').filter((line) => !/^\s*>?\s*\d* \|/.test(line));
  return lines.join('\n').trim() || 'Playwright ended without a result. Run: npx playwright test --list';
}

function failed(hint: string): CheckResult {
  return { check: 'start', ok: false, detail: '', hint };
}
