import type { PersonaSettings, ProfileSettings } from 'playwright-2fa';
import { STORED_PERSONAS } from '../../support/stored-personas.ts';
import { UPTIME_KUMA_USERS } from '../uptime-kuma/users.ts';

/** A site at which eight workers sign in as one persona. */
interface Site {
  /** Persona that signs in in each test. */
  readonly everyTime: string;
  /** Persona of the profile. It differs from `everyTime` if the site has two. */
  readonly once: string;
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  /** Path of the sign-in page. */
  readonly login: string;
  readonly home: string;
  /** Selector of an element that only a signed-in user sees. */
  readonly signedIn: string;
  readonly probe: ProfileSettings['probe'];
}

const SITES = {
  'better-auth': {
    everyTime: 'erin',
    once: 'frank',
    personas: STORED_PERSONAS,
    login: '/login',
    home: '/',
    signedIn: '[data-testid=who]',
    probe: '/',
  },
  'uptime-kuma': {
    everyTime: 'kim',
    once: 'kim',
    personas: UPTIME_KUMA_USERS,
    login: '/dashboard',
    home: '/dashboard',
    signedIn: '.dropdown-profile-pic',
    // The application uses only a WebSocket, so no request can check the session.
    probe: { page: '/dashboard', visible: '.dropdown-profile-pic' },
  },
} as const satisfies Record<string, Site>;

/** Settings that the outer run passes to the inner run. */
export interface Task {
  readonly site: keyof typeof SITES;
  readonly url: string;
  readonly sinkUrl: string;
  /** Folder of the outer run's ledger, because both runs may use the same authenticator. */
  readonly folder: string;
  readonly tests: number;
}

/** Environment variable that contains the task as JSON. */
export const TASK = 'EIGHT_WORKERS_TASK';

/** Returns the task of this run, with its site. */
export function theTask(): Task & { readonly at: Site } {
  const nothing: Task = {
    site: 'better-auth',
    url: 'http://localhost',
    sinkUrl: 'http://localhost',
    folder: '.',
    tests: 0,
  };
  const task = { ...nothing, ...(JSON.parse(process.env[TASK] ?? '{}') as Partial<Task>) };
  return { ...task, at: SITES[task.site] };
}
