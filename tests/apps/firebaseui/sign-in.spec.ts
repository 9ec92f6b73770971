import type { Factor } from 'playwright-2fa/library';
import { PERSONAS } from '../apps.ts';
import { spoilCodes, spoilLinks, testRefusal } from '../refusals.ts';
import { test } from '../test.ts';
import type { SignIn } from '../ways.ts';
import { chooseLink, chooseSms, signInByLink, signInBySms } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

// The tests run serially: parallel waits for the messages of one persona would take each other's codes.
test.describe.configure({ mode: 'default' });

interface Way {
  readonly what: string;
  readonly url: string;
  readonly factor: Factor;
  readonly byHand: SignIn;
}

const WAYS: readonly Way[] = [
  { what: 'a texted code', url: '/phone', factor: 'sms-code', byHand: signInBySms },
  { what: 'a mailed link', url: '/email', factor: 'email-link', byHand: signInByLink },
  { what: 'a texted code, chosen', url: '/', factor: 'sms-code', byHand: chooseSms },
  { what: 'a mailed link, chosen', url: '/', factor: 'email-link', byHand: chooseLink },
];

test.describe('without a password', () => {
  test.use({ personaName: 'fay' });

  for (const { what, url, factor, byHand } of WAYS) {
    const userOf = ({ phone, email }: { phone: string; email: string }): string =>
      factor === 'sms-code' ? phone : email;

    test(`sign-in by ${what}, by hand`, async ({ page, persona }) => {
      await byHand(page, persona);
      await expectSignedIn(page, userOf(persona));
    });

    test(`sign-in by ${what}, by persona.signIn`, async ({ page, persona }) => {
      await persona.signIn(page, url, { factors: [factor] });
      await expectSignedIn(page, userOf(persona));
    });
  }
});

testRefusal(test, PERSONAS, 'a wrong texted code', {
  ...{ personaName: 'fay', url: '/phone', spoil: spoilCodes, words: 'Wrong code' },
});
testRefusal(test, PERSONAS, 'a wrong mailed link', {
  ...{ personaName: 'fay', url: '/email', spoil: spoilLinks, words: 'The action code is invalid' },
});
