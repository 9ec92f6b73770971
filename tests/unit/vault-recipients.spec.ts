import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '../../src/vault/age.ts';
import { openSealing } from '../../src/vault/sealing.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE, ALICE_KEY, BOB_KEY, test as base, expect, vaultIn } from '../support/vault-test.ts';

const BOB = { PLAYWRIGHT_2FA_KEY: BOB_KEY.identity };
/** The recipient of somebody who can write to the folder, and has no key to the vault. */
const MALLORY = BOB_KEY.recipient;

interface AttackFixtures {
  /** A path in the vault. */
  inVault: (name: string) => string;
  /** Replaces the list of recipients by hand. */
  writeList: (...recipients: readonly string[]) => Promise<void>;
}

const test = base.extend<AttackFixtures>({
  inVault: async ({ folder }, use) => {
    await use((name) => join(vaultIn(folder), name));
  },
  writeList: async ({ inVault }, use) => {
    await use((...recipients) => writeFile(inVault('recipients.txt'), `${recipients.join('\n')}\n`));
  },
});

/** Changes a persona, and expects that the change is refused and writes nothing. */
async function expectRefused(vault: Vault, persona: string, path: string, ...parts: readonly string[]): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  const change = (): Promise<unknown> => vault.update(persona, (record) => ({ ...record, email: 'new@acme.example' }));
  await expectThrown(change, 'VAULT_RECIPIENTS_CHANGED', ...parts);
  expect(await readFile(path, 'utf8').catch(() => undefined)).toBe(before);
}

test('nothing is encrypted to a recipient that was added by hand', async ({ vault, openWith, inVault, writeList }) => {
  await vault.update('alice', () => ALICE);
  await writeList(ALICE_KEY.recipient, MALLORY);
  const remedy = `npx playwright-2fa vault rekey --recipient ${MALLORY}`;
  await expectRefused(vault, 'alice', inVault('alice.age'), inVault('recipients.txt'), `adds ${MALLORY}`, remedy);
  await expectRefused(vault, 'carol', inVault('carol.age'), `adds ${MALLORY}`);
  await expectThrown(() => openWith(BOB).read('alice'), 'VAULT_KEY_WRONG');
  expect(await vault.read('alice')).toEqual(ALICE);
});

test('a profile is not encrypted to such a recipient', async ({ vault, folder, writeList }) => {
  await vault.update('alice', () => ALICE);
  const env = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };
  const open = () => openSealing({ folder: vaultIn(folder), env, home: folder });
  expect(await (await open())?.seal('a session')).toContain('BEGIN AGE');
  await writeList(ALICE_KEY.recipient, MALLORY);
  const sealing = await open();
  await expectThrown(() => sealing!.seal('a session'), 'VAULT_RECIPIENTS_CHANGED', `adds ${MALLORY}`);
});

test('a rekey for another reader does not accept such a recipient, unless it is named', async ({
  vault,
  openWith,
  writeList,
}) => {
  await vault.update('alice', () => ALICE);
  const { identity, recipient } = await newKey();
  await writeList(ALICE_KEY.recipient, BOB_KEY.recipient);
  await expectThrown(() => vault.rekey(), 'VAULT_RECIPIENTS_CHANGED', `adds ${BOB_KEY.recipient}`);
  await expectThrown(() => vault.rekey({ add: [recipient] }), 'VAULT_RECIPIENTS_CHANGED', `adds ${BOB_KEY.recipient}.`);
  await vault.rekey({ add: [recipient, BOB_KEY.recipient] });
  const readers = [vault, openWith(BOB), openWith({ PLAYWRIGHT_2FA_KEY: identity })];
  for (const reader of readers) await reader.update('alice', (record) => record);
});

test('a removed reader does not come back with the old list', async ({ vault, inVault }) => {
  await vault.init({ recipients: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  const old = await readFile(inVault('recipients.txt'), 'utf8');
  await vault.rekey({ remove: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  await writeFile(inVault('recipients.txt'), old);
  await expectRefused(vault, 'alice', inVault('alice.age'), `adds ${BOB_KEY.recipient}`);
});

test('a reader that was removed by hand is named', async ({ vault, inVault, writeList }) => {
  await vault.init({ recipients: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  await writeList(ALICE_KEY.recipient);
  const remedy = `--remove-recipient ${BOB_KEY.recipient}`;
  await expectRefused(vault, 'alice', inVault('alice.age'), `lacks ${BOB_KEY.recipient}`, remedy);
  await vault.rekey({ remove: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
});

test('a deleted list is not replaced by a shorter one', async ({ vault, inVault }) => {
  await vault.init({ recipients: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  await rm(inVault('recipients.txt'));
  await expectRefused(vault, 'alice', inVault('alice.age'), `lacks ${BOB_KEY.recipient}`);
  await expectThrown(() => vault.init(), 'VAULT_RECIPIENTS_CHANGED');
  await vault.init({ recipients: [BOB_KEY.recipient] });
  expect(await vault.verify()).toEqual([]);
});

test('a forged file does not hide the change of the list while another file is intact', async ({
  vault,
  inVault,
  writeList,
}) => {
  for (const name of ['alice', 'carol']) await vault.update(name, (record) => record);
  const recipients = [ALICE_KEY.recipient, MALLORY];
  // Anybody can encrypt to Alice, whose public key is in the list.
  const forged = { version: 1, persona: 'alice', sites: [], recipients };
  await writeFile(inVault('alice.age'), await seal(JSON.stringify(forged), recipients));
  await writeList(...recipients);
  await expectRefused(vault, 'alice', inVault('alice.age'), `adds ${MALLORY}`);
  // Nor does a file of another persona, or one without a list.
  await writeFile(inVault('alice.age'), await readFile(inVault('carol.age')));
  await expectRefused(vault, 'alice', inVault('alice.age'), `adds ${MALLORY}`);
  await writeList(ALICE_KEY.recipient);
  await expectThrown(() => vault.update('alice', (record) => record), 'VAULT_INVALID', 'renamed');
  await writeList(...recipients);
  await writeFile(inVault('alice.age'), await seal(JSON.stringify({ ...forged, recipients: undefined }), recipients));
  await expectRefused(vault, 'alice', inVault('alice.age'), `adds ${MALLORY}`);
});

test('files without a list, as age writes them, are accepted with the list beside them, and get it', async ({
  vault,
  plant,
  inVault,
  writeList,
}) => {
  await plant('alice', ALICE);
  await writeList(ALICE_KEY.recipient);
  await vault.update('alice', (record) => record);
  expect(await vault.read('alice')).toEqual(ALICE);
  await writeList(ALICE_KEY.recipient, MALLORY);
  await expectRefused(vault, 'alice', inVault('alice.age'), `adds ${MALLORY}`);
});

test('verify reports a change of the list', async ({ vault, writeList }) => {
  await vault.update('alice', () => ALICE);
  await writeList(ALICE_KEY.recipient, MALLORY);
  expect((await vault.verify()).join('\n')).toContain(`it adds ${MALLORY}`);
});

async function newKey(): Promise<{ identity: string; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}
