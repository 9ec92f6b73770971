import { PersonaKeeper } from '../../src/persona/persona-keeper.ts';
import { PersonaSite } from '../../src/persona/persona-site.ts';
import { PersonaSites } from '../../src/persona/persona-sites.ts';
import { VaultStore } from '../../src/persona/persona-store.ts';
import { readStoredPersona } from '../../src/persona/stored-credentials.ts';
import type { StoredSite } from '../../src/persona/stored-sites.ts';
import { OriginBinding } from '../../src/secret/origin-binding.ts';
import { References } from '../../src/secret/references/references.ts';
import type { PersonaRecord } from '../../src/vault/record.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, test as base } from '../support/vault-test.ts';

const ORIGIN = 'https://acme.example';
const SHOP = 'https://shop.example';
const RECORD: PersonaRecord = {
  version: 1,
  persona: 'alice',
  email: 'env:ALICE_MAIL',
  sites: [
    { name: 'acme', origins: [ORIGIN], username: 'literal:env:alice', password: 'env:ALICE_SECRET' },
    { name: 'shop', origins: [SHOP], password: 'env:SHOP_SECRET' },
  ],
};
const ENV = { ALICE_MAIL: 'alice@acme.example', ALICE_SECRET: 'correct horse', SHOP_SECRET: 'battery staple' };

interface Opened {
  readonly keeper: PersonaKeeper;
  readonly sites: PersonaSites;
}

const test = base.extend<{ open: () => Promise<Opened> }>({
  open: async ({ vault, folder }, use) => {
    await vault.update('alice', () => RECORD);
    await use(async () => {
      const version = await vault.version('alice');
      const references = (): Promise<References> => Promise.resolve(new References({ env: ENV, folder }));
      const stored = await readStoredPersona('alice', { personas: {}, env: {}, vault, references }, ORIGIN);
      const store = new VaultStore({ open: () => Promise.resolve(vault), exists: () => true }, stored.record, version);
      const runtime = new FakeRuntime();
      const siteOf = ({ credentials, ...site }: StoredSite): PersonaSite =>
        new PersonaSite(credentials, {
          ...{ runtime, ledger: undefined, isShared: false, authenticator: undefined, ...site },
          binding: OriginBinding.to(credentials.origins ?? []),
        });
      const sites = new PersonaSites(siteOf(stored.primary as StoredSite), stored.others.map(siteOf));
      return { sites, keeper: new PersonaKeeper({ sites, store, record: stored.record, runtime }) };
    });
  },
});

test('a persona has the values that the document of the vault refers to, at each of its sites', async ({ open }) => {
  const { sites } = await open();
  expect(sites.all.map(({ credentials }) => credentials.password?.reveal())).toEqual([
    'correct horse',
    'battery staple',
  ]);
  expect(sites.primary.credentials).toMatchObject({ email: 'alice@acme.example', username: 'env:alice' });
});

test('references stay in the document, and their values do not get there', async ({ open, vault }) => {
  const { keeper, sites } = await open();
  await (await keeper.propose(ORIGIN, { recoveryCodes: ['1111-2222'] })).confirm();
  expect(await vault.read('alice')).toEqual({
    ...RECORD,
    sites: [{ ...RECORD.sites[0], recoveryCodes: ['1111-2222'] }, RECORD.sites[1]],
  });
  expect(sites.primary.credentials.password?.reveal()).toBe('correct horse');
  expect((await open()).sites.primary.recoveryCodes.count).toBe(1);
});

test('a changed value replaces the reference, also if it begins like one', async ({ open, vault }) => {
  const { keeper, sites } = await open();
  const change = await keeper.propose(ORIGIN, { password: 'env:new horse' });
  expect(sites.primary.credentials.password?.reveal()).toBe('env:new horse');
  await change.confirm();
  expect((await vault.read('alice'))?.sites[0]).toEqual({
    ...RECORD.sites[0],
    password: 'literal:env:new horse',
  });
  for (const one of [sites, (await open()).sites])
    expect(one.primary.credentials.password?.reveal()).toBe('env:new horse');
});
