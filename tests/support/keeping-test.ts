import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as twoFactor } from 'playwright-2fa';
import { type OpenPersonaOptions, type Persona, openPersona } from 'playwright-2fa/library';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { type PersonaRecord, type SiteRecord, emptyRecord } from '../../src/vault/record.ts';
import { openVault } from '../../src/vault/vault.ts';
import { AccountSite } from './account-site.ts';
import { withTempFolder } from './temp-folder.ts';
import { ALICE_KEY } from './vault-test.ts';

const EMAIL = 'alice@acme.example';

interface Keeping {
  readonly folder: string;
  /** Starts a site with a password. */
  readonly startSite: (password: string, options?: { seed?: string; host?: string }) => Promise<AccountSite>;
  /** Opens a persona of the folder, as another process does. */
  readonly open: (name?: string, options?: OpenPersonaOptions) => Promise<Persona>;
  /** Writes the document of Alice. */
  readonly plant: (...sites: readonly SiteRecord[]) => Promise<void>;
  /** Reads the document of a persona. */
  readonly read: (name?: string) => Promise<PersonaRecord | undefined>;
}

/** Tests of personas in a folder of their own, with a key to its vault. */
export const test = twoFactor.extend<Keeping>({
  folder: async ({}, use) =>
    await withTempFolder(async (folder) => {
      await writeFile(join(folder, '.env'), `PLAYWRIGHT_2FA_KEY=${ALICE_KEY.identity}\n`);
      await use(folder);
    }),
  startSite: async ({}, use) => {
    const sites: AccountSite[] = [];
    await use(async (password, options) => {
      const site = await AccountSite.start(password, options);
      sites.push(site);
      return site;
    });
    for (const site of sites) site.close();
  },
  open: async ({ folder }, use) => {
    const opened: Persona[] = [];
    await use(async (name, options = {}) => {
      const persona = await openPersona(name, { folder, ...options });
      opened.push(persona);
      return persona;
    });
    for (const persona of opened) await persona.close();
  },
  plant: async ({ folder }, use) =>
    await use(async (...sites) => {
      await files(folder).update('alice', () => ({ ...emptyRecord('alice'), email: EMAIL, sites }));
    }),
  read: async ({ folder }, use) => await use((name = 'alice') => files(folder).read(name)),
});

function files(folder: string): ReturnType<typeof openVault> {
  const env = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };
  return openVault({ folder: join(folder, '.playwright-2fa/vault'), schema: VAULT_SCHEMA, env });
}
