import { PERSONAS } from '../apps.ts';
import { spoilCodes, testRefusal } from '../refusals.ts';
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

testRefusal(test, PERSONAS, 'a wrong mailed code', {
  ...{ personaName: 'nina', url: '/login/email', spoil: spoilCodes, words: 'Invalid code' },
});
testRefusal(test, PERSONAS, 'a wrong texted code', {
  ...{ personaName: 'nina', url: '/login/phone', spoil: spoilCodes, words: 'Invalid code' },
});
