import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByEmail, signInBySms } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// The tests run serially: parallel waits for the mail of one persona would take each other's codes.
test.describe.configure({ mode: 'default' });
test.use({ personaName: 'nina' });

for (const { way, signIn } of waysIn(signInByEmail, '/login/email')) {
  test(`sign-in by an e-mailed code ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page, persona.email);
  });
}

for (const { way, signIn } of waysIn(signInBySms, '/login/phone')) {
  test(`sign-in by a texted code ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page, persona.phone);
  });
}
