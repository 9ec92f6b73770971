import { type SignIn, waysIn } from '../ways.ts';
import * as byHand from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';
import { test } from 'playwright-2fa';

interface SignInPage {
  readonly title: string;
  readonly url: string;
  readonly byHand: SignIn;
  readonly tag: string;
}

/** Pages for stored personas, which ask for the password first. */
const PASSWORD_AND: readonly SignInPage[] = [
  { title: 'authenticator, in one field', url: '/login', byHand: byHand.signInByTotp, tag: '@totp' },
  { title: 'authenticator, in six boxes', url: '/login/boxes', byHand: byHand.signInByTotpInBoxes, tag: '@totp' },
  { title: 'a choice of factors', url: '/login/choice', byHand: byHand.signInByChosenTotp, tag: '@totp' },
  { title: 'a mailed code, in six boxes', url: '/login/email', byHand: byHand.signInByMailInBoxes, tag: '@email-code' },
  { title: 'a mailed code, in one field', url: '/login/email-field', byHand: byHand.signInByMail, tag: '@email-code' },
];

/** Pages for any persona: the first sign-in creates the account. */
const BY_MESSAGE: readonly SignInPage[] = [
  { title: 'a mailed code, in one field', url: '/email-code', byHand: byHand.signInByMailAlone, tag: '@email-code' },
  {
    title: 'a mailed code, in six boxes',
    url: '/email-code/boxes',
    byHand: byHand.signInByMailAloneInBoxes,
    tag: '@email-code',
  },
  { title: 'a mailed link', url: '/magic-link', byHand: byHand.signInByMagicLink, tag: '@email-link' },
  { title: 'a texted code, in six boxes', url: '/phone', byHand: byHand.signInBySmsInBoxes, tag: '@sms-code' },
  { title: 'a texted code, in one field', url: '/phone/field', byHand: byHand.signInBySms, tag: '@sms-code' },
];

const WAYS = PASSWORD_AND.flatMap((page) => waysIn(page.byHand, page.url).map((way) => ({ ...page, ...way })));
for (const [index, { title, tag, way, signIn }] of WAYS.entries()) {
  test.describe(`visitor ${index}`, () => {
    test.use({ personaName: `visitor-${index}` });

    test(`sign-in by password and ${title}, ${way}`, { tag }, async ({ page, persona }) => {
      await signIn(page, persona);
      await expectSignedIn(page, persona.email);
    });
  });
}

test.describe('without an authenticator', () => {
  test.use({ personaName: `visitor-${WAYS.length}` });

  test('sign-in uses another factor', { tag: '@email-code' }, async ({ page, persona }) => {
    await persona.signIn(page, '/login', { factors: ['email-code'] });
    await expectSignedIn(page, persona.email);
  });
});

for (const { title, url, byHand, tag } of BY_MESSAGE) {
  for (const { way, signIn } of waysIn(byHand, url)) {
    test(`sign-in by ${title} alone, ${way}`, { tag }, async ({ page, persona }) => {
      await signIn(page, persona);
      await expectSignedIn(page, tag === '@sms-code' ? persona.phone : persona.email);
    });
  }
}
