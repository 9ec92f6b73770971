import { randomUUID } from 'node:crypto';
import { type APIRequestContext, expect, test } from '@playwright/test';
import type { LeaseOptions, Ledger } from '../../src/ledger/ledger.ts';
import { probeUrl } from '../../src/profile/browser/probe.ts';
import { restoreProfile } from '../../src/profile/restore.ts';
import type { ProfileState, SavedState } from '../../src/profile/state.ts';
import type { ProfileStore } from '../../src/profile/store/store.ts';
import { TwoFactorError } from '../../src/core/errors.ts';
import { expectThrown } from '../support/thrown.ts';

/** Creates a session that differs from others only in its origin. */
function session(name: string): ProfileState {
  return { cookies: [], origins: [{ origin: `https://${name}.test`, localStorage: [] }] };
}

/** A ledger that records the leases asked for. */
class FakeLedger implements Pick<Ledger, 'lease' | 'nextValue'> {
  readonly asked: [key: string, options: LeaseOptions][] = [];
  released = 0;
  isHeld = true;
  /** Runs while the caller waits for a lease. */
  whileWaiting: () => Promise<unknown> = () => Promise.resolve();

  async lease(key: string, options: LeaseOptions): Promise<Awaited<ReturnType<Ledger['lease']>>> {
    this.asked.push([key, options]);
    await this.whileWaiting();
    const release = (): Promise<void> => Promise.resolve(void this.released++);
    const { signal: lost } = new AbortController();
    const isHeld = (): Promise<boolean> => Promise.resolve(this.isHeld);
    const unused = (): Promise<never> => Promise.reject(new Error('This lease is only asked for isHeld.'));
    return { fence: this.asked.length, lost, isHeld, check: unused, renameFile: unused, release };
  }

  nextValue(): Promise<never> {
    return Promise.reject(new Error('This ledger has no counters.'));
  }
}

/** A store in memory with compare-and-swap. */
class FakeStore implements ProfileStore {
  readonly name = 'memory';
  #saved: SavedState | undefined;

