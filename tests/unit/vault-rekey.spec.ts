import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../../src/secret/secret.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE, ALICE_KEY, BOB_KEY, expect, test, vaultIn } from '../support/vault-test.ts';

const BOB = { PLAYWRIGHT_2FA_KEY: BOB_KEY.identity };

test('a new reader reads all that there is, and writes what the others read', async ({ vault, openWith }) => {
  await vault.update('alice', () => ALICE);
  await vault.update('carol', (record) => record);
  expect(await vault.rekey({ add: [BOB_KEY.recipient] })).toEqual(['alice', 'carol']);
  const bob = openWith(BOB);
  expect(await bob.read('alice')).toEqual(ALICE);
  await bob.update('dave', (record) => ({ ...record, email: 'dave@acme.example' }));
  expect(await vault.read('dave')).toMatchObject({ email: 'dave@acme.example' });
  expect([await vault.verify(), await bob.verify()]).toEqual([[], []]);
});

test('who is taken out reads nothing that is written from then on', async ({ vault, openWith }) => {
  await vault.init({ recipients: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  expect(await openWith(BOB).read('alice')).toEqual(ALICE);
  await vault.rekey({ remove: [BOB_KEY.recipient] });
  await expectThrown(() => openWith(BOB).read('alice'), 'VAULT_KEY_WRONG');
  expect(await vault.verify()).toEqual([]);
});

test('comments in the list of recipients stay', async ({ vault, folder }) => {
  await vault.update('alice', () => ALICE);
  const path = join(vaultIn(folder), 'recipients.txt');
  await writeFile(path, `# Alice\n${ALICE_KEY.recipient}\n# CI\n`);
  await vault.rekey({ add: [BOB_KEY.recipient, BOB_KEY.recipient] });
  expect(await readFile(path, 'utf8')).toBe(`# Alice\n${ALICE_KEY.recipient}\n# CI\n${BOB_KEY.recipient}\n`);
});

test('one that was stopped in the middle is finished by the same call', async ({ vault, openWith, folder }) => {
  for (const name of ['alice', 'bob', 'carol']) await vault.update(name, (record) => record);
  const path = join(vaultIn(folder), 'bob.age');
  const old = await readFile(path);
  await vault.rekey({ add: [BOB_KEY.recipient] });
  await writeFile(path, old); // as if it had not come that far
  expect(await vault.verify()).toEqual([expect.stringContaining('bob.age')]);
  await vault.rekey({ add: [BOB_KEY.recipient] });
  expect(await openWith(BOB).verify()).toEqual([]);
});

test('who writes meanwhile writes for the new readers', async ({ vault }) => {
  await vault.init();
  for (let round = 0; round < 4; round++) {
    const change = { [round % 2 === 0 ? 'add' : 'remove']: [BOB_KEY.recipient] };
    const names = ['alice', `new-${round}`, `newer-${round}`];
    await Promise.all([...names.map((name) => vault.update(name, (record) => record)), vault.rekey(change)]);
    expect(await vault.verify()).toEqual([]);
  }
});

test.describe('it is refused, and nothing changed', () => {
  for (const [name, options, code, reason] of [
    [
      'that one takes oneself out',
      { remove: [ALICE_KEY.recipient], add: [BOB_KEY.recipient] },
      'VAULT_KEY_WRONG',
      'not among',
    ],
    ['that nobody is left', { remove: [ALICE_KEY.recipient] }, 'VAULT_INVALID', 'lists nobody'],
    ['a recipient with a slip', { add: [BOB_KEY.recipient.replace('mwlte', 'mwlta')] }, 'VAULT_INVALID', 'entry 1'],
    ['a secret key as recipient', { add: [BOB_KEY.identity] }, 'VAULT_INVALID', 'entry 1 is a secret key'],
    ['a passphrase for a vault of keys', { passphrase: new Secret('new', 'x') }, 'VAULT_INVALID', 'has recipients'],
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

test.describe('a vault that is there', () => {
  test('is made once, and says so', async ({ vault }) => {
    expect(await vault.init()).toMatchObject({ isNewVault: true, isNewKey: false, keyAt: 'PLAYWRIGHT_2FA_KEY' });
    expect(await vault.init()).toMatchObject({ isNewVault: false, recipients: [ALICE_KEY.recipient] });
  });

  test('gets no other recipients by init', async ({ vault }) => {
    await vault.init();
    await expectThrown(() => vault.init({ recipients: [BOB_KEY.recipient] }), 'VAULT_INVALID', 'vault rekey');
    await expectThrown(() => vault.init({ recipients: ['age1nobody'] }), 'VAULT_INVALID', 'entry 1');
  });

  test('is for its recipients', async ({ vault, openWith }) => {
    await vault.init();
    await expectThrown(() => openWith(BOB).init(), 'VAULT_KEY_WRONG', BOB_KEY.recipient, ALICE_KEY.recipient);
  });
});

test.describe('a vault with a passphrase', () => {
  test.slow(); // each use of it costs a second, and is meant to
  const HORSE = { PLAYWRIGHT_2FA_KEY: 'correct horse battery staple' };

  test('is read by who knows it, and costs as much to guess as age recommends', async ({ openWith, folder }) => {
    const vault = openWith(HORSE);
    expect(await vault.init({ passphrase: true })).toMatchObject({ recipients: 'passphrase' });
    await vault.update('alice', () => ALICE);
    expect(await vault.read('alice')).toEqual(ALICE);
    const lines = (await readFile(join(vaultIn(folder), 'alice.age'), 'utf8')).split('\n').slice(1, -2);
    const header = Buffer.from(lines.join(''), 'base64').toString('latin1');
    expect(header).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
    const wrong = openWith({ PLAYWRIGHT_2FA_KEY: 'correct hose' });
    await expectThrown(() => wrong.read('alice'), 'VAULT_KEY_WRONG', 'a slip');
    await expectThrown(() => wrong.update('bob', (record) => record), 'VAULT_KEY_WRONG');
    expect(await vault.names()).toEqual(['alice']);
  });

  test('does not open to an age key, nor takes one', async ({ openWith, vault }) => {
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

  test('takes a new one, in one go or two', async ({ openWith, folder }) => {
    const [vault, next] = [openWith(HORSE), openWith({ PLAYWRIGHT_2FA_KEY: 'another' })];
    for (const name of ['alice', 'bob']) await vault.update(name, (record) => record);
    const path = join(vaultIn(folder), 'bob.age');
    const old = await readFile(path);
    const passphrase = new Secret('new', 'another');
    await vault.rekey({ passphrase });
    await writeFile(path, old); // as if it had been stopped
    await vault.rekey({ passphrase });
    expect(await next.verify()).toEqual([]);
    expect(await readdir(vaultIn(folder))).toEqual(['alice.age', 'bob.age', 'recipients.txt']);
  });

  test('needs the passphrase to be there, and to be one', async ({ openWith, vault }) => {
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
