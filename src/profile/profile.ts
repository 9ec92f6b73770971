import { randomUUID } from 'node:crypto';
import { TwoFactorError } from '../core/errors.ts';
import type { Lease, Ledger } from '../ledger/ledger.ts';
import { registerSessionSecrets } from '../secret/session-secrets.ts';
import { isExpired } from './expiry.ts';
import { type ProfileState, type SavedState, ageOf, hasNewCookies, sessionOf } from './state.ts';
import type { ProfileStore } from './store/store.ts';

/** A state that was saved a moment ago is not saved again for a cookie that the site has renewed, in milliseconds. */
const FRESH = 60_000;

/** The browser's side of a profile, which needs Playwright. */
export interface ProfileBrowser {
  /** Signs in, in a context of its own, and gives what it leaves there. */
  signIn(): Promise<ProfileState>;
  /**
   * Asks the site whether a session is alive. The site may renew it meanwhile, so the answer is the state as it is then;
   * nothing of a dead one.
   */
  probe(state: ProfileState): Promise<ProfileState | undefined>;
  /** Tries to bring a dead session back without a sign-in. */
  refresh?(state: ProfileState): Promise<ProfileState>;
}

export interface RestoreOptions {
  readonly name: string;
  readonly store: ProfileStore;
  readonly ledger: Pick<Ledger, 'lease' | 'nextValue'>;
  readonly browser: ProfileBrowser;
  /** How long a sign-in takes at most, in milliseconds: one waits twice as long for those of other processes. */
  readonly timeout: number;
  /** Do not take what is saved. @default false */
  readonly anew?: boolean;
  /** How long after the sign-in a session is taken, in milliseconds. @default as long as it lives */
  readonly maxAge?: number | undefined;
  /** For how many tests a session is taken. @default as many as there are */
  readonly maxUses?: number | undefined;
  /** Whether each state is good for one use only, so that every change is saved. @default false */
  readonly rotate?: boolean | undefined;
  /** Kept with the state, so that the command line can ask, too. */
  readonly probeUrl?: string | undefined;
  /** Told when a saved session was found alive. */
  readonly onAlive?: () => Promise<void>;
  /** @default Date.now */
  readonly now?: () => number;
}

/** A living session, and what is saved of it: nothing, where another's is. */
export interface Restored {
  readonly state: ProfileState;
  readonly saved: SavedState | undefined;
}

/**
 * A living session: the saved one if its probe says so, else one that was refreshed, else a new one. Of all processes
 * that find it dead, one signs in, and the others take what it saved.
 *
 * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` when the probe does not find the session that the sign-in left.
 */
export async function restoreProfile(options: RestoreOptions): Promise<Restored> {
  const { name, store, ledger, timeout, anew = false } = options;
  const saved = await store.read(name);
  const living = saved && !anew ? await liveOn(options, saved) : undefined;
  if (living) return living;
  // Until another's sign-in has ended one way or the other; who died is noticed before.
  const owner = `the sign-in of profile "${name}"`;
  const lease = await ledger.lease(`profile/${name}`, { timeout: 2 * timeout, owner });
  try {
    return await restoreInTurn(options, lease, saved);
  } finally {
    await lease.release();
  }
}

/**
 * The same for who has the lease of the profile.
 *
 * @param seen the state that is not to be taken, because it is known to be dead or unwanted
 */
export async function restoreInTurn(options: RestoreOptions, lease: Lease, seen?: SavedState): Promise<Restored> {
  const { name, store, browser, anew = false } = options;
  const saved = await store.read(name);
  const living = saved && saved.id !== seen?.id ? await liveOn(options, saved) : undefined;
  if (living) return living;
  const refreshed = saved && !anew ? await refresh(options, saved, lease) : undefined;
  if (refreshed) return refreshed;
  const made = await browser.signIn();
  registerSessionSecrets(name, made);
  const state = await probed(options, made);
  if (!state) throw notSignedIn(name);
  const fresh = await saveState(options, state, { over: saved, lease });
  if (fresh) await takeUse(options, fresh);
  return { state, saved: fresh };
}

