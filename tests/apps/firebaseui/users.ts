import type { PersonaSettings } from 'playwright-2fa';

/** Origins of the site and of the emulator, which opens the links. */
const origins = [process.env['FIREBASEUI_URL'], process.env['FIREBASEUI_EMULATOR']].filter(
  (origin) => origin !== undefined,
);

/** Any address and any number can sign in. */
export const FIREBASEUI_USERS = {
  fay: { email: 'fay@acme.test', phone: '+15555550148', origins },
} satisfies Record<string, PersonaSettings>;
