import type { APIRequestContext, BrowserContext } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { LEASE_TIMEOUT } from '../ledger/acquire-lease.ts';
import type { Lease } from '../ledger/ledger.ts';
import { registerSessionSecrets } from '../secret/session-secrets.ts';
import { captureState } from './browser/capture.ts';
import { restoreRecords } from './browser/indexed-records.ts';
import { replaceBesidePages, replaceState } from './browser/replace-state.ts';
import { RequestGate } from './browser/request-gate.ts';
import { replaceSessionStorage, restoreSessionStorage } from './browser/session-storage.ts';
import { isExpired } from './expiry.ts';
import { describeLost } from './lost-records.ts';
import { type RestoreOptions, type Restored, leaseOf, restoreProfile, restoreWithLease, saveState } from './restore.ts';
import type { ProfileState, SavedState } from './state.ts';

export interface SessionOptions extends Omit<RestoreOptions, 'forceSignIn' | 'rejected'> {
  /** True for a session of one test alone, which is neither shared nor saved. @default false */
  readonly isolate?: boolean | undefined;
  /** The name of the test or process that uses the profile, for the messages shown to those who wait. */
  readonly owner: string;
  /** Called if a session that is used or saved lacks something that cannot be saved, with a sentence for people. */
  readonly onLost?: ((text: string) => void) | undefined;
}

/** The use of a profile by one test or one job. */
export class ProfileSession {
  readonly #options: SessionOptions;
  /** The state with which the use began. */
  #initial: ProfileState | undefined;
  /** The saved state at the beginning of the use, or the one that this use has saved since. */
  #saved: SavedState | undefined;
  #lease: Lease | undefined;
  /** Set if a state is good for one use: it stops the requests of the pages while the state is saved. */
  #gate: RequestGate | undefined;
  #stopRestoring = (): Promise<void> => Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** True if a context was given the session. */
  get hasBegun(): boolean {
    return this.#initial !== undefined;
  }

  /** Returns a live session. With `rotate`, nobody else gets one until `end()`. */
  async begin(): Promise<ProfileState> {
    const { rotate, owner } = this.#options;
    if (rotate) this.#lease = await leaseOf(this.#options, { timeout: LEASE_TIMEOUT, owner });
    return await this.#start({});
  }

