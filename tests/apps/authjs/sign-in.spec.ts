import { PERSONAS } from '../apps.ts';
import { spoilLinks, testRefusal } from '../refusals.ts';
import { test } from '../test.ts';
import { waysIn } from '../ways.ts';
import { signInByHand } from './by-hand.ts';
import { expectSignedIn } from './signed-in.ts';

for (const { way, signIn } of waysIn(signInByHand, '/auth/signin')) {
  test(`sign-in by a magic link ${way}`, async ({ page, persona }) => {
    await signIn(page, persona);
    await expectSignedIn(page, persona);
  });
}

testRefusal(test, PERSONAS, 'a wrong link', {
  ...{ url: '/auth/signin', spoil: spoilLinks, words: 'The sign in link is no longer valid' },
});
