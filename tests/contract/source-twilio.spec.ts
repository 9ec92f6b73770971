import { expect, test as base } from '@playwright/test';
import { describeSource } from '../../fixtures/testing/index.ts';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Sms } from '../../src/inbox/inbox.ts';
import { type TwilioOptions, twilio } from '../../src/sources/twilio.ts';
import { HAS_OPENSSL, WITHOUT_OPENSSL } from '../support/certificate.ts';
import { CROWD } from '../support/full.ts';
import { expectThrown } from '../support/thrown.ts';
import { ACCOUNT_SID, AUTH_TOKEN, TwilioStandIn } from '../support/twilio-stand-in.ts';

const NUMBERS: Readonly<Record<string, string>> = { alice: '+12025550143', malice: '+12025550144' };
const ALICE = '+12025550143';

describeSource(
  'Twilio',
  async () => {
    const server = await TwilioStandIn.start();
    const account = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
    return {
      open: () => twilio({ ...account, number: ALICE, url: server.http.url, fetch: server.fetch }),
      address: (name) => NUMBERS[name] ?? name,
      deliver: async ({ to, from, text }) => server.deliver(to, from, text),
      faults: server.http.faults,
      close: () => server.close(),
    };
  },
  { kind: 'sms', crowd: CROWD, skip: !HAS_OPENSSL && WITHOUT_OPENSSL },
);

const test = base.extend<{ server: TwilioStandIn; openSms: (options?: Partial<TwilioOptions>) => Promise<Sms> }>({
  server: async ({}, use) => {
    const server = await TwilioStandIn.start();
    await use(server);
    await server.close();
  },
  openSms: async ({ server }, use) => {
    await use(async (options = {}) => {
      const account = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
      const source = twilio({ ...account, number: ALICE, url: server.http.url, fetch: server.fetch, ...options });
      return new Sms(ALICE, { watch: Promise.resolve(await source.watch('sms', ALICE)), runtime: plainRuntime(8000) });
    });
  },
});

test.skip(!HAS_OPENSSL, WITHOUT_OPENSSL);

test('messages that the account itself sends are left out', async ({ server, openSms }) => {
  const sms = await openSms();
  server.deliver(ALICE, '+12025550100', 'Your code is 999999.', 'outbound-api');
  server.deliver(ALICE, '+12025550100', 'Your code is 123456.');
  expect(await sms.waitForCode()).toBe('123456');
  expect(await sms.messages()).toHaveLength(1);
});

test('many sent messages hide no received one', async ({ server, openSms }) => {
  for (let count = 0; count < 60; count++)
    server.deliver(ALICE, '+12025550100', 'Your code is 999999.', 'outbound-api');
  const sms = await openSms();
  server.deliver(ALICE, '+12025550100', 'Your code is 123456.');
  expect(await sms.waitForCode()).toBe('123456');
});

test('the report of a timeout names messages to other numbers', async ({ server, openSms }) => {
  const sms = await openSms();
  server.deliver('+12025550199', '+12025550100', 'Your code is 999999.');
  const { message } = await expectThrown(
    () => sms.waitForCode({ timeout: 300 }),
    'CODE_TIMEOUT',
    '1 message went to other addresses',
    'to +12025550199 from +12025550100',
  );
  expect(message).not.toContain('999999');
});

test('the delay between polls grows', async ({ server, openSms }) => {
  const sms = await openSms();
  const before = server.http.requests;
  await expectThrown(() => sms.waitForCode({ timeout: 3000 }), 'CODE_TIMEOUT');
  expect(server.http.requests - before).toBeLessThanOrEqual(7); // at 0, 250, 625, 1190, 2030 ms, and once for other numbers
});

test('wrong credentials appear in no error, and the error says what to do', async ({ openSms }) => {
  const { message } = await expectThrown(
    () => openSms({ authToken: 'not-the-token' }),
    'SOURCE_REFUSED',
    '401',
    'TWILIO_AUTH_TOKEN',
  );
  expect(message).not.toContain('not-the-token');
});

test('the account is read from the environment, and a missing variable is reported', async ({ server }) => {
  const source = twilio({ number: ALICE, url: server.http.url, fetch: server.fetch });
  source.useEnvironment?.({ TWILIO_ACCOUNT_SID: ACCOUNT_SID });
  await expectThrown(() => source.watch('sms', ALICE), 'SETTINGS_INVALID', 'TWILIO_AUTH_TOKEN');
  source.useEnvironment?.({ TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_AUTH_TOKEN: AUTH_TOKEN });
  await source.watch('sms', ALICE);
  await expectThrown(() => source.watch('email', 'a@b.example'), 'SETTINGS_INVALID', 'has no e-mail', '`mail`');
});

test('all fresh personas share the number', async ({ server }) => {
  const source = twilio({ number: ALICE, url: server.http.url });
  expect(await source.createAddress?.('sms', 'x')).toBe(ALICE);
  expect(source.isShared?.('sms')).toBe(true);
});

test('the official client accepts the stand-in', async ({ server }) => {
  for (let count = 0; count < 3; count++) server.deliver(ALICE, '+12025550100', `Your code is 12345${count}.`);
  server.deliver('+12025550199', '+12025550100', 'Another');
  const list = await server.officialClient().messages.list({ to: ALICE, pageSize: 2 });
  expect(list.map(({ body }) => body)).toEqual([5, 4, 3].map((_, index) => `Your code is 12345${2 - index}.`));
  expect(list[0]).toMatchObject({ direction: 'inbound', from: '+12025550100', status: 'received' });
  expect(list[0]?.dateCreated).toBeInstanceOf(Date);
});
