import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByHand } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// One user, and a server that refuses a code it took already: one test after the other, and time to wait for a new code.
test.describe.configure({ mode: 'default', timeout: 90_000 });
test.use({ personaName: 'kim' });

for (const { way, signIn } of waysIn(signInByHand, '/dashboard')) {
  test(`sign-in ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page);
  });
}
