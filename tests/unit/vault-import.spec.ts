import { expect, test } from '@playwright/test';
import { toBuffer } from 'qrcode';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { readImport } from '../../src/vault/import.ts';
import { type MergeOptions, mergeImport } from '../../src/vault/import/merge.ts';
import { type PersonaRecord, checkRecord, emptyRecord } from '../../src/vault/record.ts';
import { migrationUri } from '../support/migration.ts';
import { expectThrown } from '../support/thrown.ts';

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const URI = `otpauth://totp/Acme:alice?secret=${SEED}&issuer=Acme`;
const EXPORT = migrationUri({
  accounts: [{ secret: Buffer.from('12345678901234567890'), name: 'alice', issuer: 'Acme', type: 2 }],
});
const BITWARDEN = 'folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp';
const ONE_PASSWORD = 'Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes';

const ACME: PersonaRecord = {
  ...emptyRecord('alice'),
  sites: [{ name: 'Acme', origins: ['https://acme.example'], username: 'alice' }],
};

async function imported(file: string | Uint8Array, record = emptyRecord('alice'), options: MergeOptions = {}) {
  const { format, entries } = await readImport(typeof file === 'string' ? Buffer.from(file) : file);
  const merged = mergeImport(record, entries, options);
  return { format, ...merged, record: checkRecord(merged.record, record.persona, VAULT_SCHEMA) };
}

test.describe('a seed is imported into the site with its name', () => {
  const otp = expect.stringContaining(`secret=${SEED}`);
  for (const [format, make] of [
    ['otpauth', async () => `\n${URI}\r\n`],
    ['google', async () => EXPORT],
    ['qr', () => toBuffer(URI)],
    ['qr', () => toBuffer(EXPORT)],
  ] as const) {
    test(`from ${format}, ${make.toString().includes('EXPORT') ? 'an export' : 'a URI'}`, async () => {
      const result = await imported(await make(), ACME);
      expect(result).toMatchObject({ format, sites: ['Acme'], skipped: [] });
      expect(result.record.sites).toEqual([{ ...ACME.sites[0], otp }]);
    });
  }
});

test.describe('a seed without a web address', () => {
  const two = { ...ACME, sites: [...ACME.sites, { name: 'other', origins: ['https://other.example'] }] };
  const another = URI.replaceAll('Acme', 'Foo');

  test('is imported into the only site', async () => {
    expect((await imported(another, ACME)).sites).toEqual(['Acme']);
  });

  test('is imported into the given site', async () => {
    expect((await imported(URI, two, { site: 'other' })).sites).toEqual(['other']);
  });

  test('creates a site for the given origin', async () => {
    const { record } = await imported(URI, emptyRecord('alice'), { origins: ['https://app.acme.example'] });
    const made = { name: 'app.acme.example', origins: ['https://app.acme.example'], otp: URI };
    expect(record.sites).toEqual([made]);
  });

  test('is rejected if it matches several sites, or none', async () => {
    await expectThrown(() => imported(another, two), 'VAULT_INVALID', 'line 1 ("Foo:alice")', '--site', '--origin');
    await expectThrown(() => imported(URI), 'VAULT_INVALID', '--origin');
    await expectThrown(() => imported(URI, two, { site: 'none' }), 'VAULT_INVALID', '--origin');
  });
});

test('an export of several QR codes is reported with the number of the code', async () => {
  const uri = migrationUri({ accounts: [{ secret: Buffer.from('1234567890') }], size: 3, index: 1 });
  expect(await readImport(Buffer.from(uri))).toMatchObject({ note: expect.stringContaining('2 of 3') });
});

test.describe('an export of a password manager is imported with all values', () => {
  const sites = [
    {
      name: 'acme.example:8443',
      origins: ['https://acme.example:8443', 'https://id.acme.example'],
      username: 'alice',
      password: 'a "quoted", one',
      otp: URI,
    },
    { name: 'foo.example', origins: ['https://foo.example'], otp: `otpauth://totp/Foo?secret=${SEED}` },
  ];
  const password = '"a ""quoted"", one"';

  test('Bitwarden', async () => {
    const uris = '"https://acme.example:8443/sign-in?x=1,androidapp://com.acme,id.acme.example/x"';
    const rows = [
      BITWARDEN,
      `,,login,Acme,"two\nlines",,0,${uris},alice,${password},${URI}`,
      `,,login,Foo,,,,foo.example,,,${SEED}`,
    ];
    const result = await imported(rows.join('\n'));
    expect(result.format).toBe('bitwarden');
    expect(result.record.sites).toEqual(sites);
  });

  test('1Password', async () => {
    const urls = '"https://acme.example:8443/,https://id.acme.example"';
    const rows = [
      `\ufeff${ONE_PASSWORD}`,
      `Acme,${urls},alice,${password},${URI},false,false,,`,
      `Foo,https://foo.example,,,${SEED},,,,`,
    ];
    const result = await imported(rows.join('\r\n'));
    expect(result.format).toBe('1password');
    expect(result.record.sites).toEqual(sites);
  });

  test('with a header in different case and order', async () => {
    const rows = ['PASSWORD,url,TITLE,otpauth,username', 'sw0rdfish,https://foo.example,Foo,,alice'];
    expect((await imported(rows.join('\n'))).record.sites).toMatchObject([
      { username: 'alice', password: 'sw0rdfish' },
    ]);
  });
});

