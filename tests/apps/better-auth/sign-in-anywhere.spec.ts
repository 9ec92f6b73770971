import { expect, test } from './test.ts';

test.describe('alice, with password and authenticator', () => {
  test.use({ personaName: 'alice' });

  test('signs in with nothing but an address', async ({ page, persona }) => {
    await persona.signIn(page, '/login');
    await expect(page.getByTestId('who')).toContainText(persona.email);
  });

  test('answers the code by e-mail when she may use no authenticator', async ({ page, persona }) => {
    await persona.signIn(page, '/login', { factors: ['email-code'] });
    await expect(page.getByTestId('who')).toContainText(persona.email);
  });
});

for (const [what, path] of Object.entries({
  'a mailed code': '/email-code',
  'a magic link': '/magic-link',
})) {
  test(`a fresh persona signs in by ${what}`, async ({ page, persona }) => {
    await persona.signIn(page, path);
    await expect(page.getByTestId('who')).toContainText(persona.email);
  });
}

test('a fresh persona signs in by a code on its phone, in six boxes', async ({ page, persona }) => {
  await persona.signIn(page, '/phone');
  await expect(page.getByTestId('phone')).toContainText(persona.phone);
});
