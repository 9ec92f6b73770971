import type { PersonaSettings } from 'playwright-2fa';

/** Their passwords may be typed at the issuer, which is another origin than the site. */
const origins = [process.env['OIDC_PROVIDER_URL'], process.env['OIDC_PROVIDER_ISSUER']].filter(
  (origin) => origin !== undefined,
);

/** Their sign-ins are counted, so each is one test's. */
export const OIDC_PROVIDER_USERS = {
  rosa: { email: 'rosa@acme.test', password: 'Rosa-Horse-4711', origins },
  otto: { email: 'otto@acme.test', password: 'Otto-Horse-4712', origins },
} satisfies Record<string, PersonaSettings>;
