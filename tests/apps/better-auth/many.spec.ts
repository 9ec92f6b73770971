import { CROWD, MANY } from '../../support/stored-personas.ts';
import { expectSignedIn } from './signed-in.ts';
import { test } from 'playwright-2fa';

// In parallel in all workers: PLAYWRIGHT_2FA_FULL=1 npm test -- --project=better-auth many --workers=4
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
  test(`a new user signs in by an e-mailed code, ${number}`, async ({ page, persona }) => {
    await persona.signIn(page, '/email-code');
    await expectSignedIn(page, persona.email);
  });
}
