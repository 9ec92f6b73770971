import { PERSONAS } from '../apps.ts';
import { spoilCodes, spoilLinks, testRefusal } from '../refusals.ts';
import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByEmailCode, signInByMagicLink, signInByPasswordAndMail, signInByTotp } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// The tests run serially: parallel waits for the mail of one persona would take each other's codes.
test.describe.configure({ mode: 'default' });

const USERS = [
  { personaName: 'lena', factor: 'authenticator', byHand: signInByTotp },
  { personaName: 'lars', factor: 'a mailed code', byHand: signInByPasswordAndMail },
];

for (const { personaName, factor, byHand } of USERS) {
  test.describe('password, then one of two factors', () => {
    test.use({ personaName });

    for (const { way, signIn } of waysIn(byHand, '/auth/sign-in')) {
      test(`sign-in by ${factor} ${way}`, async ({ page, persona }) => {
        await signIn(page, persona);
        await expectSignedIn(page, persona);
      });
    }
  });
}

for (const { way, signIn } of waysIn(signInByEmailCode, '/auth/email-otp')) {
  test(`sign-in by an e-mailed code alone ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page, persona);
  });
}

for (const { way, signIn } of waysIn(signInByMagicLink, '/auth/magic-link')) {
  test(`sign-in by a magic link ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page, persona);
  });
}

testRefusal(test, PERSONAS, 'a wrong password', {
  ...{ personaName: 'lena-wrong-password', url: '/auth/sign-in', words: 'Invalid email or password' },
});
testRefusal(test, PERSONAS, 'a code of a wrong seed', {
  ...{ personaName: 'lena-wrong-seed', url: '/auth/sign-in', words: 'Invalid code', options: { factors: ['totp'] } },
});
testRefusal(test, PERSONAS, 'a wrong mailed code after the password', {
  ...{ personaName: 'lars', url: '/auth/sign-in', spoil: spoilCodes, words: 'Invalid code' },
});
testRefusal(test, PERSONAS, 'a wrong mailed code alone', {
  ...{ url: '/auth/email-otp', spoil: spoilCodes, words: 'Invalid OTP' },
});
testRefusal(test, PERSONAS, 'a wrong link', {
  ...{ url: '/auth/magic-link', spoil: spoilLinks },
});
