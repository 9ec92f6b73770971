import type { APIRequestContext } from '@playwright/test';
import { SHARERS, SIGN_INS, runEightWorkers, timeFor } from '../eight-workers/run.ts';
import { PERSONAS } from '../apps.ts';
import { testRefusal } from '../refusals.ts';
import { expect, test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByHand } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// There is one user, and the server rejects used codes. So tests run serially, with time to wait for a new code.
test.describe.configure({ mode: 'default' });
test.use({ personaName: 'kim' });

for (const { way, signIn } of waysIn(signInByHand, '/dashboard')) {
  test(`sign-in ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page);
  });
}

/** Returns the server's counts of accepted and refused sign-ins. */
async function answers(request: APIRequestContext): Promise<{ accepted: number; refused: number }> {
  return (await (await request.get(process.env['UPTIME_KUMA_STATS'] ?? '')).json()) as Awaited<
    ReturnType<typeof answers>
  >;
}

test('eight workers sign in as one persona without a rejection', async ({ request, baseURL }, testInfo) => {
  test.setTimeout(timeFor(SIGN_INS));
  const { accepted, refused } = await answers(request);
  await runEightWorkers('sign-in', { site: 'uptime-kuma', url: baseURL ?? '', tests: SIGN_INS }, testInfo);
  expect(await answers(request)).toEqual({ accepted: accepted + SIGN_INS, refused });
});

test('eight workers that share a profile sign in once', async ({ request, baseURL }, testInfo) => {
  test.setTimeout(timeFor(1));
  const { accepted, refused } = await answers(request);
  await runEightWorkers('profile', { site: 'uptime-kuma', url: baseURL ?? '', tests: SHARERS }, testInfo);
  expect(await answers(request)).toEqual({ accepted: accepted + 1, refused });
});

testRefusal(test, PERSONAS, 'a wrong password', {
  ...{ personaName: 'kim-wrong-password', url: '/dashboard', words: 'Incorrect username or password' },
});
// The page sends the password again with the code.
testRefusal(test, PERSONAS, 'a code of a wrong seed', {
  ...{ personaName: 'kim-wrong-seed', url: '/dashboard', words: 'Invalid Token', passwords: 2 },
});
