import { test } from '../test.ts';
import { expectSignedIn } from './signed-in.ts';

test('a new user signs up, and confirms the address', async ({ page, persona }) => {
  await persona.signUp(page, '/auth/sign-up');
  await expectSignedIn(page, persona);
});
