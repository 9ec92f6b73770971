import { PERSONAS } from '../apps.ts';
import { spoilCodes, testRefusal } from '../refusals.ts';
import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { chooseTotp, signInByMail, signInByPasskey, signInByTotp } from './by-hand.ts';
import { expectSignedIn, loginPage } from './signed-in.ts';

// The tests run serially: the authenticator's codes are used once.
test.describe.configure({ mode: 'default' });

const WAYS = [
  { personaName: 'gwen', scope: 'otp', factor: 'authenticator', byHand: signInByTotp },
  { personaName: 'glyn', scope: 'mail', factor: 'a mailed code', byHand: signInByMail },
  { personaName: 'gareth', scope: 'key', factor: 'a passkey', byHand: signInByPasskey },
  { personaName: 'gethin', scope: 'any', factor: 'one of a menu of factors', byHand: chooseTotp },
] as const;

for (const { personaName, scope, factor, byHand } of WAYS) {
  test.describe(`password, then ${factor}`, () => {
    test.use({ personaName });

    for (const { way, signIn } of waysIn(byHand, loginPage(scope))) {
      test(`sign-in ${way}`, async ({ page, persona }) => {
        await signIn(page, persona);
        await expectSignedIn(page, scope);
      });
    }
  });
}

const REFUSED = 'Authentication error';
testRefusal(test, PERSONAS, 'a wrong password', {
  ...{ personaName: 'gwen-wrong-password', url: loginPage('otp'), words: REFUSED },
});
testRefusal(test, PERSONAS, 'a code of a wrong seed', {
  ...{ personaName: 'gwen-wrong-seed', url: loginPage('otp'), words: REFUSED },
});
testRefusal(test, PERSONAS, 'a wrong mailed code', {
  ...{ personaName: 'glyn', url: loginPage('mail'), words: 'Invalid code', spoil: spoilCodes },
});
testRefusal(test, PERSONAS, 'a passkey with a wrong signature', {
  ...{ personaName: 'gareth-wrong-passkey', url: loginPage('key') },
});
testRefusal(test, PERSONAS, 'a password alone', {
  ...{ personaName: 'gwen-without-factor', url: loginPage('otp'), code: 'CHALLENGE_UNANSWERABLE' },
});