  /** Prepares a context with the parts of the session that Playwright does not restore. */
  async enter(context: BrowserContext): Promise<void> {
    if (this.#options.rotate) this.#gate ??= await RequestGate.watch(context);
    await restoreRecords(context, this.#initial?.indexedRecords);
    this.#stopRestoring = await restoreSessionStorage(context, this.#initial?.sessionStorage);
  }

  /** @throws TwoFactorError `PROFILE_NOT_SAVED` */
  async save(context: BrowserContext): Promise<void> {
    const { name, isolate, store } = this.#options;
    if (isolate) throw notSaved(name, 'it is isolated, so only this test may use it. Remove `isolate` to save it.');
    try {
      const state = await this.#capture(context, this.#initial);
      registerSessionSecrets(name, state);
      const replaces = this.#initial ? this.#saved : await store.read(name);
      await this.#write(state, replaces, (renewed) => applyRenewed(context, name, state, renewed));
    } finally {
      await this.#gate?.open();
    }
  }

  /** Signs in again, saves the new session, and replaces the session of the context. */
  async refresh(context: BrowserContext): Promise<void> {
    await this.#replace(context, await this.#start({ forceSignIn: true }));
  }

  /** Replaces the session of a context that is signed out: by one that another process has saved since, or a new one. */
  async renew(context: BrowserContext): Promise<void> {
    await this.#replace(context, await this.#start({ rejected: this.#saved }), true);
  }

  /** @param isInUse true if the pages may be loading something, and must not be navigated */
  async #replace(context: BrowserContext, state: ProfileState, isInUse = false): Promise<void> {
    await this.#stopRestoring();
    if (!isInUse || !(await replaceBesidePages(context, state))) await replaceState(context, this.#options.name, state);
    // Pages in use get it with their next document.
    if (!isInUse) await replaceSessionStorage(context.pages(), state.sessionStorage);
    await this.enter(context);
  }

  async discard(): Promise<void> {
    await this.#options.store.discard(this.#options.name);
    this.#saved = undefined;
  }

  /** With `rotate`, saves the changes of this use. A session that is signed out is not saved. */
  async leave(used: BrowserContext | APIRequestContext): Promise<void> {
    const initial = this.#initial;
    if (!this.#options.rotate || !initial) return;
    // Fails if the test has closed the context.
    const captured = 'pages' in used ? this.#capture(used, initial) : cookiesOf(used, initial);
    const state = await captured.catch(() => undefined);
    if (!state || JSON.stringify(state) === JSON.stringify(initial)) return;
    registerSessionSecrets(this.#options.name, state);
    await this.#write(state, this.#saved).catch((error: unknown) => {
      if (!(error instanceof TwoFactorError) || error.code === 'LEASE_LOST') throw error;
      // The test has signed out or discarded the profile: the next use signs in.
    });
  }

  async end(): Promise<void> {
    await this.#lease?.release();
  }

  async #capture(context: BrowserContext, before: ProfileState | undefined): Promise<ProfileState> {
    const capture = (): Promise<ProfileState> => captureState(context, before);
    return await (this.#gate?.readWhenIdle(capture) ?? capture());
  }

  async #restore(how: Pick<RestoreOptions, 'forceSignIn' | 'rejected'>): Promise<Restored> {
    const options = { ...this.#options, ...how };
    if (!this.#lease) return await restoreProfile(options);
    const rejected = how.forceSignIn ? await this.#options.store.read(this.#options.name) : undefined;
    return await restoreWithLease(options, this.#lease, rejected);
  }

  async #start(how: Pick<RestoreOptions, 'forceSignIn' | 'rejected'>): Promise<ProfileState> {
    if (this.#options.isolate) this.#initial = await this.#signInIsolated();
    else {
      const { state, saved } = await this.#restore(how);
      this.#saved = saved;
      this.#initial = state;
    }
    this.#reportLost(this.#initial);
    return this.#initial;
  }

  #reportLost(state: ProfileState): void {
    const { name, onLost } = this.#options;
    if (state.lost) onLost?.(`The session of profile "${name}" is not complete. ${describeLost(state)}`);
  }

  async #signInIsolated(): Promise<ProfileState> {
    const state = await this.#options.browser.signIn();
    registerSessionSecrets(this.#options.name, state);
    return state;
  }

  async #write(
    state: ProfileState,
    replaces: SavedState | undefined,
    onRenewed?: (state: ProfileState) => Promise<void>,
  ): Promise<void> {
    const { name, browser, store, now = Date.now } = this.#options;
    const live = isExpired(state, now()) ? undefined : await browser.probe(state);
    if (!live) {
      const text = `it is signed out. To delete the saved session, use \`profile.discard()\`. ${describeLost(state)}`;
      throw notSaved(name, text.trimEnd());
    }
    if (live !== state) await onRenewed?.(live);
    if (this.#lease && !(await this.#lease.isHeld())) throw this.#lease.lost.reason;
    const saved = await saveState(this.#options, live, { replaces, isSameSignIn: true });
    if (!saved) {
      const savedAt = (await store.read(name))?.savedAt;
      const reason = savedAt ? `another session was saved at ${savedAt}, after this one began` : 'it was discarded';
      throw notSaved(name, `${reason}. Start from the newer session, or call \`profile.refresh()\` first.`);
    }
    this.#saved = saved;
    this.#reportLost(live);
  }
}

/** Copies a session that the probe has renewed into the context, because the site no longer accepts the old one. */
async function applyRenewed(
  context: BrowserContext,
  name: string,
  before: ProfileState,
  renewed: ProfileState,
): Promise<void> {
  const storageOf = ({ origins, indexedRecords }: ProfileState): string => JSON.stringify([origins, indexedRecords]);
  if (storageOf(renewed) === storageOf(before)) return await context.addCookies(renewed.cookies);
  await replaceState(context, name, renewed);
  await restoreRecords(context, renewed.indexedRecords);
}

/** Returns the state of a request context, which has no storage but cookies. */
async function cookiesOf(request: APIRequestContext, initial: ProfileState): Promise<ProfileState> {
  return { ...initial, cookies: (await request.storageState()).cookies };
}

function notSaved(name: string, reason: string): TwoFactorError {
  return new TwoFactorError('PROFILE_NOT_SAVED', `Profile "${name}" was not saved: ${reason}`);
}
