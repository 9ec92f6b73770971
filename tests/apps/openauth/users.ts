import type { PersonaSettings } from 'playwright-2fa';

/** Any address can sign in. This user allows its codes at the issuer, whose origin differs from that of the site. */
export const OPENAUTH_USERS = {
  nina: {
    email: 'nina@acme.test',
    phone: '+15555550142',
    origins: [process.env['OPENAUTH_URL'], process.env['OPENAUTH_ISSUER']].filter((origin) => origin !== undefined),
  },
} satisfies Record<string, PersonaSettings>;
