import type { PersonaSettings, ProfileSettings } from 'playwright-2fa';
import { STORED_PERSONAS } from '../../support/stored-personas.ts';
import { UPTIME_KUMA_USERS } from '../uptime-kuma/users.ts';

/** A site that eight workers sign in to as one persona. */
interface Site {
  /** Who signs in in each test. */
  readonly everyTime: string;
  /** Whose profile it is: somebody else where the site has two. */
  readonly once: string;
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  /** Where a sign-in begins. */
  readonly login: string;
  readonly home: string;
  /** What only a session shows. */
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
    // All goes over a web socket, so there is no request that could tell.
    probe: { page: '/dashboard', visible: '.dropdown-profile-pic' },
  },
} as const satisfies Record<string, Site>;

/** What the run outside tells the one inside. */
export interface Task {
  readonly site: keyof typeof SITES;
  readonly url: string;
  readonly sinkUrl: string;
  /** Where the run outside keeps its ledger: it may use the same authenticator. */
  readonly folder: string;
  readonly tests: number;
}

/** The variable of the task, as JSON. */
export const TASK = 'EIGHT_WORKERS_TASK';

/** The task of this run, and the site that it is about. */
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
