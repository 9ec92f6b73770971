import { PERSONAS } from '../apps.ts';
import { testRefusal } from '../refusals.ts';
import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { confirmByButton, signInByPasskey } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// The tests run serially, because PHP's web server has two processes.
test.describe.configure({ mode: 'default' });

const WAYS = [
  { personaName: 'pavla', second: 'a passkey', byHand: signInByPasskey },
  { personaName: 'petr', second: 'a button to confirm', byHand: confirmByButton },
];

for (const { personaName, second, byHand } of WAYS) {
  test.describe(`password, then ${second}`, () => {
    test.use({ personaName });

    for (const { way, signIn } of waysIn(byHand, '/index.php')) {
      test(`sign-in ${way}`, async ({ page, persona }) => {
        await signIn(page, persona);
        await expectSignedIn(page);
      });
    }
  });
}

testRefusal(test, PERSONAS, 'a wrong password', {
  ...{
    personaName: 'petr-wrong-password',
    url: '/index.php',
    words: /Cannot log in to the MySQL server|Access denied for user/,
  },
});
testRefusal(test, PERSONAS, 'a passkey that the site does not know', {
  ...{ personaName: 'pavla-unknown-passkey', url: '/index.php' },
});
testRefusal(test, PERSONAS, 'a password alone', {
  ...{ personaName: 'pavla-without-factor', url: '/index.php', code: 'CHALLENGE_UNANSWERABLE' },
});
