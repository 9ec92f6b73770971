import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { MemoryStore, type PersonaStore, VaultStore } from '../../src/persona/persona-store.ts';
import { SignInTrial } from '../../src/persona/sign-in-trial.ts';
import { encodeBase32 } from '../../src/otp/seed.ts';
import { secretChannel } from '../../src/secret/secret.ts';
import type { PersonaRecord } from '../../src/vault/record.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { openKeeper } from '../support/keeper-test.ts';
import { ALICE, expect, test as base, vaultIn } from '../support/vault-test.ts';

const ORIGIN = 'https://acme.example';
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const NEW_OTP = `otpauth://totp/Acme:alice?secret=${SEED}`;
const PASSKEY = { id: 'AAEE', rpId: 'acme.example', userHandle: 'eA', privateKey: 'MIGHAgEBBBBB', publicKey: 'MFkwEw' };

type Kind = 'memory' | 'vault';

/** Opens the document of Alice in the memory or in the vault. Each call is another process of the vault. */
const test = base.extend<{ kind: Kind; store: (record?: PersonaRecord) => Promise<PersonaStore> }>({
  kind: ['memory', { option: true }],
  store: async ({ kind, vault }, use) => {
    await use(async (record = ALICE) => {
      if (kind === 'memory') return new MemoryStore(record);
      await vault.update('alice', () => record);
      return new VaultStore(lazy(vault), record, await vault.version('alice'));
    });
  },
});

const lazy = (vault: Vault): { open: () => Promise<Vault>; exists: () => boolean } => ({
  open: () => Promise.resolve(vault),
  exists: () => true,
});