  read(_name: string): Promise<SavedState | undefined> {
    return Promise.resolve(this.#saved);
  }

  write(_name: string, saved: SavedState, replacedId: string | undefined): Promise<boolean> {
    if (this.#saved?.id !== replacedId) return Promise.resolve(false);
    this.#saved = saved;
    return Promise.resolve(true);
  }

  discard(): Promise<void> {
    return Promise.resolve(void (this.#saved = undefined));
  }

  names(): Promise<string[]> {
    return Promise.resolve(this.#saved ? ['alice'] : []);
  }

  /** Saves a state as another process would. */
  put(storageState: ProfileState): Promise<void> {
    this.#saved = { id: randomUUID(), savedAt: new Date().toISOString(), storageState };
    return Promise.resolve();
  }
}

interface RestoreCase {
  readonly store: ProfileStore;
  readonly ledger?: FakeLedger;
  /** The sessions that the probe finds alive, or the error of the probe. */
  readonly alive: readonly ProfileState[] | Error;
  readonly signIn?: () => Promise<ProfileState>;
  readonly forceSignIn?: boolean;
}

async function restore({
  store,
  ledger = new FakeLedger(),
  alive,
  signIn,
  forceSignIn = false,
}: RestoreCase): Promise<ProfileState> {
  const restored = await restoreProfile({
    name: 'alice',
    store,
    ledger,
    browser: {
      signIn: signIn ?? (() => Promise.reject(new Error('Unexpected sign-in.'))),
      probe: async (state) => {
        if (alive instanceof Error) throw alive;
        const isAlive = alive.some((session) => JSON.stringify(session) === JSON.stringify(state));
        return await Promise.resolve(isAlive ? state : undefined);
      },
    },
    timeout: 1234,
    forceSignIn,
  });
  return restored.state;
}

test('a live session is restored without a lease, so that nobody waits', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  await store.put(session('saved'));
  expect(await restore({ store, ledger, alive: [session('saved')] })).toEqual(session('saved'));
  expect(ledger.asked).toEqual([]);
});

test('a sign-in holds the lease of the profile, and releases it', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  const signIn = async (): Promise<ProfileState> => {
    expect([ledger.asked.length, ledger.released]).toEqual([1, 0]);
    return await Promise.resolve(session('fresh'));
  };
  await restore({ store, ledger, alive: [session('fresh')], signIn });
  expect(ledger.asked).toEqual([['profile/alice', { timeout: 2 * 1234, owner: expect.stringContaining('"alice"') }]]);
  expect(ledger.released).toBe(1);
});

test('a sign-in that lost its lease returns its session, but does not overwrite the one of another process', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  const signIn = async (): Promise<ProfileState> => {
    ledger.isHeld = false;
    await store.put(session('other'));
    return session('fresh');
  };
  expect(await restore({ store, ledger, alive: [session('fresh')], signIn })).toEqual(session('fresh'));
  expect((await store.read('alice'))?.storageState).toEqual(session('other'));
});

test.describe('a process that waited for the lease', () => {
  for (const forceSignIn of [false, true]) {
    test(`uses the session that another has saved${forceSignIn ? ', even with forceSignIn' : ''}`, async () => {
      const [store, ledger] = [new FakeStore(), new FakeLedger()];
      ledger.whileWaiting = () => store.put(session('other'));
      expect(await restore({ store, ledger, alive: [session('other')], forceSignIn })).toEqual(session('other'));
      expect(ledger.released).toBe(1);
    });
  }

  test('signs in if that session is dead', async () => {
    const [store, ledger] = [new FakeStore(), new FakeLedger()];
    ledger.whileWaiting = () => store.put(session('other'));
    const signIn = (): Promise<ProfileState> => Promise.resolve(session('fresh'));
    expect(await restore({ store, ledger, alive: [session('fresh')], signIn })).toEqual(session('fresh'));
    expect((await store.read('alice'))?.storageState).toEqual(session('fresh'));
  });
});

test('a failed probe after the sign-in keeps the saved session, and releases the lease', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  await store.put(session('saved'));
  const signIn = (): Promise<ProfileState> => Promise.resolve(session('fresh'));
  await expectThrown(
    () => restore({ store, ledger, alive: [], signIn }),
    'PROFILE_NOT_SIGNED_IN',
    '"alice"',
    '`probe`',
  );
  expect((await store.read('alice'))?.storageState).toEqual(session('saved'));
  expect(ledger.released).toBe(1);
});

test('a server error starts no sign-in, and keeps the saved session', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  await store.put(session('saved'));
  const serverError = new TwoFactorError('PROFILE_NOT_SIGNED_IN', 'the site answers 503');
  await expectThrown(() => restore({ store, ledger, alive: serverError }), 'PROFILE_NOT_SIGNED_IN', '503');
  expect((await store.read('alice'))?.storageState).toEqual(session('saved'));
  expect(ledger.asked).toEqual([]);
});

test.describe('the probe of a URL', () => {
  /** Creates a request context in which every request gets the same response. It checks that redirects are off. */
  function answering(status: number | Error): APIRequestContext {
    const get = async (_url: string, options: unknown): Promise<object> => {
      expect(options).toEqual({ maxRedirects: 0 });
      if (status instanceof Error) throw status;
      return await Promise.resolve({ status: () => status, ok: () => status >= 200 && status <= 299 });
    };
    return { get } as unknown as APIRequestContext;
  }

  for (const [status, isAlive] of [
    [200, true],
    [204, true],
    [302, false],
    [401, false],
    [403, false],
    [404, false],
  ] as const) {
    test(`finds the session ${isAlive ? 'alive' : 'dead'} if the site answers ${status}`, async () => {
      expect(await probeUrl(answering(status), 'alice', '/account')).toBe(isAlive);
    });
  }

  for (const status of [500, 503]) {
    test(`fails if the site answers ${status}`, async () => {
      const work = (): Promise<boolean> => probeUrl(answering(status), 'alice', '/account');
      await expectThrown(work, 'PROFILE_NOT_SIGNED_IN', '"alice"', '/account', String(status));
    });
  }

  test('names the settings to check if the site does not answer', async () => {
    const work = (): Promise<boolean> => probeUrl(answering(new Error('ECONNREFUSED\nCall log:')), 'alice', '/account');
    const error = await expectThrown(work, 'PROFILE_NOT_SIGNED_IN', '"alice"', '(ECONNREFUSED)', '`baseURL`');
    expect(error.message).not.toContain('Call log');
  });
});
