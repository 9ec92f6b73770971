import { fileLedger } from '../../src/ledger/file.ts';
import { type ProfileBrowser, restoreProfile } from '../../src/profile/profile.ts';
import { ProfileStore, type StorageState } from '../../src/profile/store.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

/** A site that counts sign-ins and knows which sessions live. */
class Site implements ProfileBrowser {
  readonly alive = new Set<string>();
  signIns = 0;
  lives = true;

  signIn(): Promise<StorageState> {
    const session = `session ${++this.signIns}`;
    if (this.lives) this.alive.add(session);
    return Promise.resolve({
      cookies: [],
      origins: [{ origin: 'https://acme.test', localStorage: [{ name: 'session', value: session }] }],
    });
  }

  isAlive(state: StorageState): Promise<boolean> {
    return Promise.resolve(this.alive.has(sessionOf(state)));
  }
}

function sessionOf(state: StorageState): string {
  return state.origins[0]?.localStorage[0]?.value ?? '';
}

interface Restoring {
  site: Site;
  restore: (options?: { anew?: boolean }) => Promise<string>;
}

const test = base.extend<Restoring>({
  site: async ({}, use) => use(new Site()),
  restore: async ({ folder, site }, use) => {
    const [store, ledger] = [new ProfileStore(folder), fileLedger({ folder })];
    await use(async (options = {}) =>
      sessionOf(await restoreProfile({ name: 'alice', store, ledger, browser: site, timeout: 10_000, ...options })),
    );
  },
});

test('the first to need a profile signs in, and the next takes what was saved', async ({ restore, site }) => {
  expect([await restore(), await restore(), site.signIns]).toEqual(['session 1', 'session 1', 1]);
});

test('of many that need it at once, one signs in', async ({ restore, site }) => {
  expect(new Set(await Promise.all(Array.from({ length: 10 }, () => restore())))).toEqual(new Set(['session 1']));
  expect(site.signIns).toBe(1);
});

test('a session that died is replaced, once for all that find it dead', async ({ restore, site }) => {
  await restore();
  site.alive.clear();
  expect(new Set(await Promise.all(Array.from({ length: 10 }, () => restore())))).toEqual(new Set(['session 2']));
});

test('a new one is made on demand, although the saved one lives', async ({ restore }) => {
  expect([await restore(), await restore({ anew: true }), await restore()]).toEqual([
    'session 1',
    'session 2',
    'session 2',
  ]);
});

test('a sign-in that leaves no living session is an error, and is not saved', async ({ restore, site }) => {
  site.lives = false;
  await expectThrown(restore, 'PROFILE_NOT_SIGNED_IN', '"alice"', 'probe');
  site.lives = true;
  expect(await restore()).toBe('session 2');
});

test('a sign-in that fails lets the next one try', async ({ restore, site }) => {
  const signIn = site.signIn.bind(site);
  site.signIn = () => Promise.reject(new Error('wrong password'));
  await expect(restore()).rejects.toThrow('wrong password');
  site.signIn = signIn;
  expect(await restore()).toBe('session 1');
});
