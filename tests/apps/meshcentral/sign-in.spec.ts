import type { Factor } from 'playwright-2fa/library';
import { PERSONAS } from '../apps.ts';
import { spoilCodes, testRefusal } from '../refusals.ts';
import { test } from '../test.ts';
import type { SignIn } from '../ways.ts';
import { signInByMail, signInByPasskey, signInBySms, signInByTotp } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// There is one user. So the tests run serially, with time to wait for a new code.
test.describe.configure({ mode: 'default' });

const WAYS: readonly { readonly factor: Factor; readonly byHand: SignIn }[] = [
  { factor: 'totp', byHand: signInByTotp },
  { factor: 'email-code', byHand: signInByMail },
  { factor: 'sms-code', byHand: signInBySms },
  { factor: 'passkey', byHand: signInByPasskey },
];

test.describe('one user with four factors', () => {
  test.use({ personaName: 'mona' });

  for (const { factor, byHand } of WAYS) {
    test(`sign-in by ${factor} by hand`, async ({ page, persona }) => {
      await byHand(page, persona);
      await expectSignedIn(page);
    });

    test(`sign-in by ${factor} by persona.signIn`, async ({ page, persona }) => {
      await persona.signIn(page, '/', { factors: [factor] });
      await expectSignedIn(page);
    });
  }

  test('sign-in by the factor that comes first', async ({ page, persona }) => {
    await persona.signIn(page, '/');
    await expectSignedIn(page);
  });
});

testRefusal(test, PERSONAS, 'a wrong password', {
  ...{ personaName: 'mona-wrong-password', url: '/', words: 'Login failed' },
});
testRefusal(test, PERSONAS, 'a code of a wrong seed', {
  ...{ personaName: 'mona-wrong-seed', url: '/', options: { factors: ['totp'] }, words: 'Invalid token' },
});
testRefusal(test, PERSONAS, 'a wrong mailed code', {
  ...{ personaName: 'mona', url: '/', spoil: spoilCodes, options: { factors: ['email-code'] }, words: 'Invalid token' },
});
testRefusal(test, PERSONAS, 'a wrong texted code', {
  ...{ personaName: 'mona', url: '/', spoil: spoilCodes, options: { factors: ['sms-code'] }, words: 'Invalid token' },
});
testRefusal(test, PERSONAS, 'a passkey with a wrong signature', {
  ...{ personaName: 'mona-wrong-passkey', url: '/', options: { factors: ['passkey'] } },
});
