import { LedgerStore } from '../../src/profile/store/ledger-store.ts';
import { FolderStore } from '../../src/profile/store/folder-store.ts';
import { restoreProfile } from '../../src/profile/restore.ts';
import type { ProfileState } from '../../src/profile/state.ts';
import type { ProfileStore } from '../../src/profile/store/store.ts';
import { openSealing } from '../../src/vault/sealing.ts';
import { DRIVERS, test as base, expect } from '../support/ledger-test.ts';
import { saved, session, valueOf } from '../support/profile-state.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE_KEY, BOB_KEY } from '../support/vault-test.ts';

const test = base.extend<{ openStore: (key?: string) => Promise<ProfileStore> }>({
  openStore: async ({ driver, open, folder }, use) => {
    await use(async (key) => {
      const ledger = await open();
      const sealed = openSealing({ folder, env: key === undefined ? {} : { PLAYWRIGHT_2FA_KEY: key }, home: folder });
      const sealing = (): typeof sealed => sealed;
      return driver === 'file' ? new FolderStore({ folder, ledger, sealing }) : new LedgerStore({ ledger, sealing });
    });
  },
});

for (const driver of DRIVERS) {
  test.describe(`profiles with the ledger of ${driver}`, () => {
    test.use({ driver });

    test('are read by others as they were written, and an unknown name is undefined', async ({ openStore }) => {
      const [one, other] = [await openStore(ALICE_KEY.identity), await openStore(ALICE_KEY.identity)];
      const state = saved('one');
      expect(await one.write('alice', state, undefined)).toBe(true);
      expect(await other.read('alice')).toEqual(state);
      expect(await other.read('bob')).toBeUndefined();
    });

    test('a state based on an older one does not replace a newer one', async ({ openStore }) => {
      const [one, other] = [await openStore(), await openStore()];
      const [first, second, third] = [saved('1'), saved('2'), saved('3')];
      expect(await one.write('alice', first, undefined)).toBe(true);
      expect(await other.write('alice', saved('x'), undefined)).toBe(false);
      expect(await other.write('alice', second, first.id)).toBe(true);
      expect(await one.write('alice', third, first.id)).toBe(false);
      expect(await one.read('alice')).toEqual(second);
      expect(await one.write('alice', third, second.id)).toBe(true);
    });

    test('of several states that are saved at once, one is saved', async ({ openStore }) => {
      const stores = await Promise.all(Array.from({ length: 6 }, () => openStore()));
      let last = saved('start');
      await stores[0]?.write('alice', last, undefined);
      for (let round = 0; round < 5; round++) {
        const states = stores.map((_, index) => saved(`${round}-${index}`));
        const replacedId = last.id;
        const done = await Promise.all(
          stores.map((store, index) => store.write('alice', states[index] ?? last, replacedId)),
        );
        expect(done.filter(Boolean)).toHaveLength(1);
        last = states[done.indexOf(true)] ?? last;
        expect(await stores[0]?.read('alice')).toEqual(last);
      }
    });

    test('of many workers with their own connections, one signs in', async ({ openStore, open }) => {
      let signIns = 0;
      const alive = new Set<string | undefined>();
      const browser = {
        signIn: () => {
          alive.add(`session ${++signIns}`);
          return Promise.resolve(session(`session ${signIns}`));
        },
        probe: (state: ProfileState) => Promise.resolve(alive.has(valueOf(state)) ? state : undefined),
      };
      const work = async (): Promise<string | undefined> => {
        const [store, ledger] = [await openStore(ALICE_KEY.identity), await open()];
        const options = { name: 'alice', store, ledger, browser, timeout: 20_000, maxUses: 6 };
        return valueOf((await restoreProfile(options)).state);
      };
      const values = await Promise.all(Array.from({ length: 12 }, work));
      expect(new Set(values)).toEqual(new Set(['session 1', 'session 2']));
      expect(signIns).toBe(2);
    });

    test('a discarded profile stays discarded', async ({ openStore }) => {
      const store = await openStore();
      const first = saved('1');
      await store.write('alice', first, undefined);
      await store.write('bob', saved('2'), undefined);
      expect(await store.names()).toEqual(['alice', 'bob']);
      await store.discard('alice');
      await store.discard('alice');
      expect(await store.write('alice', saved('3'), first.id)).toBe(false);
      expect(await store.read('alice')).toBeUndefined();
      expect(await store.names()).toEqual(['bob']);
    });
  });
}

test.describe('in Redis', () => {
  test.use({ driver: 'redis' });

  test('a session cannot be read without the key, and the error says so', async ({ openStore, open }) => {
    await (await openStore(ALICE_KEY.identity)).write('alice', saved('geheim-geheim'), undefined);
    const { value } = await (await open()).read('profile/alice');
    expect(value).toContain('BEGIN AGE ENCRYPTED FILE');
    for (const key of [BOB_KEY.identity, undefined]) {
      const store = await openStore(key);
      const error = await expectThrown(() => store.read('alice'), 'VAULT_KEY_WRONG', '"alice"', 'PLAYWRIGHT_2FA_KEY');
      expect(error.message).toContain('npx playwright-2fa profile discard alice');
      await expectThrown(() => store.write('alice', saved('x'), undefined), 'VAULT_KEY_WRONG');
    }
  });
});
