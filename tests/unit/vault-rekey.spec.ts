import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../../src/secret/secret.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE, ALICE_KEY, BOB_KEY, expect, test, vaultIn } from '../support/vault-test.ts';

const BOB = { PLAYWRIGHT_2FA_KEY: BOB_KEY.identity };

test('a new reader reads all files, and the others read its files', async ({ vault, openWith }) => {
  await vault.update('alice', () => ALICE);
  await vault.update('carol', (record) => record);
  expect(await vault.rekey({ add: [BOB_KEY.recipient] })).toEqual(['alice', 'carol']);
  const bob = openWith(BOB);
  expect(await bob.read('alice')).toEqual(ALICE);
  await bob.update('dave', (record) => ({ ...record, email: 'dave@acme.example' }));
  expect(await vault.read('dave')).toMatchObject({ email: 'dave@acme.example' });
  expect([await vault.verify(), await bob.verify()]).toEqual([[], []]);
});

test('a removed reader cannot read new files', async ({ vault, openWith }) => {
  await vault.init({ recipients: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  expect(await openWith(BOB).read('alice')).toEqual(ALICE);
  await vault.rekey({ remove: [BOB_KEY.recipient] });
  await expectThrown(() => openWith(BOB).read('alice'), 'VAULT_KEY_WRONG');
  expect(await vault.verify()).toEqual([]);
});

test('comments in the list of recipients are kept', async ({ vault, folder }) => {
  await vault.update('alice', () => ALICE);
  const path = join(vaultIn(folder), 'recipients.txt');
  await writeFile(path, `# Alice\n${ALICE_KEY.recipient}\n# CI\n`);
  await vault.rekey({ add: [BOB_KEY.recipient, BOB_KEY.recipient] });
  expect(await readFile(path, 'utf8')).toBe(`# Alice\n${ALICE_KEY.recipient}\n# CI\n${BOB_KEY.recipient}\n`);
});

test('the same call completes an interrupted rekey', async ({ vault, openWith, folder }) => {
  for (const name of ['alice', 'bob', 'carol']) await vault.update(name, (record) => record);
  const path = join(vaultIn(folder), 'bob.age');
  const old = await readFile(path);
  await vault.rekey({ add: [BOB_KEY.recipient] });
  await writeFile(path, old); // as if it had been interrupted before this file
  expect(await vault.verify()).toEqual([expect.stringContaining('bob.age')]);
  await vault.rekey({ add: [BOB_KEY.recipient] });
  expect(await openWith(BOB).verify()).toEqual([]);
});

test('a concurrent writer encrypts to the new readers', async ({ vault }) => {
  await vault.init();
  for (let round = 0; round < 4; round++) {
    const change = { [round % 2 === 0 ? 'add' : 'remove']: [BOB_KEY.recipient] };
    const names = ['alice', `new-${round}`, `newer-${round}`];
    await Promise.all([...names.map((name) => vault.update(name, (record) => record)), vault.rekey(change)]);
    expect(await vault.verify()).toEqual([]);
  }
});

test.describe('a rekey is rejected and changes nothing', () => {
  for (const [name, options, code, reason] of [
    [
      'that removes the caller',
      { remove: [ALICE_KEY.recipient], add: [BOB_KEY.recipient] },
      'VAULT_KEY_WRONG',
      'not one of the recipients',
    ],
    ['that removes the last recipient', { remove: [ALICE_KEY.recipient] }, 'VAULT_INVALID', 'lists no recipient'],
    [
      'with a typing error in a recipient',
      { add: [BOB_KEY.recipient.replace('mwlte', 'mwlta')] },
      'VAULT_INVALID',
      'entry 1',
    ],
    ['with a secret key as a recipient', { add: [BOB_KEY.identity] }, 'VAULT_INVALID', 'entry 1 is a secret key'],
    [
      'with a passphrase for a vault with recipients',
      { passphrase: new Secret('new', 'x') },
      'VAULT_INVALID',
      'has recipients',
    ],
  ] as const) {
    test(name, async ({ vault, folder }) => {
      await vault.update('alice', () => ALICE);
      const { message } = await expectThrown(() => vault.rekey(options), code, reason);
      expect(message).not.toContain(BOB_KEY.identity);
      expect(await readFile(join(vaultIn(folder), 'recipients.txt'), 'utf8')).not.toContain(BOB_KEY.recipient);
      expect(await vault.verify()).toEqual([]);
    });
  }
});

test.describe('an existing vault', () => {
  test('is not created again', async ({ vault }) => {
    expect(await vault.init()).toMatchObject({ isNewVault: true, isNewKey: false, keyLocation: 'PLAYWRIGHT_2FA_KEY' });
    expect(await vault.init()).toMatchObject({ isNewVault: false, recipients: [ALICE_KEY.recipient] });
  });

  test('gets no new recipients from init', async ({ vault }) => {
    await vault.init();
    await expectThrown(() => vault.init({ recipients: [BOB_KEY.recipient] }), 'VAULT_INVALID', 'vault rekey');
    await expectThrown(() => vault.init({ recipients: ['age1nobody'] }), 'VAULT_INVALID', 'entry 1');
  });

  test('rejects a key that is not a recipient', async ({ vault, openWith }) => {
    await vault.init();
    await expectThrown(() => openWith(BOB).init(), 'VAULT_KEY_WRONG', BOB_KEY.recipient, ALICE_KEY.recipient);
  });
});

test.describe('a vault with a passphrase', () => {
  test.slow(); // scrypt takes a second for each use of a passphrase, by design
  const HORSE = { PLAYWRIGHT_2FA_KEY: 'correct horse battery staple' };

  test('is read with it, and uses the work factor that age recommends', async ({ openWith, folder }) => {
    const vault = openWith(HORSE);
    expect(await vault.init({ passphrase: true })).toMatchObject({ recipients: 'passphrase' });
    await vault.update('alice', () => ALICE);
    expect(await vault.read('alice')).toEqual(ALICE);
    const lines = (await readFile(join(vaultIn(folder), 'alice.age'), 'utf8')).split('\n').slice(1, -2);
    const header = Buffer.from(lines.join(''), 'base64').toString('latin1');
    expect(header).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
    const wrong = openWith({ PLAYWRIGHT_2FA_KEY: 'correct hose battery staple' });
    await expectThrown(() => wrong.read('alice'), 'VAULT_KEY_WRONG', 'typing errors');
    await expectThrown(() => wrong.update('bob', (record) => record), 'VAULT_KEY_WRONG');
    expect(await vault.names()).toEqual(['alice']);
  });

  test('is not opened by an age key, and accepts no recipient', async ({ openWith, vault }) => {
    await openWith(HORSE).update('alice', () => ALICE);
    await expectThrown(
      () => vault.read('alice'),
      'VAULT_KEY_WRONG',
      'encrypted with a passphrase',
      ALICE_KEY.recipient,
    );
    await expectThrown(() => vault.update('bob', (record) => record), 'VAULT_KEY_WRONG', 'has a passphrase');
    await expectThrown(() => openWith(HORSE).rekey({ add: [BOB_KEY.recipient] }), 'VAULT_INVALID', 'has a passphrase');
  });

  test('gets a new one, also after an interruption', async ({ openWith, folder }) => {
    const [vault, next] = [openWith(HORSE), openWith({ PLAYWRIGHT_2FA_KEY: 'another passphrase, and new' })];
    for (const name of ['alice', 'bob']) await vault.update(name, (record) => record);
    const path = join(vaultIn(folder), 'bob.age');
    const old = await readFile(path);
    const passphrase = new Secret('new', 'another passphrase, and new');
    const weak = new Secret('new passphrase', 'hunter2');
    await expectThrown(() => vault.rekey({ passphrase: weak }), 'VAULT_KEY_REFUSED', 'new passphrase', 'too weak');
    await vault.rekey({ passphrase });
    await writeFile(path, old); // as if it had been interrupted
    await vault.rekey({ passphrase });
    expect(await next.verify()).toEqual([]);
    expect(await readdir(vaultIn(folder))).toEqual(['alice.age', 'bob.age', 'recipients.txt']);
  });

  test('requires a passphrase as its key', async ({ openWith, vault }) => {
    await expectThrown(() => openWith({}).init({ passphrase: true }), 'VAULT_KEY_MISSING');
    await expectThrown(() => vault.init({ passphrase: true }), 'VAULT_KEY_WRONG', 'not a passphrase');
    const both = { passphrase: true, recipients: [BOB_KEY.recipient] };
    await expectThrown(() => openWith(HORSE).init(both), 'SETTINGS_INVALID', 'either');
    await expectThrown(
      () => openWith(HORSE).init({ recipients: both.recipients }),
      'VAULT_KEY_WRONG',
      'not an age key',
    );
  });
});
