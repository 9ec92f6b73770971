import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '../project/check-result.ts';
import { type Command, defineCommand } from './command.ts';
import { findConfig } from './config-file.ts';
import { type CheckRun, runChecks } from './doctor/run-checks.ts';

const USAGE = `Usage: playwright-2fa doctor [--config FILE] [--sites] [--json]

Checks a Playwright configuration, as its tests will use it: the settings, the
ports, every stored persona (of the configuration, the environment, .env and the
vault), every profile, the sources of messages (the sink receives a test code by
mail and SMS), clocks, the ledger, the vault and the browsers. Nobody is signed in.

  --config FILE  configuration (playwright.config.ts in this folder, or .js, .mjs, …)
  --sites        also run the probe of each profile, as somebody who is signed out
  --json         print a list of { check, ok, detail, hint }

Exit code 1: a check has failed.
`;

/** Runs the checks as Playwright tests, since only Playwright loads a configuration exactly as tests get it. */
export const runDoctor: Command = defineCommand({
  name: 'doctor',
  usage: USAGE,
  options: { config: { type: 'string' }, sites: { type: 'boolean' }, json: { type: 'boolean' } },
  async run({ values: { config, sites = false, json = false } }) {
    const output = mkdtempSync(join(tmpdir(), 'playwright-2fa-doctor-')); // mode 0700, see mkdtemp(3)
    process.once('exit', () => rmSync(output, { recursive: true, force: true }));
    const results = await check({ config: findConfig(config), output, sites });
    process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
    process.stdout.write(json ? `${JSON.stringify(results)}\n` : tableOf(results));
  },
});

/** Without the sink, all but mail and SMS can be checked. */
async function check(run: Omit<CheckRun, 'sink'>): Promise<readonly CheckResult[]> {
  const results = await runChecks({ ...run, sink: true });
  const [first, ...others] = results;
  if (first?.check !== 'start' || others.length > 0) return results;
  const rest = await runChecks({ ...run, sink: false });
  const isSink = rest.every((result) => result.check !== 'start');
  return isSink ? [{ ...first, check: 'ports', hint: `${first.hint}\n${PORTS}` }, ...rest] : results;
}

const PORTS =
  'The sink of the configuration did not start. Stop what uses its ports, or choose others: withTwoFactor(config, { smtpPort, httpPort }).';

function tableOf(results: readonly CheckResult[]): string {
  const width = Math.max(...results.map(({ check }) => check.length));
  const indent = `\n${' '.repeat(width + 8)}`;
  const lines = results.map(({ check, ok, detail, hint }) => {
    const text = (ok ? detail : hint).trim().split('\n').join(indent);
    return `${ok ? 'PASS' : 'FAIL'}  ${check.padEnd(width)}  ${text}\n`;
  });
  return lines.join('');
}