/**
 * Saves a state in the place of the one it came from.
 *
 * @param from.same the sign-in it came from, where it is that of `over`
 * @returns nothing when another was saved meanwhile, or the lease was lost, so that what another saved stands
 */
export async function saveState(
  { name, store, probeUrl, now = Date.now }: Pick<RestoreOptions, 'name' | 'store' | 'probeUrl' | 'now'>,
  storageState: ProfileState,
  from: { readonly over: SavedState | undefined; readonly same?: boolean; readonly lease?: Lease | undefined },
): Promise<SavedState | undefined> {
  const { over, same = false, lease } = from;
  const [id, savedAt] = [randomUUID(), new Date(now()).toISOString()];
  const [session, signedInAt] = same && over ? [sessionOf(over), over.signedInAt ?? over.savedAt] : [id, savedAt];
  const saved = { id, savedAt, session, signedInAt, ...(probeUrl ? { probe: probeUrl } : {}), storageState };
  if (lease && !(await lease.isHeld())) return undefined;
  return (await store.write(name, saved, over?.id)) ? saved : undefined;
}

/** A saved session, if it is alive and may still be used. What can be known without the site is looked at first. */
async function liveOn(options: RestoreOptions, saved: SavedState): Promise<Restored | undefined> {
  const { name, rotate = false, onAlive, now = Date.now } = options;
  // What lets a browser in must not show in what the tests leave behind.
  registerSessionSecrets(name, saved.storageState);
  if (isOutdated(options, saved)) return undefined;
  const state = await probed(options, saved.storageState);
  if (!state || !(await takeUse(options, saved))) return undefined;
  await onAlive?.();
  const isFresh = now() - Date.parse(saved.savedAt) <= FRESH;
  const isToSave = rotate
    ? JSON.stringify(state) !== JSON.stringify(saved.storageState) // a token may lie anywhere
    : !isFresh && hasNewCookies(saved.storageState, state);
  if (!isToSave) return { state, saved };
  return { state, saved: (await saveState(options, state, { over: saved, same: true })) ?? saved };
}

async function refresh(options: RestoreOptions, saved: SavedState, lease: Lease): Promise<Restored | undefined> {
  if (!options.browser.refresh || isOutdated(options, saved)) return undefined;
  // What stands in its way is no error: there is still the sign-in.
  const renewed = await options.browser.refresh(saved.storageState).catch(() => undefined);
  if (!renewed) return undefined;
  registerSessionSecrets(options.name, renewed);
  const state = await probed(options, renewed);
  if (!state || !(await takeUse(options, saved))) return undefined;
  return { state, saved: await saveState(options, state, { over: saved, same: true, lease }) };
}

async function probed(
  { name, browser, now = Date.now }: RestoreOptions,
  state: ProfileState,
): Promise<ProfileState | undefined> {
  if (isExpired(state, now())) return undefined;
  const after = await browser.probe(state);
  if (after && after !== state) registerSessionSecrets(name, after);
  return after;
}

function isOutdated({ maxAge = Infinity, now = Date.now }: RestoreOptions, saved: SavedState): boolean {
  return ageOf(saved, now()) > maxAge;
}

/** Counts a use of a session, by all workers together. */
async function takeUse({ name, ledger, maxUses }: RestoreOptions, saved: SavedState): Promise<boolean> {
  if (maxUses === undefined) return true;
  const by = `process ${process.pid}`;
  const key = `profile/${name}/uses/${sessionOf(saved)}`;
  return (await ledger.nextValue(key, { owner: by, atLeast: 1, atMost: maxUses, ephemeral: true })).isMine;
}

function notSignedIn(name: string): TwoFactorError {
  return new TwoFactorError(
    'PROFILE_NOT_SIGNED_IN',
    `The sign-in of profile "${name}" ran to its end, but its probe does not find a signed-in session. Let \`signIn\` wait for what a signed-in user sees, and see whether \`probe\` names a page that answers 2xx, without a redirect, only then. Where each refresh token is good for one use, set \`rotate: true\`.`,
  );
}
