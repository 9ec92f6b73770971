import type { BrowserContext } from '@playwright/test';
import type { LostRecords, StoredRecords } from './browser/stored-value.ts';

/** The storage state of Playwright: cookies, and the storage of each origin. */
type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** The `sessionStorage` of one origin, which lasts as long as its tab. */
export interface SessionStorage {
  readonly origin: string;
  readonly items: readonly StoredItem[];
}

export interface StoredItem {
  readonly name: string;
  readonly value: string;
}

/** Records of IndexedDB that Playwright cannot save. */
export interface RecordsOfOrigin {
  readonly origin: string;
  readonly stores: readonly StoredRecords[];
}

/** Records of IndexedDB that cannot be saved at all. */
export interface LostOfOrigin extends LostRecords {
  readonly origin: string;
}

/** The complete state of a signed-in session. Playwright accepts it as a storage state, and ignores unknown members. */
export type ProfileState = StorageState & {
  /** Not part of Playwright's storage state. */
  readonly sessionStorage?: readonly SessionStorage[];
  /** Passkeys of the virtual authenticator of the context, with their counters. */
  readonly credentials?: readonly object[];
  /** Not part of Playwright's storage state, in which the stores of these records are empty. */
  readonly indexedRecords?: readonly RecordsOfOrigin[];
  readonly lost?: readonly LostOfOrigin[];
};

/** A saved state with its identity. */
export interface SavedState {
  /** The id of this save. */
  readonly id: string;
  readonly savedAt: string;
  /** The id of the sign-in from which the state comes. It is the same over many saves. @default `id` */
  readonly session?: string;
  /** @default `savedAt` */
  readonly signedInAt?: string;
  /** The URL of the probe, if the probe is a URL. */
  readonly probe?: string;
  readonly storageState: ProfileState;
}

/** Returns the id of the sign-in from which a state comes. */
export function sessionOf({ session, id }: SavedState): string {
  return session ?? id;
}

/** Returns the time since the sign-in, in milliseconds. */
export function ageOf({ signedInAt, savedAt }: SavedState, now: number): number {
  return now - Date.parse(signedInAt ?? savedAt);
}

export function isSavedState(value: unknown): value is SavedState {
  const { id, savedAt, storageState } = (value ?? {}) as Partial<SavedState>;
  return typeof id === 'string' && typeof savedAt === 'string' && Array.isArray(storageState?.cookies);
}

/** Returns true if a site has set cookies to a new value, or extended them considerably. */
export function hasNewCookies(before: ProfileState, after: ProfileState, now: number = Date.now()): boolean {
  const known = new Map(before.cookies.map((cookie) => [identityOf(cookie), cookie]));
  return after.cookies.some((cookie) => isExtended(known.get(identityOf(cookie)), cookie, now));
}

/**
 * Some sites extend a cookie with each response. An extension counts from an hour on, or from a quarter of the time that
 * was left: a session of 30 minutes would expire otherwise.
 */
function isExtended(before: Cookie | undefined, after: Cookie, now: number): boolean {
  if (!before || before.expires > 0 !== after.expires > 0) return true;
  const gained = after.expires - before.expires;
  return gained >= 3600 || gained > Math.max(0, before.expires - now / 1000) / 4;
}

type Cookie = ProfileState['cookies'][number];

function identityOf({ name, domain, path, value }: Cookie): string {
  return JSON.stringify([name, domain, path, value]);
}
