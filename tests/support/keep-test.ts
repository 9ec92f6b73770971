import { test as base } from '@playwright/test';
import { TwoFactorError } from '../../src/core/errors.ts';
import type { KeptProfile } from '../../src/keep/kept-profile.ts';
import type { SessionEvent } from '../../src/keep/session-event.ts';
import { SessionKeeper, type SessionKeeperOptions } from '../../src/keep/session-keeper.ts';
import type { Visit } from '../../src/keep/visit.ts';
import type { ProfileBrowser } from '../../src/profile/restore.ts';
import type { ProfileState } from '../../src/profile/state.ts';
import { LedgerStore } from '../../src/profile/store/ledger-store.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { cookie } from './profile-state.ts';

export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;
/** Noon by the local clock. */
export const NOON: number = new Date(2026, 5, 15, 12).getTime();

/** A site that the test controls. A session is the value of its cookie. */
export class Site implements ProfileBrowser {
  now = NOON;
  life = 30 * MINUTE;
  isDown = false;
  /** Sessions and the times at which they end. */
  readonly alive = new Map<string, number>();
  readonly calls: string[] = [];
  refusal: Error | undefined;
  readonly more: ProfileState['cookies'] = [];
  refresh?: (state: ProfileState) => Promise<ProfileState>;

  async signIn(): Promise<ProfileState> {
    this.calls.push('sign-in');
    if (this.refusal) throw this.refusal;
    return this.give();
  }

  async probe(state: ProfileState): Promise<ProfileState | undefined> {
    this.calls.push('probe');
    if (this.isDown) throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', 'HTTP 503');
    return (this.alive.get(valueOf(state)) ?? 0) > this.now ? state : undefined;
  }

  give(): ProfileState {
    const value = `session number ${this.alive.size}`;
    const ends = this.now + this.life;
    this.alive.set(value, ends);
    return { cookies: [cookie('sid', value, ends / 1000), ...this.more], origins: [] };
  }

  /** Returns the calls since the last call of this method. */
  take(): string[] {
    return this.calls.splice(0);
  }
}

function valueOf({ cookies }: ProfileState): string {
  return cookies.find(({ name }) => name === 'sid')?.value ?? '';
}

interface Fixtures {
  site: Site;
  ledger: MemoryLedger;
  events: SessionEvent[];
  /** Options of the keepers. */
  options: Partial<SessionKeeperOptions>;
  profile: KeptProfile;
  /** Returns a new keeper, as another process would have it. */
  keeper: (options?: Partial<SessionKeeperOptions>) => SessionKeeper;
  /** Visits the profile at the time of the site. */
  visit: () => Promise<Visit>;
  /** Moves the clock to the next visit that is planned, and visits. */
  next: () => Promise<Visit>;
}

export const test = base.extend<Fixtures>({
  site: async ({}, use) => use(new Site()),
  ledger: async ({}, use) => use(new MemoryLedger()),
  events: async ({}, use) => use([]),
  options: {},
  profile: async ({ site }, use) => use({ name: 'alice', browser: site }),
  keeper: async ({ site, ledger, events, options }, use) => {
    const clock = { now: () => site.now, random: () => 0, sleep: () => Promise.resolve() };
    const send = async (event: SessionEvent): Promise<boolean> => events.push(event) > 0;
    const store = new LedgerStore({ ledger });
    await use((more = {}) => new SessionKeeper({ ledger, store, clock, send, owner: 'a test', ...options, ...more }));
  },
  visit: async ({ keeper, profile }, use) => use(() => keeper().visit(profile)),
  next: async ({ keeper, profile, site }, use) => {
    await use(async () => {
      const { status } = await keeper().visit(profile);
      site.now = Math.max(site.now, status.nextAt);
      return await keeper().visit(profile);
    });
  },
});

export { expect } from '@playwright/test';
