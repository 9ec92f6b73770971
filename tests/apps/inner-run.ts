import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { ROOT, type RunResult, run } from '../support/run-playwright.ts';

/** Runs a Playwright project of tests/apps from a test, against a site that this run has started. */
export async function innerRun(
  project: string,
  { args, env }: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
  testInfo: TestInfo,
): Promise<RunResult> {
  const output = `--output=${testInfo.outputPath('inner')}`;
  const { timeout } = testInfo;
  return await run(join(ROOT, 'tests/apps', project), ROOT, { args: [...args, output], env, timeout });
}

/** Returns the URL of this run's sink, for an inner run. */
export function sinkUrl(): string {
  return process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? '';
}
