import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { FolderStore } from '../../src/profile/store/folder-store.ts';
import { type ProfileBrowser, type RestoreOptions, restoreProfile } from '../../src/profile/restore.ts';
import { type ProfileState, hasNewCookies } from '../../src/profile/state.ts';
import { cookie, session, valueOf } from '../support/profile-state.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

/** A site that counts sign-ins and probes, and knows which sessions are alive. */
class Site implements ProfileBrowser {
  readonly alive = new Set<string>();
  signIns = 0;
  probes = 0;
  acceptsSignIns = true;
  /** Changes a session when it is probed. */
  renew = (state: ProfileState): ProfileState => state;
  refresh?: (state: ProfileState) => Promise<ProfileState>;

  signIn(): Promise<ProfileState> {
    const value = `session ${++this.signIns}`;
    if (this.acceptsSignIns) this.alive.add(value);
    return Promise.resolve(session(value));
  }

  probe(state: ProfileState): Promise<ProfileState | undefined> {
    this.probes++;
    return Promise.resolve(this.alive.has(valueOf(state) ?? '') ? this.renew(state) : undefined);
  }
}

interface Restoring {
  site: Site;
  clock: { now: number };
  store: FolderStore;
  restore: (options?: Partial<RestoreOptions>) => Promise<string | undefined>;
}

const test = base.extend<Restoring>({
  site: async ({}, use) => use(new Site()),
  clock: async ({}, use) => use({ now: Date.parse('2026-01-01') }),
  store: async ({ folder }, use) => use(new FolderStore({ folder, ledger: fileLedger({ folder }) })),
  restore: async ({ folder, site, clock, store }, use) => {
    const ledger = fileLedger({ folder });
    const now = (): number => clock.now;
    await use(async (options = {}) => {
      const all = { name: 'alice', store, ledger, browser: site, timeout: 10_000, now, ...options };
      return valueOf((await restoreProfile(all)).state);
    });
  },
});

test('the first test signs in, and the next uses the saved session', async ({ restore, site }) => {
  expect([await restore(), await restore(), site.signIns]).toEqual(['session 1', 'session 1', 1]);
});

test('of many tests that start at once, one signs in', async ({ restore, site }) => {
  expect(new Set(await Promise.all(Array.from({ length: 10 }, () => restore())))).toEqual(new Set(['session 1']));
  expect(site.signIns).toBe(1);
});

test('a dead session is replaced once for all tests that find it dead', async ({ restore, site }) => {
  await restore();
  site.alive.clear();
  expect(new Set(await Promise.all(Array.from({ length: 10 }, () => restore())))).toEqual(new Set(['session 2']));
});

test('forceSignIn replaces a live session', async ({ restore }) => {
  expect([await restore(), await restore({ forceSignIn: true }), await restore()]).toEqual([
    'session 1',
    'session 2',
    'session 2',
  ]);
});

test('a sign-in without a live session is an error, and is not saved', async ({ restore, site }) => {
  site.acceptsSignIns = false;
  await expectThrown(restore, 'PROFILE_NOT_SIGNED_IN', '"alice"', 'probe');
  site.acceptsSignIns = true;
  expect(await restore()).toBe('session 2');
});

test('after a failed sign-in the next test tries again', async ({ restore, site }) => {
  const signIn = site.signIn.bind(site);
  site.signIn = () => Promise.reject(new Error('wrong password'));
  await expect(restore()).rejects.toThrow('wrong password');
  site.signIn = signIn;
  expect(await restore()).toBe('session 1');
});

test('a session that is too old is replaced without asking the site', async ({ restore, site, clock }) => {
  await restore({ maxAge: 60_000 });
  clock.now += 60_000;
  expect(await restore({ maxAge: 60_000 })).toBe('session 1');
  const { probes } = site;
  clock.now += 1;
  expect(await restore({ maxAge: 60_000 })).toBe('session 2');
  expect(site.probes).toBe(probes + 1); // for the new session
});

test('all tests together use a session at most maxUses times', async ({ restore, site }) => {
  const values = await Promise.all(Array.from({ length: 9 }, () => restore({ maxUses: 3 })));
  expect(site.signIns).toBe(3);
  for (const value of new Set(values)) expect(values.filter((other) => other === value)).toHaveLength(3);
});

