import type { PersonaSettings } from 'playwright-2fa';

/** Origins for the passwords: the site and the issuer, whose origins differ. */
const origins = [process.env['OIDC_PROVIDER_URL'], process.env['OIDC_PROVIDER_ISSUER']].filter(
  (origin) => origin !== undefined,
);

/** Users with counted sign-ins, so only one test uses each. */
export const OIDC_PROVIDER_USERS = {
  rosa: { email: 'rosa@acme.test', password: 'Rosa-Horse-4711', origins },
  otto: { email: 'otto@acme.test', password: 'Otto-Horse-4712', origins },
} satisfies Record<string, PersonaSettings>;
