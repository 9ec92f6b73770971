import type { PersonaSettings } from 'playwright-2fa';

/** Users that are there from the start. Their secrets open nothing else. */
export const BETTER_AUTH_UI_USERS = {
  lena: {
    email: 'lena@acme.test',
    password: 'Better-Pass-4711',
    totp: 'otpauth://totp/UI%20host:lena?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=UI%20host',
  },
  /** A user without an authenticator, who can use only the e-mailed code. */
  lars: { email: 'lars@acme.test', password: 'Better-Pass-4712' },
} satisfies Record<string, PersonaSettings>;
