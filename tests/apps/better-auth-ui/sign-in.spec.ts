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