for (const kind of ['memory', 'vault'] as const) {
  test.describe(`in the ${kind},`, () => {
    test.use({ kind });

    test('a proposed password is used at once, and the old one is kept beside it', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      await keeper.propose(ORIGIN, { password: 'new horse' });
      expect(site.credentials.password?.reveal()).toBe('new horse');
      expect(keeper.record.sites[0]).toMatchObject({
        password: 'correct horse',
        unconfirmed: [{ members: { password: 'new horse' } }],
      });
    });

    test('a confirmed change replaces the old values, and nothing else', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      const change = await keeper.propose(ORIGIN, { password: 'new horse', email: 'new@acme.example', totp: NEW_OTP });
      await change.confirm();
      const { password: _, otp: __, ...rest } = ALICE.sites[0]!;
      expect(keeper.record).toEqual({
        ...ALICE,
        email: 'new@acme.example',
        sites: [{ ...rest, password: 'new horse', otp: NEW_OTP }],
      });
      expect(site.credentials).toMatchObject({ email: 'new@acme.example', username: 'alice' });
      expect(site.credentials.password?.reveal()).toBe('new horse');
    });

    test('a withdrawn change leaves the document as it was', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      const change = await keeper.propose(ORIGIN, { password: 'new horse', recoveryCodes: ['5555-6666'] });
      expect(site.recoveryCodes.count).toBe(1);
      await change.withdraw();
      expect(keeper.record).toEqual(ALICE);
      expect(site.credentials.password?.reveal()).toBe('correct horse');
      expect(site.recoveryCodes.count).toBe(2);
    });

    test('a change ends once', async ({ store }) => {
      const { keeper } = openKeeper(ALICE, await store());
      const change = await keeper.propose(ORIGIN, { password: 'new horse' });
      await change.confirm();
      await change.withdraw();
      await change.confirm();
      expect(keeper.record.sites[0]).toMatchObject({ password: 'new horse' });
    });

    test('changes of different members are independent', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      const [password, seed] = [
        await keeper.propose(ORIGIN, { password: 'new horse' }),
        await keeper.propose(ORIGIN, { totp: NEW_OTP }),
      ];
      await password.withdraw();
      expect(site.credentials.totp).toMatchObject({ key: expect.anything() });
      await seed.confirm();
      expect(keeper.record.sites[0]).toMatchObject({ password: 'correct horse', otp: NEW_OTP });
    });

    test('passkeys of two changes are all kept', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      const old = ALICE.sites[0]!['passkeys'] as readonly (typeof PASSKEY)[];
      const other = { ...PASSKEY, id: 'AAEF' };
      const changes = [
        await keeper.propose(ORIGIN, { passkeys: [...old, PASSKEY] }),
        await keeper.propose(ORIGIN, { passkeys: [...old, other] }),
      ];
      expect(site.passkeys.count).toBe(3);
      for (const change of changes) await change.confirm();
      expect(keeper.record.sites[0]?.['passkeys']).toEqual([...old, PASSKEY, other]);
    });

    test('what a persona learns at an origin of none of its sites is refused', async ({ store }) => {
      const { keeper } = openKeeper(ALICE, await store());
      await expect(keeper.propose('https://evil.example', { password: 'new horse' })).rejects.toMatchObject({
        code: 'ORIGIN_REFUSED',
        message: expect.stringContaining("persona.addCredentials('https://evil.example')"),
      });
      expect(keeper.record).toEqual(ALICE);
    });

    test('an accepted new password is confirmed by a sign-in', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      await keeper.propose(ORIGIN, { password: 'new horse' });
      const trial = new SignInTrial(keeper);
      trial.types(site, 'password');
      await trial.accepted();
      expect(keeper.record.sites[0]).toMatchObject({ password: 'new horse' });
      expect(keeper.record.sites[0]?.unconfirmed).toBeUndefined();
    });

    test('a refused new password gives way to the old one, and is withdrawn when that is accepted', async ({
      store,
    }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      await keeper.propose(ORIGIN, { password: 'new horse' });
      const trial = new SignInTrial(keeper);
      trial.types(site, 'password');
      expect(await trial.refused(site, 'password')).toBe('retry');
      expect(site.credentials.password?.reveal()).toBe('correct horse');
      expect(keeper.record.sites[0]?.unconfirmed).toMatchObject([
        { isRefused: true, members: { password: 'new horse' } },
      ]);
      trial.types(site, 'password');
      await trial.accepted();
      expect(keeper.record).toEqual(ALICE);
    });

    test('a refusal of both passwords is final, and loses neither', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      await keeper.propose(ORIGIN, { password: 'new horse' });
      const trial = new SignInTrial(keeper);
      trial.types(site, 'password');
      await trial.refused(site, 'password');
      trial.types(site, 'password');
      expect(await trial.refused(site, 'password')).toBe('final');
      expect(JSON.stringify(keeper.record)).toMatch(/correct horse.*new horse/);
    });

    test('a sign-in sends two of several passwords, and leaves the others to the next', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      for (const password of ['first', 'second', 'third']) await keeper.propose(ORIGIN, { password });
      const tried: (string | undefined)[] = [];
      for (const verdicts of [
        ['retry', 'stop'],
        ['retry', 'final'],
      ] as const) {
        const trial = new SignInTrial(keeper);
        for (const verdict of verdicts) {
          tried.push(site.credentials.password?.reveal());
          trial.types(site, 'password');
          expect(await trial.refused(site, 'password')).toBe(verdict);
        }
      }
      expect(tried).toEqual(['third', 'second', 'first', 'correct horse']);
    });

    test('a refused code of a new seed gives way to the old seed', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      await keeper.propose(ORIGIN, { totp: NEW_OTP, recoveryCodes: ['5555-6666'] });
      const trial = new SignInTrial(keeper);
      trial.types(site, 'password');
      trial.types(site, 'otp');
      expect(await trial.refused(site, 'code')).toBe('retry');
      const { totp } = site.credentials;
      expect(totp && 'key' in totp && encodeBase32(totp.key)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
      trial.types(site, 'otp');
      await trial.accepted();
      expect(keeper.record).toEqual(ALICE);
    });

    test('a refused code of a persona without another seed is final', async ({ store }) => {
      const { otp: _, ...site } = ALICE.sites[0]!;
      const record = { ...ALICE, sites: [site] };
      const opened = openKeeper(record, await store(record));
      await opened.keeper.propose(ORIGIN, { totp: NEW_OTP });
      const trial = new SignInTrial(opened.keeper);
      trial.types(opened.site, 'otp');
      expect(await trial.refused(opened.site, 'code')).toBe('final');
    });

    test('a code by message says nothing about a seed', async ({ store }) => {
      const { keeper, site } = openKeeper(ALICE, await store());
      await keeper.propose(ORIGIN, { totp: NEW_OTP });
      const trial = new SignInTrial(keeper);
      trial.types(site, 'password');
      expect(await trial.refused(site, 'code')).toBe('final');
      await trial.accepted();
      expect(keeper.record.sites[0]?.unconfirmed).toMatchObject([{ members: { otp: NEW_OTP } }]);
    });

    test('new secrets are registered before the document is written', async ({ store }) => {
      const place = await store();
      const events: string[] = [];
      const seen = (secret: unknown): void => void events.push((secret as { reveal(): string }).reveal());
      const update: PersonaStore['update'] = async (change) => {
        events.push('written');
        return await place.update(change);
      };
      const { keeper } = openKeeper(ALICE, { update, refresh: () => place.refresh(), isKept: () => place.isKept() });
      secretChannel.subscribe(seen);
      try {
        await keeper.propose(ORIGIN, {
          password: 'new horse',
          totp: NEW_OTP,
          recoveryCodes: ['5555-6666'],
          passkeys: [PASSKEY],
        });
      } finally {
        secretChannel.unsubscribe(seen);
      }
      const before = events.slice(0, events.indexOf('written'));
      expect(before).toEqual(expect.arrayContaining(['new horse', SEED, '5555-6666', PASSKEY.privateKey]));
    });
  });
}

