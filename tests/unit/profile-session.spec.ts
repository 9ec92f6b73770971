import type { BrowserContext } from '@playwright/test';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { FolderStore } from '../../src/profile/store/folder-store.ts';
import { ProfileSession, type SessionOptions } from '../../src/profile/session.ts';
import type { ProfileState } from '../../src/profile/state.ts';
import { session, valueOf } from '../support/profile-state.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

interface Sessions {
  /** What the site takes. */
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
    const common = { name: 'alice', store, ledger, browser, timeout: 5000, who: 'a test' };
    await use((options = {}) => new ProfileSession({ ...common, ...options }));
  },
});

/** A context that no page is open in. */
function contextWith(state: ProfileState): BrowserContext {
  const browser = { browserType: () => ({ name: () => 'chromium' }) };
  const nothing = (): Promise<void> => Promise.resolve();
  const traffic = { on: nothing, route: nothing, unroute: nothing };
  const context = { ...traffic, pages: () => [], browser: () => browser, storageState: () => Promise.resolve(state) };
  return context as unknown as BrowserContext;
}

test('what a test saves, the next one begins with', async ({ use }) => {
  const first = use();
  await first.begin();
  await first.save(contextWith(session('changed')));
  expect(valueOf(await use().begin())).toBe('changed');
});

test('of two that began alike the second to save is told, and the first stands', async ({ use, store }) => {
  const [one, other] = [use(), use()];
  await one.begin();
  await other.begin();
  await one.save(contextWith(session('changed')));
  const told = await expectThrown(
    () => other.save(contextWith(session('changed again'))),
    'PROFILE_NOT_SAVED',
    'another was saved at',
  );
  expect(told.message).toContain('profile.refresh()');
  expect(valueOf((await store.read('alice'))?.storageState)).toBe('changed');
  await one.save(contextWith(session('changed again')));
});

test('who discarded it may save, and who did not may not', async ({ use }) => {
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
  test('one has it at a time, and the next begins with what the one before left', async ({ use, alive }) => {
    const values: (string | undefined)[] = [];
    let inside = 0;
    const once = async (turn: number): Promise<void> => {
      const mine = use({ rotate: true });
      values.push(valueOf(await mine.begin()));
      expect(++inside).toBe(1);
      alive.add(`turn ${turn}`);
      await mine.leave(contextWith(session(`turn ${turn}`)));
      inside--;
      await mine.end();
    };
    await Promise.all([once(1), once(2), once(3)]);
    expect(values).toHaveLength(3);
    expect(values[0]).toBe('signed in');
    expect(new Set(values).size).toBe(3);
  });

  test('one that was signed out is not saved, and nobody is told', async ({ use, store }) => {
    const one = use({ rotate: true });
    await one.begin();
    await one.leave(contextWith(session('signed out')));
    await one.end();
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('signed in');
  });

  test('who lost its turn is told, and does not save', async ({ use, store, folder }) => {
    const ledger = fileLedger({ folder });
    const lost = {
      nextValue: ledger.nextValue.bind(ledger),
      lease: async (...args: Parameters<typeof ledger.lease>) => {
        const lease = await ledger.lease(...args);
        const gone = new AbortController();
        gone.abort(new Error('LEASE_LOST: another may hold it'));
        let asked = 0;
        // Lost between the sign-in, which is the first to ask, and the end of the test.
        return { ...lease, lost: gone.signal, isHeld: () => Promise.resolve(asked++ === 0) };
      },
    };
    const one = use({ rotate: true, ledger: lost });
    await one.begin();
    await expect(one.leave(contextWith(session('changed')))).rejects.toThrow('LEASE_LOST');
    await one.end();
    expect(valueOf((await store.read('alice'))?.storageState)).toBe('signed in');
  });

  test('refreshing does not wait for oneself', async ({ use, store }) => {
    const one = use({ rotate: true });
    await one.begin();
    const before = (await store.read('alice'))?.id;
    const context = { ...contextWith(session('')), setStorageState: () => Promise.resolve() };
    await one.refresh(context);
    expect((await store.read('alice'))?.id).not.toBe(before);
    await one.end();
  });
});

test('an isolated session is neither taken from what is saved, nor saved', async ({ use, store }) => {
  await use().begin();
  const before = (await store.read('alice'))?.id;
  const alone = use({ isolate: true });
  await alone.begin();
  await expectThrown(() => alone.save(contextWith(session('changed'))), 'PROFILE_NOT_SAVED', '`isolate`');
  expect((await store.read('alice'))?.id).toBe(before);
});
