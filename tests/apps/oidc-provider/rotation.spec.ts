import type { APIRequestContext, TestInfo } from '@playwright/test';
import { FULL } from '../../support/full.ts';
import { innerRun, sinkUrl } from '../inner-run.ts';
import { expect, test } from '../test.ts';
import { OIDC_PROVIDER_USERS } from './users.ts';

/** Number of tests that keep one session. Every tenth opens no page. */
const TESTS = FULL ? 30 : 10;

interface Stats {
  readonly signIns: number;
  readonly renewals: number;
  readonly revoked: number;
}

async function statsOf(name: keyof typeof OIDC_PROVIDER_USERS, request: APIRequestContext): Promise<Stats> {
  const stats = (await (await request.get('/stats')).json()) as Record<string, Stats>;
  return stats[OIDC_PROVIDER_USERS[name].email]!;
}

async function runTests(spec: string, workers: number, testInfo: TestInfo) {
  const folder = testInfo.outputPath('kept');
  const env = { ROTATING_TOKENS_SINK: sinkUrl(), ROTATING_TOKENS_FOLDER: folder, ROTATING_TOKENS_TESTS: String(TESTS) };
  return await innerRun('rotating-tokens', { args: [spec, `--workers=${workers}`], env }, testInfo);
}

test('tests on two workers keep one session with single-use refresh tokens', async ({ request }, testInfo) => {
  test.setTimeout(480_000);
  const { passed, output } = await runTests('rotating.spec', 2, testInfo);
  const { signIns, renewals, revoked } = await statsOf('rosa', request);
  expect({ passed, signIns, revoked }, output).toEqual({ passed: TESTS, signIns: 1, revoked: 0 });
  expect(renewals).toBeGreaterThan((TESTS * 3 * 9) / 10 - 1);
});

test('without `rotate`, each test reuses a used refresh token, and the server ends the session', async ({
  request,
}, testInfo) => {
  test.setTimeout(240_000);
  const { passed, output } = await runTests('shared.spec', 1, testInfo);
  const { signIns, revoked } = await statsOf('otto', request);
  expect({ passed, signIns, revoked }, output).toEqual({ passed: 3, signIns: 3, revoked: 2 });
});
