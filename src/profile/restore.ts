import { randomUUID } from 'node:crypto';
import { MINUTE } from '../core/durations.ts';
import { TwoFactorError } from '../core/errors.ts';
import { type LongWaits, reportLongWait } from '../core/long-wait.ts';
import type { Lease, LeaseOptions, Ledger, QueuePosition } from '../ledger/ledger.ts';
import { registerSessionSecrets } from '../secret/session-secrets.ts';
import { isExpired } from './expiry.ts';
import { describeLost } from './lost-records.ts';
import { type ProfileState, type SavedState, ageOf, hasNewCookies, sessionOf } from './state.ts';
import type { ProfileStore } from './store/store.ts';

/** Minimum time between two saves that only store renewed cookies, in milliseconds. */
const MIN_SAVE_INTERVAL = MINUTE;

/** The operations of a profile that need a browser. */
export interface ProfileBrowser {
  /**
   * Signs in, in a new context, and returns the state of the context.
   *
   * @param previous the session before, whose device the site may remember
   */
  signIn(previous?: ProfileState): Promise<ProfileState>;
  /**
   * Asks the site whether a session is alive. Returns the state after the probe, because the site may renew the
   * session; `undefined` if the session is dead.
   */
  probe(state: ProfileState): Promise<ProfileState | undefined>;
  /** Tries to renew a dead session without a sign-in. */
  refresh?(state: ProfileState): Promise<ProfileState>;
}

export interface RestoreOptions extends LongWaits {
  readonly name: string;
  readonly store: ProfileStore;
  readonly ledger: Pick<Ledger, 'lease' | 'nextValue'>;
  readonly browser: ProfileBrowser;
  /**
   * Maximum time of a sign-in, in milliseconds. The wait for the sign-in of another process takes at most twice as
   * long.
   */
  readonly timeout: number;
  /** True to ignore the saved session and sign in. @default false */
  readonly forceSignIn?: boolean;
  /** Saved session that was found dead in use. A newer one is used. @default none */
  readonly rejected?: SavedState | undefined;
  /** Maximum time after the sign-in for which a session is used, in milliseconds. @default as long as it is alive */
  readonly maxAge?: number | undefined;
  /** Maximum number of tests that use a session. @default unlimited */
  readonly maxUses?: number | undefined;
  /** True if a state is good for one use, so that every change must be saved. @default false */
  readonly rotate?: boolean | undefined;
  /** URL of the probe. It is saved with the state, for the command line. */
  readonly probeUrl?: string | undefined;
  /** Called when a saved session was found alive. */
  readonly onAlive?: () => Promise<void>;
  /** Name of the test or process that uses the profile, for the messages shown to those who wait. @default the process */
  readonly owner?: string | undefined;
  /** @default Date.now */
  readonly now?: () => number;
}

/** A live session. `saved` is undefined if another process saved a newer session. */
export interface Restored {
  readonly state: ProfileState;
  readonly saved: SavedState | undefined;
}

/**
 * Returns a live session: the saved one if its probe finds it alive, otherwise a refreshed or a new one. If several
 * processes find a session dead, one signs in, and the others use what it saved.
 *
 * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` if the probe finds no session after the sign-in
 */
export async function restoreProfile(options: RestoreOptions): Promise<Restored> {
  const { name, store, timeout, forceSignIn = false, owner: user = `process ${process.pid}` } = options;
  const saved = await store.read(name);
  const mayReuse = saved && !forceSignIn && !isSameSession(saved, options.rejected);
  const reused = mayReuse ? await reuseSaved(options, saved) : undefined;
  if (reused) return reused;
  // Twice the time, so that a sign-in of another process ends first. A crashed one is detected sooner.
  const owner = `the sign-in of ${user} for profile "${name}"`;
  const lease = await leaseOf(options, { timeout: 2 * timeout, owner }, (holder) => holder);
  try {
    return await restoreWithLease(options, lease, saved);
  } finally {
    await lease.release();
  }
}

/**
 * Acquires the lease of a profile. A long wait is reported.
 *
 * @param describe returns what is waited for. @default the profile, and the name of its holder
 * @throws TwoFactorError `LEASE_TIMEOUT`
 */
export async function leaseOf(
  { name, ledger, longWait }: Pick<RestoreOptions, 'name' | 'ledger' | 'longWait'>,
  { timeout, owner }: Pick<LeaseOptions, 'timeout' | 'owner'>,
  describe = (holder: string): string => `profile "${name}", held by ${holder}`,
): Promise<Lease> {
  if (!longWait) return await ledger.lease(`profile/${name}`, { timeout, owner });
  let holder = 'another process';
  const onWait = (position: QueuePosition): void => void (holder = position.owner);
  const lease = (): Promise<Lease> => ledger.lease(`profile/${name}`, { timeout, owner, onWait });
  return await reportLongWait({ longWait }, () => describe(holder), lease);
}

/**
 * Returns a live session, for a caller that holds the lease of the profile.
 *
 * @param rejected a saved state that is known to be dead or unwanted
 */
export async function restoreWithLease(
  options: RestoreOptions,
  lease: Lease,
  rejected?: SavedState,
): Promise<Restored> {
  const { name, store, browser, forceSignIn = false } = options;
  const saved = await store.read(name);
  const isRejected = saved?.id === rejected?.id || (saved && isSameSession(saved, options.rejected));
  const reused = saved && !isRejected ? await reuseSaved(options, saved) : undefined;
  if (reused) return reused;
  const refreshed = saved && !forceSignIn ? await refresh(options, saved, lease) : undefined;
  if (refreshed?.restored) return refreshed.restored;
  const replaces = refreshed?.kept ?? saved;
  const signedIn = await browser.signIn(replaces?.storageState);
  registerSessionSecrets(name, signedIn);
  const state = await probe(options, signedIn);
  if (!state) throw notSignedIn(name, signedIn);
  const fresh = await saveState(options, state, { replaces, lease });
  if (fresh) await claimUse(options, fresh);
  return { state, saved: fresh };
}

