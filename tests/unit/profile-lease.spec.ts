import { randomUUID } from 'node:crypto';
import { type APIRequestContext, expect, test } from '@playwright/test';
import type { LeaseOptions, Ledger } from '../../src/ledger/ledger.ts';
import { probeUrl } from '../../src/profile/browser/probe.ts';
import { restoreProfile } from '../../src/profile/profile.ts';
import type { ProfileState, SavedState } from '../../src/profile/state.ts';
import type { ProfileStore } from '../../src/profile/store/store.ts';
import { TwoFactorError } from '../../src/core/errors.ts';
import { expectThrown } from '../support/thrown.ts';

/** A session that only its origin tells from others. */
function session(name: string): ProfileState {
  return { cookies: [], origins: [{ origin: `https://${name}.test`, localStorage: [] }] };
}

/** A ledger that notes what is asked of it. */
class FakeLedger implements Pick<Ledger, 'lease' | 'nextValue'> {
  readonly asked: [key: string, options: LeaseOptions][] = [];
  released = 0;
  isHeld = true;
  /** What happens while the caller waits for its turn. */
  whileWaiting: () => Promise<unknown> = () => Promise.resolve();

  async lease(key: string, options: LeaseOptions): Promise<Awaited<ReturnType<Ledger['lease']>>> {
    this.asked.push([key, options]);
    await this.whileWaiting();
    const release = (): Promise<void> => Promise.resolve(void this.released++);
    const { signal: lost } = new AbortController();
    return { fence: this.asked.length, lost, isHeld: () => Promise.resolve(this.isHeld), release };
  }

  nextValue(): Promise<never> {
    return Promise.reject(new Error('Nothing is counted here.'));
  }
}

/** A store in memory, where a write counts when it replaces what was read. */
class FakeStore implements ProfileStore {
  readonly name = 'memory';
  #saved: SavedState | undefined;

  read(_name: string): Promise<SavedState | undefined> {
    return Promise.resolve(this.#saved);
  }

  write(_name: string, saved: SavedState, over: string | undefined): Promise<boolean> {
    if (this.#saved?.id !== over) return Promise.resolve(false);
    this.#saved = saved;
    return Promise.resolve(true);
  }

  discard(): Promise<void> {
    return Promise.resolve(void (this.#saved = undefined));
  }

  names(): Promise<string[]> {
    return Promise.resolve(this.#saved ? ['alice'] : []);
  }

  /** As another process does. */
  put(storageState: ProfileState): Promise<void> {
    this.#saved = { id: randomUUID(), savedAt: new Date().toISOString(), storageState };
    return Promise.resolve();
  }
}

interface Given {
  readonly store: ProfileStore;
  readonly ledger?: FakeLedger;
  /** The sessions that the probe finds alive, or what it fails with. */
  readonly alive: readonly ProfileState[] | Error;
  readonly signIn?: () => Promise<ProfileState>;
  readonly anew?: boolean;
}

async function restore({
  store,
  ledger = new FakeLedger(),
  alive,
  signIn,
  anew = false,
}: Given): Promise<ProfileState> {
  const restored = await restoreProfile({
    name: 'alice',
    store,
    ledger,
    browser: {
      signIn: signIn ?? (() => Promise.reject(new Error('Nobody was to sign in.'))),
      probe: async (state) => {
        if (alive instanceof Error) throw alive;
        const isAlive = alive.some((one) => JSON.stringify(one) === JSON.stringify(state));
        return await Promise.resolve(isAlive ? state : undefined);
      },
    },
    timeout: 1234,
    anew,
  });
  return restored.state;
}

test('a living session is taken without a lease, so that nobody waits', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  await store.put(session('saved'));
  expect(await restore({ store, ledger, alive: [session('saved')] })).toEqual(session('saved'));
  expect(ledger.asked).toEqual([]);
});

test('who signs in holds the lease of the profile, as long as it may wait, and gives it back', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  const signIn = async (): Promise<ProfileState> => {
    expect([ledger.asked.length, ledger.released]).toEqual([1, 0]);
    return await Promise.resolve(session('fresh'));
  };
  await restore({ store, ledger, alive: [session('fresh')], signIn });
  expect(ledger.asked).toEqual([['profile/alice', { timeout: 2 * 1234, owner: expect.stringContaining('"alice"') }]]);
  expect(ledger.released).toBe(1);
});

test('who lost its lease while it signed in has its session, but does not save over that of another', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  const signIn = async (): Promise<ProfileState> => {
    ledger.isHeld = false;
    await store.put(session('other'));
    return session('fresh');
  };
  expect(await restore({ store, ledger, alive: [session('fresh')], signIn })).toEqual(session('fresh'));
  expect((await store.read('alice'))?.storageState).toEqual(session('other'));
});

test.describe('who had to wait', () => {
  for (const anew of [false, true]) {
    test(`takes what another saved meanwhile${anew ? ', even when it asked for a new one' : ''}`, async () => {
      const [store, ledger] = [new FakeStore(), new FakeLedger()];
      ledger.whileWaiting = () => store.put(session('other'));
      expect(await restore({ store, ledger, alive: [session('other')], anew })).toEqual(session('other'));
      expect(ledger.released).toBe(1);
    });
  }

  test('signs in all the same, if that one is dead', async () => {
    const [store, ledger] = [new FakeStore(), new FakeLedger()];
    ledger.whileWaiting = () => store.put(session('other'));
    const signIn = (): Promise<ProfileState> => Promise.resolve(session('fresh'));
    expect(await restore({ store, ledger, alive: [session('fresh')], signIn })).toEqual(session('fresh'));
    expect((await store.read('alice'))?.storageState).toEqual(session('fresh'));
  });
});

test('a probe that fails after the sign-in leaves what was saved, and gives the lease back', async () => {
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

test('a site in trouble makes nobody sign in, and costs nobody the saved session', async () => {
  const [store, ledger] = [new FakeStore(), new FakeLedger()];
  await store.put(session('saved'));
  const trouble = new TwoFactorError('PROFILE_NOT_SIGNED_IN', 'the site answers 503');
  await expectThrown(() => restore({ store, ledger, alive: trouble }), 'PROFILE_NOT_SIGNED_IN', '503');
  expect((await store.read('alice'))?.storageState).toEqual(session('saved'));
  expect(ledger.asked).toEqual([]);
});

test.describe('the probe of a URL', () => {
  /** Requests that all get one answer, and only if redirects are left alone. */
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
    test(`finds the session ${isAlive ? 'alive' : 'dead'} when it answers ${status}`, async () => {
      expect(await probeUrl(answering(status), 'alice', '/account')).toBe(isAlive);
    });
  }

  for (const status of [500, 503]) {
    test(`says nothing of the session when it answers ${status}`, async () => {
      const work = (): Promise<boolean> => probeUrl(answering(status), 'alice', '/account');
      await expectThrown(work, 'PROFILE_NOT_SIGNED_IN', '"alice"', '/account', String(status));
    });
  }

  test('tells what to mend when nobody answers', async () => {
    const work = (): Promise<boolean> => probeUrl(answering(new Error('ECONNREFUSED\nCall log:')), 'alice', '/account');
    const error = await expectThrown(work, 'PROFILE_NOT_SIGNED_IN', '"alice"', '(ECONNREFUSED)', '`baseURL`');
    expect(error.message).not.toContain('Call log');
  });
});
