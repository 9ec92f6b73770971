import type { PersonaSettings } from 'playwright-2fa';
import { OPENAUTH_USERS } from './openauth/users.ts';
import { PARSE_DASHBOARD_USERS } from './parse-dashboard/users.ts';
import { UPTIME_KUMA_USERS } from './uptime-kuma/users.ts';
import { BETTER_AUTH_UI_USERS } from './better-auth-ui/users.ts';

/** A third-party application that the tests sign in to as it is published. */
export interface App {
  /** Of its folder, and of its project. */
  readonly name: string;
  /** Who is there from the start, or signs up by signing in; by the name of the persona. */
  readonly users: Readonly<Record<string, PersonaSettings>>;
  /** What its ready line tells beside `url`. */
  readonly tells?: readonly string[];
}

/** Every application, installed or not: the tests of those that are not say so. */
export const APPS: readonly App[] = [
  { name: 'parse-dashboard', users: PARSE_DASHBOARD_USERS },
  { name: 'uptime-kuma', users: UPTIME_KUMA_USERS, tells: ['stats'] },
  { name: 'authjs', users: {} },
  { name: 'openauth', users: OPENAUTH_USERS, tells: ['issuer'] },
  { name: 'better-auth-ui', users: BETTER_AUTH_UI_USERS },
];

/** The environment variable that a web server leaves what it tells in, as Playwright names it. */
export function variableOf(app: string, told: string): string {
  return `${app}_${told}`.replaceAll('-', '_').toUpperCase();
}