/**
 * Saves a state in place of an earlier one.
 *
 * @param options `replaces`: the state to replace; `isSameSignIn`: true if both come from the same sign-in
 * @returns `undefined` if another state was saved since, or the lease was lost; the state of the other process stays
 */
export async function saveState(
  { name, store, probeUrl, now = Date.now }: Pick<RestoreOptions, 'name' | 'store' | 'probeUrl' | 'now'>,
  storageState: ProfileState,
  options: {
    readonly replaces: SavedState | undefined;
    readonly isSameSignIn?: boolean;
    readonly lease?: Lease | undefined;
  },
): Promise<SavedState | undefined> {
  const { replaces, isSameSignIn = false, lease } = options;
  const [id, savedAt] = [randomUUID(), new Date(now()).toISOString()];
  const [session, signedInAt] =
    isSameSignIn && replaces ? [sessionOf(replaces), replaces.signedInAt ?? replaces.savedAt] : [id, savedAt];
  const saved = { id, savedAt, session, signedInAt, ...(probeUrl ? { probe: probeUrl } : {}), storageState };
  if (lease && !(await lease.isHeld())) return undefined;
  return (await store.write(name, saved, replaces?.id)) ? saved : undefined;
}

/**
 * Returns a saved session if it is alive and may be used once more. Checks its age and expiry before it asks the site.
 */
async function reuseSaved(options: RestoreOptions, saved: SavedState): Promise<Restored | undefined> {
  const { name, rotate = false, onAlive, now = Date.now } = options;
  registerSessionSecrets(name, saved.storageState);
  if (isTooOld(options, saved)) return undefined;
  const state = await probe(options, saved.storageState);
  if (!state || !(await claimUse(options, saved))) return undefined;
  await onAlive?.();
  const isRecent = now() - Date.parse(saved.savedAt) <= MIN_SAVE_INTERVAL;
  const needsSaving = rotate
    ? JSON.stringify(state) !== JSON.stringify(saved.storageState) // the renewed token may be anywhere in the state
    : !isRecent && hasNewCookies(saved.storageState, state, now());
  if (!needsSaving) return { state, saved };
  return { state, saved: (await saveState(options, state, { replaces: saved, isSameSignIn: true })) ?? saved };
}

/** Result of a refresh: the live session, and the state that is saved now. */
interface Refreshed {
  readonly restored?: Restored;
  readonly kept: SavedState;
}

async function refresh(options: RestoreOptions, saved: SavedState, lease: Lease): Promise<Refreshed> {
  const { name, browser, rotate } = options;
  if (!browser.refresh || isTooOld(options, saved)) return { kept: saved };
  // A failed refresh is not an error: a sign-in follows.
  const renewed = await browser.refresh(saved.storageState).catch(() => undefined);
  if (!renewed) return { kept: saved };
  registerSessionSecrets(name, renewed);
  // Saved before the probe: the old token is spent, and the probe may fail.
  const early = rotate ? await saveState(options, renewed, { replaces: saved, isSameSignIn: true, lease }) : undefined;
  const kept = early ?? saved;
  const state = await probe(options, renewed);
  if (!state || !(await claimUse(options, saved))) return { kept };
  const isSaved = early !== undefined && JSON.stringify(state) === JSON.stringify(renewed);
  const last = isSaved ? early : await saveState(options, state, { replaces: kept, isSameSignIn: true, lease });
  return { kept: last ?? kept, restored: { state, saved: last } };
}

async function probe(
  { name, browser, now = Date.now }: RestoreOptions,
  state: ProfileState,
): Promise<ProfileState | undefined> {
  if (isExpired(state, now())) return undefined;
  const after = await browser.probe(state);
  if (after && after !== state) registerSessionSecrets(name, after);
  return after;
}

/** True if a session is the same as another: the same save, or a later one without a new cookie. */
function isSameSession(saved: SavedState, other: SavedState | undefined): boolean {
  if (!other) return false;
  if (saved.id === other.id) return true;
  return sessionOf(saved) === sessionOf(other) && !hasNewCookies(other.storageState, saved.storageState);
}

function isTooOld({ maxAge = Infinity, now = Date.now }: RestoreOptions, saved: SavedState): boolean {
  return ageOf(saved, now()) > maxAge;
}

/** Counts a use of a session across all workers. Returns false if `maxUses` is reached. */
async function claimUse({ name, ledger, maxUses }: RestoreOptions, saved: SavedState): Promise<boolean> {
  if (maxUses === undefined) return true;
  const owner = `process ${process.pid}`;
  const key = `profile/${name}/uses/${sessionOf(saved)}`;
  return (await ledger.nextValue(key, { owner, atLeast: 1, atMost: maxUses, ephemeral: true })).isMine;
}

function notSignedIn(name: string, state: ProfileState): TwoFactorError {
  const found = `The sign-in of profile "${name}" finished, but its probe found no signed-in session.`;
  return new TwoFactorError(
    'PROFILE_NOT_SIGNED_IN',
    state.lost
      ? `${found} ${describeLost(state)}`
      : `${found} Let \`signIn\` wait for an element that only a signed-in user sees. Check that \`probe\` is a page that answers 2xx, without a redirect, only to a signed-in user. If each refresh token is good for one use, set \`rotate: true\`.`,
  );
}