test.describe('in the vault, with other processes', () => {
  test.use({ kind: 'vault' });

  test('a change is on disk, encrypted, before propose() resolves', async ({ store, vault, folder }) => {
    const { keeper } = openKeeper(ALICE, await store());
    await keeper.propose(ORIGIN, { password: 'new horse' });
    expect((await vault.read('alice'))?.sites[0]).toMatchObject({
      password: 'correct horse',
      unconfirmed: [{ members: { password: 'new horse' } }],
    });
    expect(await readFile(join(vaultIn(folder), 'alice.age'), 'utf8')).not.toContain('horse');
    expect(await vault.verify()).toEqual([]);
  });

  test('another process uses the new password, and learns of its confirmation', async ({ store, vault }) => {
    const first = openKeeper(ALICE, await store());
    const change = await first.keeper.propose(ORIGIN, { password: 'new horse' });
    const second = openKeeper((await vault.read('alice'))!, new VaultStore(lazy(vault), ALICE, undefined));
    expect(second.site.credentials.password?.reveal()).toBe('new horse');
    expect(second.keeper.pending(second.site)).toHaveLength(1);
    await change.confirm();
    await second.keeper.refresh();
    expect(second.keeper.pending(second.site)).toEqual([]);
    expect(second.site.credentials.password?.reveal()).toBe('new horse');
  });

  test('a confirmation counts although another process has withdrawn the change', async ({ store, vault }) => {
    const { keeper } = openKeeper(ALICE, await store());
    const change = await keeper.propose(ORIGIN, { password: 'new horse' });
    const other = openKeeper((await vault.read('alice'))!, new VaultStore(lazy(vault), ALICE, undefined));
    await other.keeper.settle(other.site, { confirmed: [], withdrawn: other.keeper.pending(other.site) });
    expect(await vault.read('alice')).toEqual(ALICE);
    await change.confirm();
    expect((await vault.read('alice'))?.sites[0]).toMatchObject({ password: 'new horse' });
  });

  test('a refused password that another process has replaced is tried with the new value', async ({ store, vault }) => {
    const { keeper, site } = openKeeper(ALICE, await store());
    const trial = new SignInTrial(keeper);
    trial.types(site, 'password');
    await vault.update('alice', (record) => ({
      ...record,
      sites: record.sites.map((one) => ({ ...one, password: 'new horse' })),
    }));
    expect(await trial.refused(site, 'password')).toBe('retry');
    expect(site.credentials.password?.reveal()).toBe('new horse');
    trial.types(site, 'password');
    expect(await trial.refused(site, 'password')).toBe('final');
  });

  test('a change keeps the turn to sign in until it ends', async ({ store, folder }) => {
    const ledger = (): Promise<ReturnType<typeof fileLedger>> => Promise.resolve(fileLedger({ folder }));
    const first = openKeeper(ALICE, await store(), ledger);
    const second = openKeeper(ALICE, await store(), ledger);
    const change = await first.keeper.propose(ORIGIN, { password: 'new horse' });
    const events: string[] = [];
    const turn = second.site.account!.takeTurn().then((taken) => {
      events.push('turn');
      return taken;
    });
    // The same persona may sign in during its own change.
    await (await first.site.account!.takeTurn()).release();
    events.push('confirmed');
    await change.confirm();
    await (await turn).release();
    expect(events).toEqual(['confirmed', 'turn']);
  });
});
