import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByHand } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

for (const { way, signIn } of waysIn(signInByHand, '/auth/signin')) {
  test(`sign-in by a magic link ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page, persona);
  });
}
