import type { BrowserContext } from '@playwright/test';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import type { LostOfOrigin, ProfileState, RecordsOfOrigin } from '../state.ts';
import { inEmptyPages } from './origin-page.ts';
import { readRecords } from './read-records.ts';
import { writeRecords } from './write-records.ts';

/** Maximum size of the blobs, files and images of an origin, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Databases of an origin in a storage state of Playwright. Its types do not contain them. */
interface OriginDatabases {
  readonly origin: string;
  readonly indexedDB?: readonly Database[];
}

interface Database {
  readonly name: string;
  readonly stores: readonly ObjectStore[];
}

interface ObjectStore {
  readonly name: string;
  readonly records: readonly { readonly valueEncoded?: unknown }[];
}

interface StoreName {
  readonly database: string;
  readonly store: string;
}

/**
 * Completes a state of Playwright, which has empty objects in place of keys of Web Crypto, blobs and the like. Object
 * stores with such values are read again and saved apart. A page is opened only if there may be one.
 *
 * @param before the initial state of the context: what it lacks is still missing, as long as its object store exists
 */
export async function completeRecords(
  context: BrowserContext,
  state: ProfileState,
  before?: ProfileState,
): Promise<ProfileState> {
  const doubtful = (state.origins as readonly OriginDatabases[])
    .map(({ origin, indexedDB = [] }) => ({ origin, stores: indexedDB.flatMap(storesInDoubt) }))
    .filter(({ stores }) => stores.length > 0);
  const indexedRecords: RecordsOfOrigin[] = [];
  const lost = (before?.lost ?? []).filter((one) => hasStore(state, one));
  await inEmptyPages(
    context,
    doubtful.map(({ origin }) => origin),
    async (page, origin) => {
      const stores = doubtful.find((one) => one.origin === origin)?.stores ?? [];
      const result = await page.evaluate(readRecords, { stores, maxBytes: MAX_BYTES });
      indexedRecords.push({ origin, stores: result.saved });
      for (const records of result.lost) addLost(lost, { origin, ...records });
    },
  );
  const complete = lost.length > 0 ? { ...state, lost } : state;
  if (indexedRecords.length === 0) return complete;
  const origins = (state.origins as readonly OriginDatabases[]).map((one) =>
    withoutRecords(one, indexedRecords.find(({ origin }) => origin === one.origin)?.stores ?? []),
  );
  return { ...complete, origins: origins as unknown as ProfileState['origins'], indexedRecords };
}

/** Restores the records that Playwright does not know. @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` */
export async function restoreRecords(
  context: BrowserContext,
  indexedRecords: readonly RecordsOfOrigin[] = [],
): Promise<void> {
  try {
    await inEmptyPages(
      context,
      indexedRecords.map(({ origin }) => origin),
      async (page, origin) => {
        const stores = indexedRecords.find((one) => one.origin === origin)?.stores ?? [];
        await page.evaluate(writeRecords, stores);
      },
    );
  } catch (error) {
    const text = `The saved IndexedDB records cannot be restored in this browser: ${reasonOf(error)}. Delete the session that was saved in another one: npx playwright-2fa profile discard NAME`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  }
}

/** Adds the lost records of a store in place of earlier ones. */
function addLost(lost: LostOfOrigin[], added: LostOfOrigin): void {
  const index = lost.findIndex((one) => isSameStore(one, added));
  if (index >= 0) lost.splice(index, 1);
  lost.push(added);
}

function hasStore({ origins }: ProfileState, wanted: LostOfOrigin): boolean {
  return (origins as readonly OriginDatabases[]).some(({ origin, indexedDB = [] }) =>
    indexedDB.some((database) =>
      database.stores.some(({ name }) => isSameStore({ origin, database: database.name, store: name }, wanted)),
    ),
  );
}

function isSameStore(a: StoreName & { readonly origin: string }, b: StoreName & { readonly origin: string }): boolean {
  return a.origin === b.origin && a.database === b.database && a.store === b.store;
}

function storesInDoubt({ name, stores }: Database): StoreName[] {
  return stores
    .filter(({ records }) => records.some(({ valueEncoded }) => hasEmptyObject(valueEncoded)))
    .map((store) => ({ database: name, store: store.name }));
}

/** Returns true if Playwright has encoded an object without members: an empty one, or one that it does not know. */
function hasEmptyObject(encoded: unknown): boolean {
  if (typeof encoded !== 'object' || encoded === null) return false;
  if ('o' in encoded && Array.isArray(encoded.o) && encoded.o.length === 0) return true;
  return Object.values(encoded).some(hasEmptyObject);
}

function withoutRecords(origin: OriginDatabases, apart: readonly StoreName[]): OriginDatabases {
  if (!origin.indexedDB) return origin;
  const isApart = (database: string, name: string): boolean =>
    apart.some((one) => one.database === database && one.store === name);
  const indexedDB = origin.indexedDB.map((database) => ({
    ...database,
    stores: database.stores.map((store) => (isApart(database.name, store.name) ? { ...store, records: [] } : store)),
  }));
  return { ...origin, indexedDB };
}
