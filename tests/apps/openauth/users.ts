import type { PersonaSettings } from 'playwright-2fa';

/** Any address signs in; this one says that its codes may be typed at the issuer, which is another origin than the site. */
export const OPENAUTH_USERS = {
  nina: {
    email: 'nina@acme.test',
    phone: '+15555550142',
    origins: [process.env['OPENAUTH_URL'], process.env['OPENAUTH_ISSUER']].filter((origin) => origin !== undefined),
  },
} satisfies Record<string, PersonaSettings>;
