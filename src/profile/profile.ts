import type { APIRequestContext } from '@playwright/test';
import { TwoFactorError, reasonOf } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { keepSession } from '../secret/session-secrets.ts';
import type { ProfileStore, SavedState, StorageState } from './store.ts';

/** The browser's side of a profile, which needs Playwright. */
export interface ProfileBrowser {
  /** Signs in, in a context of its own, and gives what it leaves there. */
  signIn(): Promise<StorageState>;
  /** Whether the session is alive. */
  isAlive(state: StorageState): Promise<boolean>;
}

export interface RestoreOptions {
  readonly name: string;
  readonly store: ProfileStore;
  readonly ledger: Pick<Ledger, 'lease'>;
  readonly browser: ProfileBrowser;
  /** How long to wait for another process that signs in, in milliseconds. */
  readonly timeout: number;
  /** Do not take what is saved. @default false */
  readonly anew?: boolean;
}

/**
 * A living session: the saved one if its probe says so, else a new one. Of all processes that find it dead, one signs
 * in, and the others take what it saved.
 *
 * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` when the probe does not find the session that the sign-in left.
 */
export async function restoreProfile(options: RestoreOptions): Promise<StorageState> {
  const { name, store, ledger, browser, timeout, anew = false } = options;
  const saved = kept(name, await store.read(name));
  if (saved && !anew && (await browser.isAlive(saved.storageState))) return saved.storageState;
  const lease = await ledger.lease(`profile/${name}`, { timeout, holder: `the sign-in of profile "${name}"` });
  try {
    const others = kept(name, await store.read(name));
    if (isNewer(others, saved) && (await browser.isAlive(others.storageState))) return others.storageState;
    const fresh = await browser.signIn();
    keepSession(name, fresh);
    if (!(await browser.isAlive(fresh))) throw notSignedIn(name);
    // Told that it was lost: what another saved since then stands.
    if (await lease.isHeld()) await store.write(name, fresh);
    return fresh;
  } finally {
    await lease.release();
  }
}

/** What lets a browser in must not show in what the tests leave behind. */
function kept<T extends SavedState | undefined>(name: string, saved: T): T {
  if (saved) keepSession(name, saved.storageState);
  return saved;
}

/** Whether a session is alive, by the answer to a request for a page that only a signed-in user may see. */
export async function probeUrl(request: APIRequestContext, name: string, url: string): Promise<boolean> {
  const response = await request.get(url, { maxRedirects: 0 }).catch((error: unknown) => {
    const text = `Profile "${name}" could not be probed: ${url} does not answer (${reasonOf(error)}). Start the site, or mend \`probe\`; a relative one needs \`baseURL\`.`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  });
  if (response.status() < 500) return response.ok();
  const text = `Profile "${name}" could not be probed: ${url} answers ${response.status()}. A site in trouble says nothing about the session; it is kept.`;
  throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
}

function isNewer(saved: SavedState | undefined, than: SavedState | undefined): saved is SavedState {
  return saved !== undefined && saved.id !== than?.id;
}

function notSignedIn(name: string): TwoFactorError {
  return new TwoFactorError(
    'PROFILE_NOT_SIGNED_IN',
    `The sign-in of profile "${name}" ran to its end, but its probe does not find a signed-in session. Let \`signIn\` wait for what a signed-in user sees, and see whether \`probe\` names a page that answers 2xx, without a redirect, only then.`,
  );
}
