import type { BrowserContext } from '@playwright/test';

/** What Playwright saves of a browser context: cookies, and the storage of each origin. */
type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** What a page keeps for as long as its tab is open, by origin. */
export interface SessionStorage {
  readonly origin: string;
  readonly items: readonly StoredItem[];
}

export interface StoredItem {
  readonly name: string;
  readonly value: string;
}

/** All that a signed-in session lives in. Playwright takes it as a storage state, and leaves out what it does not know. */
export type ProfileState = StorageState & {
  /** Playwright saves none. */
  readonly sessionStorage?: readonly SessionStorage[];
  /** Passkeys of the context's virtual authenticator, with their counters. */
  readonly credentials?: readonly object[];
};

/** A saved state, and what tells it from the one before. */
export interface SavedState {
  /** Of this save. */
  readonly id: string;
  readonly savedAt: string;
  /** Of the sign-in that it came from; the same over many saves. @default `id` */
  readonly session?: string;
  /** @default `savedAt` */
  readonly signedInAt?: string;
  /** The URL that tells whether it is alive, where it is one. */
  readonly probe?: string;
  readonly storageState: ProfileState;
}

/** Which sign-in a state came from. */
export function sessionOf({ session, id }: SavedState): string {
  return session ?? id;
}

/** How long ago somebody signed in for it, in milliseconds. */
export function ageOf({ signedInAt, savedAt }: SavedState, now: number): number {
  return now - Date.parse(signedInAt ?? savedAt);
}

export function isSavedState(value: unknown): value is SavedState {
  const { id, savedAt, storageState } = (value ?? {}) as Partial<SavedState>;
  return typeof id === 'string' && typeof savedAt === 'string' && Array.isArray(storageState?.cookies);
}

/** Whether a site has set cookies to another value, or for much longer. */
export function hasNewCookies(before: ProfileState, after: ProfileState): boolean {
  const known = new Set(before.cookies.map(markOf));
  return after.cookies.some((cookie) => !known.has(markOf(cookie)));
}

/** The expiry of a cookie that is set with each answer says something new every hour. */
function markOf({ name, domain, path, value, expires }: ProfileState['cookies'][number]): string {
  const hour = expires > 0 ? Math.floor(expires / 3600) : -1;
  return JSON.stringify([name, domain, path, value, hour]);
}
