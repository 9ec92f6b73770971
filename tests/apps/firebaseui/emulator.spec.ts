import { firebaseEmulator } from 'playwright-2fa';
import { variableOf } from '../apps.ts';
import { test } from '../test.ts';
import { expectSignedIn } from './signed-in.ts';

// Serially: both tests use one persona.
test.describe.configure({ mode: 'default' });

/** Codes and links from the emulator itself, instead of the messages that the application sends. */
const source = firebaseEmulator({ project: 'demo-host', url: process.env[variableOf('firebaseui', 'emulator')] ?? '' });

test.use({
  personaName: 'fay',
  twoFactor: async ({ twoFactor }, use) => await use({ ...twoFactor, mail: source, sms: source }),
});

test('a code of the emulator signs in', async ({ page, persona }) => {
  await persona.signIn(page, '/phone', { factors: ['sms-code'] });
  await expectSignedIn(page, persona.phone);
});

test('a link of the emulator signs in', async ({ page, persona }) => {
  await persona.signIn(page, '/email', { factors: ['email-link'] });
  await expectSignedIn(page, persona.email);
});
