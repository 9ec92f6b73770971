import { openPersona } from '../../src/index.ts';
import { readSeed } from '../../src/otp/seed.ts';
import type { DefinedSource } from '../../src/sources/polling/define-source.ts';
import { mailosaur } from '../../src/sources/mailosaur.ts';
import { HAS_OPENSSL, WITHOUT_OPENSSL } from '../support/certificate.ts';
import { API_KEY, MailosaurStandIn, SERVER_ID } from '../support/mailosaur-stand-in.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const SEED = readSeed('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');

const test = base.extend<{ server: MailosaurStandIn; source: DefinedSource }>({
  server: async ({}, use) => {
    const server = await MailosaurStandIn.start();
    await use(server);
    await server.close();
  },
  source: async ({ server }, use) => {
    await using source = mailosaur({ serverId: SERVER_ID, apiKey: API_KEY, url: server.url, fetch: server.fetch });
    await use(source);
  },
});

test.skip(!HAS_OPENSSL, WITHOUT_OPENSSL);

test('a device is found by its name or its id, and gives the code that the official client gets', async ({
  server,
  source,
}) => {
  server.addDevice('bob phone', { ...SEED, key: Buffer.from('another seed') });
  const id = server.addDevice('alice phone', SEED);
  const client = server.officialClient();
  expect((await client.devices.list()).items?.map(({ name }) => name)).toEqual(['bob phone', 'alice phone']);
  for (const wanted of ['alice phone', id]) {
    // A period may end between the two requests.
    await expect(async () => {
      const [{ code, expires }, ours] = [await client.devices.otp(id), await source.device?.(wanted)?.code()];
      expect(ours?.code).toBe(code);
      expect(ours?.step).toBe((expires?.getTime() ?? 0) / 30_000);
    }).toPass({ timeout: 5000 });
  }
});

test('the end of a code is given by the clock of this machine', async ({ server, source }) => {
  server.addDevice('alice phone', SEED);
  server.http.ahead = 300_000;
  const left = ((await source.device?.('alice phone')?.code())?.endsAt ?? 0) - Date.now();
  expect(left).toBeGreaterThan(-1500); // the service gives its time in whole seconds
  expect(left).toBeLessThan(31_500);
});

test('transient faults are retried, and final ones are reported', async ({ server, source }) => {
  const device = source.device?.('alice phone');
  await expectThrown(() => device?.code(), 'SOURCE_REFUSED', 'the account has no devices');
  server.addDevice('bob phone', SEED);
  await expectThrown(
    () => device?.code(),
    'SOURCE_REFUSED',
    '"alice phone"',
    'the account has these devices: "bob phone"',
  );
  server.addDevice('alice phone', SEED);
  await server.http.faults.unavailable(2);
  expect((await device?.code())?.code).toMatch(/^\d{6}$/);
  server.addDevice('alice phone', SEED);
  await expectThrown(() => source.device?.('alice phone')?.code(), 'SOURCE_REFUSED', 'several devices have this name');
  await server.close();
  await expectThrown(() => device?.code(), 'SOURCE_UNREACHABLE', 'alice phone', 'attempts failed');
});

test('a device whose id the client would send as a shared secret is refused', async ({ server, source }) => {
  server.addDevice('alice phone', SEED, 'GEZDGNBVGY3TQOJQ');
  const requests = server.http.requests;
  await expectThrown(() => source.device?.('alice phone')?.code(), 'SOURCE_REFUSED', '"GEZDGNBVGY3TQOJQ"');
  expect(server.http.requests - requests).toBe(1); // for the list
});

test('a client of the user gives the same codes', async ({ server }) => {
  const id = server.addDevice('alice phone', SEED);
  await using source = mailosaur({ serverId: SERVER_ID, client: server.officialClient() });
  await expect(async () => {
    const [{ code }, ours] = [
      await server.officialClient().devices.otp(id),
      await source.device?.('alice phone')?.code(),
    ];
    expect(ours?.code).toBe(code);
  }).toPass({ timeout: 5000 });
});

test('a persona whose totp is a device gets its codes', async ({ server, source, folder }) => {
  server.addDevice('alice phone', SEED);
  await using persona = await openPersona('alice', {
    ...{ mail: source, sms: source, folder },
    personas: { alice: { email: `alice@${SERVER_ID}.mailosaur.net`, totp: 'device: alice phone' } },
  });
  expect(persona.factors).toContain('totp');
  expect(await persona.totp.code()).toMatch(/^\d{6}$/);
});

test('the error for a source without devices says what to do', async ({ folder }) => {
  const personas = { alice: { totp: 'device:alice phone' } };
  await expectThrown(
    () => openPersona('alice', { personas, folder }),
    'SETTINGS_INVALID',
    'alice phone',
    'mailosaur({',
  );
});
