import { test } from '../test.ts';
import { expectSignedIn } from './signed-in.ts';

test.use({ personaName: 'nina' });

test('a sign-up that begins at a sign-in, with a password for a persona that has none', async ({ page, persona }) => {
  await persona.signUp(page, '/login/password');
  await expectSignedIn(page, persona.email);
});
