import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { seal } from '../../src/vault/age.ts';
import type { PersonaRecord } from '../../src/vault/record.ts';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { type Vault, openVault } from '../../src/vault/vault.ts';
import { test as base } from './temp-folder.ts';

export { expect } from '@playwright/test';

/** Keys created by age-keygen for these tests. */
export const ALICE_KEY = {
  identity: 'AGE-SECRET-KEY-1M2Y76PRYJFCXTDHP8SWXP6KDGCE5UCAMKWVJREVKWK8K67MGGGJQEJZC80',
  recipient: 'age1u3msv2nj2ty4sjjnm5asfdpgnkg4cx9al5r75jnsjjcahg2zxu0qg746gu',
};
export const BOB_KEY = {
  identity: 'AGE-SECRET-KEY-1MX08XVQECHCYRRDRUTA0Q7QC8W4HEPJHHNW02PMF9YTZMAX7E29Q4V85TC',
  recipient: 'age1mwlte3aqkzk8chahrfg6kg5gnwuynfxq2vazq2hqnt43wgf3duus7ynx8m',
};

/** A persona with all members. */
export const ALICE: PersonaRecord = {
  version: 1,
  persona: 'alice',
  email: 'alice@acme.example',
  phone: '+12025552368',
  sites: [
    {
      name: 'acme',
      origins: ['https://acme.example', 'https://*.acme.example'],
      username: 'alice',
      password: 'correct horse',
      memorableWord: 'marmalade',
      otp: 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      recoveryCodes: ['1111-2222', '3333-4444'],
      passkeys: [
        {
          id: 'AAEC',
          rpId: 'acme.example',
          userHandle: 'YWxpY2U',
          privateKey: 'MIGHAgEAMBMGByqGSM49',
          publicKey: 'MFkwEwYHKoZIzj0C',
        },
      ],
    },
  ],
};

/** Returns the folder of the vault in the folder of a test. */
export const vaultIn = (folder: string): string => join(folder, 'vault');

interface VaultFixtures {
  /** Opens the vault in the folder of the test with the given environment. */
  openWith: (env: Readonly<Record<string, string>>) => Vault;
  /** The vault, opened with Alice's key. */
  vault: Vault;
  /** Writes any document to the vault, encrypted to Alice's key. Returns the path of its file. */
  plant: (persona: string, document: unknown) => Promise<string>;
}

/** Tests with a separate vault and home folder. */
export const test = base.extend<VaultFixtures>({
  openWith: async ({ folder }, use) => {
    await use((env) => openVault({ folder: vaultIn(folder), schema: VAULT_SCHEMA, env, home: join(folder, 'home') }));
  },
  vault: async ({ openWith }, use) => {
    await use(openWith({ PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity }));
  },
  plant: async ({ folder }, use) => {
    await use(async (persona, document) => {
      const path = join(vaultIn(folder), `${persona}.age`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await seal(JSON.stringify(document), [ALICE_KEY.recipient]));
      return path;
    });
  },
});
