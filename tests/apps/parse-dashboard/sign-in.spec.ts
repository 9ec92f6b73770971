import { PERSONAS } from '../apps.ts';
import { testRefusal } from '../refusals.ts';
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

testRefusal(test, PERSONAS, 'a wrong password', {
  ...{ personaName: 'maria-wrong-password', url: '/login', words: 'Invalid username or password' },
});
// The form sends the password again with the code.
testRefusal(test, PERSONAS, 'a code of a wrong seed', {
  ...{ personaName: 'maria-wrong-seed', url: '/login', words: 'Invalid one-time password', passwords: 2 },
});
testRefusal(test, PERSONAS, 'a code of 8 digits of a wrong seed', {
  ...{ personaName: 'omar-wrong-seed', url: '/login', words: 'Invalid one-time password', passwords: 2 },
});