test.describe('rows with problems', () => {
  const rows = [
    BITWARDEN,
    ',,login,Good,,,,https://good.example,alice,sw0rdfish,',
    ',,login,No address,,,,,alice,sw0rdfish,',
    ',,login,Bad seed,,,,https://bad.example,alice,sw0rdfish,steam://sw0rdfish',
    ',,note,A note,sw0rdfish,,,,,,',
    ',,login,"Short\nrow",sw0rdfish',
    ',,login,Again,,,,https://good.example/b,bob,sw0rdfish,',
  ].join('\n');
  const seen = [
    'line 3 ("No address"): it has no web address',
    'line 4 ("Bad seed"): This is not the seed',
    'line 5 ("A note"): it is not a sign-in',
    'line 6 ("Short\nrow"): it has 5 fields, and the header has 11',
    'line 8 ("Again"): the site "good.example" has another username from an entry above',
  ];

  test('are all reported without values, and nothing is imported', async () => {
    const { message } = await expectThrown(() => imported(rows), 'VAULT_INVALID', '--skip-invalid', ...seen);
    expect(message).not.toContain('sw0rdfish');
  });

  test('are skipped on request', async () => {
    const { record, skipped } = await imported(rows, emptyRecord('alice'), { skipInvalid: true });
    expect(record.sites.map(({ name }) => name)).toEqual(['good.example']);
    expect(skipped).toEqual(seen.map((start) => expect.stringContaining(start)));
  });
});

test('an existing value is kept unless replacement is requested', async () => {
  const rows = `${ONE_PASSWORD}\nAcme,https://acme.example,bob,pass,,,,,`;
  await expectThrown(() => imported(rows, ACME), 'VAULT_INVALID', 'site "Acme" has another username: --replace');
  const { record } = await imported(rows, ACME, { replace: true });
  expect(record.sites).toEqual([{ ...ACME.sites[0], username: 'bob', password: 'pass' }]);
});

test('a file with several accounts cannot be imported into one site', async () => {
  const uris = `${URI}\n${URI.replaceAll('Acme', 'Foo')}`;
  await expectThrown(() => imported(uris, ACME, { site: 'Acme' }), 'VAULT_INVALID', 'this one has several');
});

test.describe('one account of a file with several', () => {
  const secret = Buffer.from('12345678901234567890');
  const several = migrationUri({
    accounts: ['alice', 'bob', 'bobby'].map((name) => ({ secret, name, issuer: 'Acme', type: 2 })),
  });

  test('is imported by its title, or by a part of it', async () => {
    for (const account of ['Acme:bob', 'ALICE']) {
      const { record } = await imported(several, ACME, { account, site: 'Acme' });
      expect(record.sites).toMatchObject([{ name: 'Acme', otp: expect.stringContaining(`secret=${SEED}`) }]);
      expect(decodeURIComponent(record.sites[0]?.otp ?? '')).toContain(account.toLowerCase().replace('acme:', ':'));
    }
  });

  test('must be named clearly', async () => {
    await expectThrown(() => imported(several, ACME, { account: 'bo' }), 'VAULT_INVALID', '2 accounts', 'Acme:bobby');
    await expectThrown(
      () => imported(several, ACME, { account: 'carol' }),
      'VAULT_INVALID',
      'No account',
      'Acme:alice',
    );
  });
});

test('an import of which nothing is left fails, even if problems may be skipped', async () => {
  const file = `otpauth://totp/Acme:alice?secret=${SEED}&digits=9`;
  await expectThrown(
    () => imported(file, ACME, { skipInvalid: true }),
    'VAULT_INVALID',
    'Nothing was imported',
    'digits',
  );
});

test.describe('a file is rejected', () => {
  for (const [name, file] of [
    ['that is empty', ''],
    ['that is some text', 'hunter2'],
    ['that is other CSV', 'a,b,url\nhunter2,c,d'],
    ['that is not text', Uint8Array.of(0xff, 0xfe, 0x00)],
  ] as const) {
    test(name, async () => {
      const { message } = await expectThrown(() => imported(file), 'VAULT_INVALID', 'unknown format');
      expect(message).not.toContain('hunter2');
    });
  }

  test('if it is not in the given format', async () => {
    const work = (): Promise<unknown> => readImport(Buffer.from('a,b'), 'bitwarden');
    await expectThrown(work, 'VAULT_INVALID', 'does not have the format "bitwarden"');
  });

  test('if it has only a header', async () => {
    await expectThrown(() => imported(BITWARDEN), 'VAULT_INVALID', 'no account');
  });
});
