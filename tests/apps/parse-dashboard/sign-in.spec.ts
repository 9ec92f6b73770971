import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByHand } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

const USERS = [
  { personaName: 'maria', code: 'a code of 6 digits (SHA-1)' },
  { personaName: 'omar', code: 'a code of 8 digits (SHA-256)' },
];

for (const { personaName, code } of USERS) {
  test.describe(code, () => {
    test.use({ personaName });

    for (const { way, signIn } of waysIn(signInByHand, '/login')) {
      test(`sign-in ${way}`, async ({ page, persona }) => {
        await signIn(page, persona);
        await expectSignedIn(page);
      });
    }
  });
}
