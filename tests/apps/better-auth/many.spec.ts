import { CROWD, MANY } from '../../support/stored-personas.ts';
import { expectSignedIn } from './signed-in.ts';
import { test } from 'playwright-2fa';

// Side by side, in as many workers as there are: PLAYWRIGHT_2FA_FULL=1 npm test -- --project=better-auth many --workers=4
test.describe.configure({ mode: 'parallel' });

for (const personaName of Object.keys(CROWD)) {
  test.describe(personaName, () => {
    test.use({ personaName });
    test('signs in by password and authenticator', async ({ page, persona }) => {
      await persona.signIn(page, '/login');
      await expectSignedIn(page, persona.email);
    });
  });
}

for (let number = MANY / 2; number < MANY; number++) {
  test(`somebody new signs in by a mailed code, ${number}`, async ({ page, persona }) => {
    await persona.signIn(page, '/email-code');
    await expectSignedIn(page, persona.email);
  });
}