test('a session whose cookies have expired is replaced without asking the site', async ({
  restore,
  site,
  clock,
  store,
}) => {
  const state = { ...session(''), cookies: [cookie('session', 'expired session', clock.now / 1000 - 61)] };
  site.alive.add('expired session');
  await store.write('alice', { id: '1', savedAt: new Date(clock.now).toISOString(), storageState: state }, undefined);
  expect([await restore(), site.probes]).toEqual(['session 1', 1]);
});

test('a dead session is refreshed before a sign-in, and keeps its age', async ({ restore, site, clock }) => {
  await restore({ maxAge: 60_000 });
  site.alive.clear();
  site.alive.add('refreshed');
  site.refresh = (state) => Promise.resolve({ ...state, cookies: [cookie('session', 'refreshed')] });
  clock.now += 50_000;
  expect([await restore({ maxAge: 60_000 }), site.signIns]).toEqual(['refreshed', 1]);
  clock.now += 20_000;
  expect([await restore({ maxAge: 60_000 }), site.signIns]).toEqual(['session 2', 2]);
});

test('a sign-in follows a failed refresh', async ({ restore, site }) => {
  await restore();
  site.alive.clear();
  site.refresh = () => Promise.reject(new Error('no refresh token'));
  expect(await restore()).toBe('session 2');
});

test.describe('a session that the probe renews', () => {
  const renewed = (state: ProfileState): ProfileState => ({ ...state, cookies: [cookie('session', 'renewed')] });

  test('is returned, and saved if the last save is a minute old', async ({ restore, site, clock, store }) => {
    await restore();
    site.renew = renewed;
    expect(await restore()).toBe('renewed');
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('session 1');
    clock.now += 60_001;
    expect(await restore()).toBe('renewed');
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('renewed');
  });

  test('is saved at once with rotation', async ({ restore, site, store }) => {
    await restore();
    site.renew = renewed;
    await restore({ rotate: true });
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('renewed');
  });

  test('is saved with rotation also if only its storage has changed', async ({ restore, site, store }) => {
    await restore();
    const origins = [{ origin: 'https://acme.test', localStorage: [{ name: 'refresh_token', value: 'renewed' }] }];
    site.renew = (state) => ({ ...state, origins });
    await restore({ rotate: true });
    expect((await store.read('alice'))?.storageState.origins).toEqual(origins);
  });
});

test('a rotating session is saved after its refresh, even if the probe then gets no answer', async ({
  restore,
  site,
  store,
}) => {
  await restore({ rotate: true });
  site.alive.clear();
  site.refresh = async (state) => {
    site.probe = () => Promise.reject(new Error('HTTP 503'));
    return { ...state, cookies: [cookie('session', 'the next token')] };
  };
  await expect(restore({ rotate: true })).rejects.toThrow('HTTP 503');
  expect(valueOf((await store.read('alice'))?.storageState)).toBe('the next token');
});

test('a sign-in replaces a rotating session whose refresh gave a dead one', async ({ restore, site }) => {
  await restore({ rotate: true });
  site.alive.clear();
  site.refresh = (state) => Promise.resolve({ ...state, cookies: [cookie('session', 'a dead token')] });
  expect([await restore({ rotate: true }), await restore({ rotate: true })]).toEqual(['session 2', 'session 2']);
});

test('a short session that each response extends is saved again', () => {
  const now = Date.now();
  const endingIn = (minutes: number): ProfileState => ({
    cookies: [cookie('session', 'one and the same', now / 1000 + minutes * 60)],
    origins: [],
  });
  expect(hasNewCookies(endingIn(20), endingIn(30), now)).toBe(true);
  expect(hasNewCookies(endingIn(29), endingIn(30), now)).toBe(false);
  const year = 365 * 24 * 60;
  expect(hasNewCookies(endingIn(year), endingIn(year + 10), now)).toBe(false);
  expect(hasNewCookies(endingIn(year), endingIn(year + 61), now)).toBe(true);
});
