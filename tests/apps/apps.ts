import type { PersonaSettings } from 'playwright-2fa';
import { COGNITO_LOCAL_USERS } from './cognito-local/users.ts';
import { FIREBASEUI_USERS } from './firebaseui/users.ts';
import { GLEWLWYD_USERS } from './glewlwyd/users.ts';
import { MESHCENTRAL_USERS } from './meshcentral/users.ts';
import { OIDC_PROVIDER_USERS } from './oidc-provider/users.ts';
import { OPENAUTH_USERS } from './openauth/users.ts';
import { PARSE_DASHBOARD_USERS } from './parse-dashboard/users.ts';
import { PHPMYADMIN_USERS } from './phpmyadmin/users.ts';
import { impostorsOf } from './refusals.ts';
import { UPTIME_KUMA_USERS } from './uptime-kuma/users.ts';
import { BETTER_AUTH_UI_USERS } from './better-auth-ui/users.ts';

/** A third-party application that the tests sign in to, in its published form. */
export interface App {
  /** Name of its folder and of its project. */
  readonly name: string;
  /** Users that exist from the start or sign up by signing in, by the name of the persona. */
  readonly users: Readonly<Record<string, PersonaSettings>>;
  /** Names of the values in its ready line, except `url`. */
  readonly tells?: readonly string[];
}

/** All applications. The tests of those that are not installed are skipped. */
export const APPS: readonly App[] = [
  { name: 'parse-dashboard', users: PARSE_DASHBOARD_USERS },
  { name: 'uptime-kuma', users: UPTIME_KUMA_USERS, tells: ['stats'] },
  { name: 'authjs', users: {} },
  { name: 'crawlee', users: {} },
  { name: 'openauth', users: OPENAUTH_USERS, tells: ['issuer'] },
  { name: 'oidc-provider', users: OIDC_PROVIDER_USERS, tells: ['issuer'] },
  { name: 'better-auth-ui', users: BETTER_AUTH_UI_USERS },
  { name: 'firebaseui', users: FIREBASEUI_USERS, tells: ['emulator'] },
  { name: 'cognito-local', users: COGNITO_LOCAL_USERS, tells: ['folder', 'mail', 'phone'] },
  { name: 'glewlwyd', users: GLEWLWYD_USERS },
  { name: 'phpmyadmin', users: PHPMYADMIN_USERS },
  { name: 'meshcentral', users: MESHCENTRAL_USERS },
];

const USERS: Readonly<Record<string, PersonaSettings>> = Object.assign({}, ...APPS.map(({ users }) => users));

/** All personas of the tests: the users of the applications, and impostors of them that the applications refuse. */
export const PERSONAS: Readonly<Record<string, PersonaSettings>> = { ...USERS, ...impostorsOf(USERS) };

/** Returns the environment variable in which Playwright stores a value of a server's ready line. */
export function variableOf(app: string, told: string): string {
  return `${app}_${told}`.replaceAll('-', '_').toUpperCase();
}
