import { type APIRequestContext, expect, test } from '@playwright/test';
import { SHARERS, SIGN_INS, runEightWorkers, timeFor } from '../eight-workers/run.ts';
import { STORED_PERSONAS } from '../../support/stored-personas.ts';

async function signInsOf(name: 'erin' | 'frank', request: APIRequestContext): Promise<number> {
  const { signIns } = (await (await request.get('/stats')).json()) as { signIns: Record<string, number> };
  return signIns[STORED_PERSONAS[name].email] ?? 0;
}

test('eight workers sign in as one persona without a rejection', async ({ request, baseURL }, testInfo) => {
  test.setTimeout(timeFor(SIGN_INS));
  const before = await signInsOf('erin', request);
  await runEightWorkers('sign-in', { site: 'better-auth', url: baseURL ?? '', tests: SIGN_INS }, testInfo);
  expect((await signInsOf('erin', request)) - before).toBe(SIGN_INS);
});

test('eight workers that share a profile sign in once', async ({ request, baseURL }, testInfo) => {
  test.setTimeout(timeFor(1));
  const before = await signInsOf('frank', request);
  await runEightWorkers('profile', { site: 'better-auth', url: baseURL ?? '', tests: SHARERS }, testInfo);
  expect((await signInsOf('frank', request)) - before).toBe(1);
});
