import type { BrowserContext } from '@playwright/test';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { FolderStore } from '../../src/profile/store/folder-store.ts';
import { ProfileSession, type SessionOptions } from '../../src/profile/session.ts';
import type { ProfileState } from '../../src/profile/state.ts';
import { session, valueOf } from '../support/profile-state.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

interface Sessions {
  /** The sessions that the site accepts. */
  alive: Set<string>;
  store: FolderStore;
  use: (options?: Partial<SessionOptions>) => ProfileSession;
}

const test = base.extend<Sessions>({
  alive: async ({}, use) => use(new Set(['signed in', 'changed', 'changed again'])),
  store: async ({ folder }, use) => use(new FolderStore({ folder, ledger: fileLedger({ folder }) })),
  use: async ({ folder, alive, store }, use) => {
    const browser: SessionOptions['browser'] = {
      signIn: () => Promise.resolve(session('signed in')),
      probe: (state) => Promise.resolve(alive.has(valueOf(state) ?? '') ? state : undefined),
    };
    const ledger = fileLedger({ folder });
    const common = { name: 'alice', store, ledger, browser, timeout: 5000, owner: 'a test' };
    await use((options = {}) => new ProfileSession({ ...common, ...options }));
  },
});

/** Creates a context without pages. */
function contextWith(state: ProfileState): BrowserContext {
  const browser = { browserType: () => ({ name: () => 'chromium' }) };
  const nothing = (): Promise<void> => Promise.resolve();
  const events = { on: nothing, route: nothing, unroute: nothing };
  const context = { ...events, pages: () => [], browser: () => browser, storageState: () => Promise.resolve(state) };
  return context as unknown as BrowserContext;
}

test('a test begins with the session that the one before has saved', async ({ use }) => {
  const first = use();
  await first.begin();
  await first.save(contextWith(session('changed')));
  expect(valueOf(await use().begin())).toBe('changed');
});

test('of two tests that save, the second gets an error, and the first save stays', async ({ use, store }) => {
  const [one, other] = [use(), use()];
  await one.begin();
  await other.begin();
  await one.save(contextWith(session('changed')));
  const error = await expectThrown(
    () => other.save(contextWith(session('changed again'))),
    'PROFILE_NOT_SAVED',
    'another session was saved at',
  );
  expect(error.message).toContain('profile.refresh()');
  expect(valueOf((await store.read('alice'))?.storageState)).toBe('changed');
  await one.save(contextWith(session('changed again')));
});

test('only the test that discarded the profile may save it', async ({ use }) => {
  const [one, other] = [use(), use()];
  await one.begin();
  await other.begin();
  await one.discard();
  await expectThrown(() => other.save(contextWith(session('changed'))), 'PROFILE_NOT_SAVED', 'discarded');
  await one.save(contextWith(session('changed')));
});

test('a context that is signed out is not saved', async ({ use, store }) => {
  const one = use();
  await one.begin();
  const save = (): Promise<void> => one.save(contextWith(session('signed out')));
  await expectThrown(save, 'PROFILE_NOT_SAVED', 'signed out', 'profile.discard()');
  expect(valueOf((await store.read('alice'))?.storageState)).toBe('signed in');
});

test.describe('with rotation', () => {
  test('one test has it at a time, and the next begins with the state that the one before left', async ({
    use,
    alive,
  }) => {
    const values: (string | undefined)[] = [];
    let inside = 0;
    const run = async (number: number): Promise<void> => {
      const profile = use({ rotate: true });
      values.push(valueOf(await profile.begin()));
      expect(++inside).toBe(1);
      alive.add(`use ${number}`);
      await profile.leave(contextWith(session(`use ${number}`)));
      inside--;
      await profile.end();
    };
    await Promise.all([run(1), run(2), run(3)]);
    expect(values).toHaveLength(3);
    expect(values[0]).toBe('signed in');
    expect(new Set(values).size).toBe(3);
  });

  test('a signed-out session is not saved, without an error', async ({ use, store }) => {
    const one = use({ rotate: true });
    await one.begin();
    await one.leave(contextWith(session('signed out')));
    await one.end();
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('signed in');
  });

  test('a test that lost the lease gets an error, and does not save', async ({ use, store, folder }) => {
    const ledger = fileLedger({ folder });
    const lost = {
      nextValue: ledger.nextValue.bind(ledger),
      lease: async (...args: Parameters<typeof ledger.lease>) => {
        const lease = await ledger.lease(...args);
        const gone = new AbortController();
        gone.abort(new Error('LEASE_LOST: another may hold it'));
        let calls = 0;
        // Lost between the sign-in, which asks first, and the end of the test.
        return { ...lease, lost: gone.signal, isHeld: () => Promise.resolve(calls++ === 0) };
      },
    };
    const one = use({ rotate: true, ledger: lost });
    await one.begin();
    await expect(one.leave(contextWith(session('changed')))).rejects.toThrow('LEASE_LOST');
    await one.end();
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('signed in');
  });

  test('a refresh does not wait for its own lease', async ({ use, store }) => {
    const one = use({ rotate: true });
    await one.begin();
    const before = (await store.read('alice'))?.id;
    const context = { ...contextWith(session('')), setStorageState: () => Promise.resolve() };
    await one.refresh(context);
    expect((await store.read('alice'))?.id).not.toBe(before);
    await one.end();
  });
});

test('an isolated session is neither restored nor saved', async ({ use, store }) => {
  await use().begin();
  const before = (await store.read('alice'))?.id;
  const isolated = use({ isolate: true });
  await isolated.begin();
  await expectThrown(() => isolated.save(contextWith(session('changed'))), 'PROFILE_NOT_SAVED', '`isolate`');
  expect((await store.read('alice'))?.id).toBe(before);
});
