import { join } from 'node:path';
import { type TestInfo, expect } from '@playwright/test';
import { innerRun, sinkUrl } from '../inner-run.ts';
import { FULL } from '../../support/full.ts';
import { TASK, type Task } from './sites.ts';

/** Number of tests that sign in. Each needs its own code, and a new code takes 30 s. */
export const SIGN_INS = FULL ? 24 : 2;
/** Number of tests that share a profile. */
export const SHARERS = FULL ? 24 : 8;

/** Returns the timeout for a number of sign-ins as one persona, in milliseconds. */
export function timeFor(signIns: number): number {
  return 240_000 + signIns * 30_000;
}

/** Runs tests in eight workers as one persona, against a site that this run has started. */
export async function runEightWorkers(
  spec: 'sign-in' | 'profile',
  task: Omit<Task, 'sinkUrl' | 'folder'>,
  testInfo: TestInfo,
): Promise<void> {
  const folder = join(testInfo.config.configFile ?? '', '..', '.playwright-2fa');
  const env = { [TASK]: JSON.stringify({ ...task, sinkUrl: sinkUrl(), folder }) };
  const { passed, output } = await innerRun('eight-workers', { args: [`${spec}.spec`], env }, testInfo);
  expect(passed, output).toBe(task.tests);
}
