import { expect, test as base } from '@playwright/test';
import { describeSource } from '../../fixtures/testing/index.ts';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import { type MailosaurOptions, mailosaur } from '../../src/sources/mailosaur.ts';
import { HAS_OPENSSL, WITHOUT_OPENSSL } from '../support/certificate.ts';
import { CROWD } from '../support/full.ts';
import { API_KEY, MailosaurStandIn, SERVER_ID } from '../support/mailosaur-stand-in.ts';
import { expectThrown } from '../support/thrown.ts';

const NUMBERS: Readonly<Record<string, string>> = { alice: '+12025550143', malice: '+12025550144' };

for (const kind of ['email', 'sms'] as const) {
  describeSource(
    `Mailosaur, ${kind}`,
    async () => {
      const server = await MailosaurStandIn.start();
      return {
        open: () => mailosaur({ serverId: SERVER_ID, apiKey: API_KEY, url: server.url, fetch: server.fetch }),
        address: (name) => (kind === 'sms' ? (NUMBERS[name] ?? name) : `${name}@${SERVER_ID}.mailosaur.net`),
        deliver: async ({ to, from, text, raw }) => {
          if (kind === 'sms') server.deliverSms(to, from, text);
          else await server.deliverMail(to, raw);
        },
        faults: server.http.faults,
        close: () => server.close(),
      };
    },
    { kind, crowd: CROWD, skip: !HAS_OPENSSL && WITHOUT_OPENSSL },
  );
}

const ALICE = `alice@${SERVER_ID}.mailosaur.net`;

const test = base.extend<{ server: MailosaurStandIn; openInbox: (apiKey?: string) => Promise<Inbox> }>({
  server: async ({}, use) => {
    const server = await MailosaurStandIn.start();
    await use(server);
    await server.close();
  },
  openInbox: async ({ server }, use) => {
    await use(async (apiKey = API_KEY) => {
      const source = mailosaur({ serverId: SERVER_ID, apiKey, url: server.url, fetch: server.fetch });
      return new Inbox(ALICE, {
        watch: Promise.resolve(await source.watch('email', ALICE)),
        runtime: plainRuntime(8000),
      });
    });
  },
});

test.skip(!HAS_OPENSSL, WITHOUT_OPENSSL);

const MAIL = `From: Acme <no-reply@acme.example>\r\nTo: ${ALICE}\r\nSubject: Sign in\r\nX-Campaign: 7\r\nContent-Type: text/html\r\n\r\n<p>Your code is <b>123456</b>. <a href="https://acme.example/v?t=1">Sign in</a></p>\r\n`;

test('a mail is read as it was sent: its HTML, its headers, its links', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await server.deliverMail(ALICE, MAIL);
  const message = await inbox.peekMessage();
  expect(message).toMatchObject({ subject: 'Sign in', from: 'no-reply@acme.example', headers: { 'x-campaign': '7' } });
  expect(message.links.map(({ href }) => href)).toEqual(['https://acme.example/v?t=1']);
  expect(await inbox.waitForCode()).toBe('123456');
});

test('it is polled as often as it asks for, and no more', async ({ server, openInbox }) => {
  server.delays = '300,600';
  const inbox = await openInbox();
  const before = server.http.requests;
  await expectThrown(() => inbox.waitForCode({ timeout: 2000 }), 'CODE_TIMEOUT');
  const asked = server.http.requests - before - 2; // for the limits, and for messages to other addresses
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThanOrEqual(4); // at 0, 300, 900 and 1500 ms
});

test('the report of a timeout says that the plan is used up', async ({ server, openInbox }) => {
  server.usage.email.current = 50;
  const inbox = await openInbox();
  await expectThrown(
    () => inbox.waitForCode({ timeout: 300 }),
    'CODE_TIMEOUT',
    'used up: 50 of 50 e-mails',
    'fix the problem reported above',
  );
});

test('the report of a timeout names messages to other addresses', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await server.deliverMail(`alcie@${SERVER_ID}.mailosaur.net`, MAIL.replaceAll('alice@', 'alcie@'));
  server.deliverSms('+12025550143', '+12025550100', 'Your code is 999999.');
  const { message } = await expectThrown(
    () => inbox.waitForCode({ timeout: 300 }),
    'CODE_TIMEOUT',
    '1 message went to other addresses, the newest:\n  - "Sign in" to alcie@ab12cd34.mailosaur.net',
    `given the address ${ALICE}`,
  );
  expect(message).not.toContain('999999');
});

test('a wrong key appears in no error, and the error says what to do', async ({ openInbox }) => {
  const { message } = await expectThrown(() => openInbox('not-the-key'), 'SOURCE_REFUSED', '401', 'MAILOSAUR_API_KEY');
  expect(message).not.toContain('not-the-key');
});

test('the key is read from the environment, and a missing key is reported', async ({ server }) => {
  const source = mailosaur({ serverId: SERVER_ID, url: server.url, fetch: server.fetch });
  source.useEnvironment?.({});
  await expectThrown(() => source.watch('email', ALICE), 'SETTINGS_INVALID', 'MAILOSAUR_API_KEY');
  source.useEnvironment?.({ MAILOSAUR_API_KEY: API_KEY });
  await source.watch('email', ALICE);
});

test('a fresh persona gets an address of its own, and the number of the inbox', async () => {
  const source = mailosaur({ serverId: SERVER_ID, number: '+12025550143' });
  expect(await source.createAddress?.('email', 'signs-in.0123456789.0-1')).toBe(
    `signs-in.0123456789.0-1@${SERVER_ID}.mailosaur.net`,
  );
  expect(await source.createAddress?.('sms', 'x')).toBe('+12025550143');
  expect([source.isShared?.('email'), source.isShared?.('sms')]).toEqual([false, true]);
});

test('a new address causes no request before the first wait', async ({ server }) => {
  const source = mailosaur({ serverId: SERVER_ID, apiKey: API_KEY, url: server.url, fetch: server.fetch });
  const address = (await source.createAddress?.('email', 'signs-up.0')) ?? '';
  const [first, second] = [await source.watch('email', address), () => source.watch('email', address)];
  expect(server.http.requests).toBe(0);
  await server.deliverMail(address, MAIL.replaceAll(ALICE, address));
  const [late, signal] = [await second(), AbortSignal.timeout(5000)];
  await first.more(0, signal);
  await late.poll?.();
  expect([first.arrivals.length, late.arrivals.length]).toEqual([1, 0]);
  await source.close();
});

test('with a new address, the first wait reports a wrong key', async ({ server }) => {
  const source = mailosaur({ serverId: SERVER_ID, apiKey: 'not-the-key', url: server.url, fetch: server.fetch });
  const address = (await source.createAddress?.('email', 'signs-up.1')) ?? '';
  const inbox = new Inbox(address, { watch: source.watch('email', address), runtime: plainRuntime(8000) });
  await expectThrown(() => inbox.waitForCode(), 'SOURCE_REFUSED', '401', 'MAILOSAUR_API_KEY');
  await source.close();
});

test.describe('the official client accepts the stand-in', () => {
  test('a message', async ({ server }) => {
    await server.deliverMail(ALICE, MAIL);
    const message = await server.officialClient().messages.get(SERVER_ID, { sentTo: ALICE });
    expect(message).toMatchObject({ subject: 'Sign in', type: 'Email', from: [{ email: 'no-reply@acme.example' }] });
    expect(message.html?.body).toContain('<b>123456</b>');
    expect(message.received).toBeInstanceOf(Date);
  });

  test('a list of the messages since a moment', async ({ server }) => {
    await server.deliverMail(ALICE, MAIL);
    const list = async (receivedAfter: Date): Promise<unknown[] | undefined> => {
      const { items } = await server.officialClient().messages.list(SERVER_ID, { receivedAfter });
      return items?.map(({ subject, to }) => [subject, to?.[0]?.email]);
    };
    expect(await list(new Date(Date.now() - 60_000))).toEqual([['Sign in', ALICE]]);
    expect(await list(new Date(Date.now() + 60_000))).toEqual([]);
  });

  test('a search without a result, for as long as its timeout', async ({ server }) => {
    const search = server.officialClient().messages.search(SERVER_ID, { sentTo: ALICE }, { timeout: 500 });
    await expect(search).rejects.toMatchObject({ errorType: 'search_timeout' });
    // At 0, 100 and 300 ms, the last one only if the machine is not busy.
    expect([2, 3]).toContain(server.http.requests);
  });

  test('a wrong key, and the limits of the plan', async ({ server }) => {
    const list = server.officialClient('not-the-key').messages.search(SERVER_ID, { sentTo: ALICE });
    await expect(list).rejects.toMatchObject({ errorType: 'authentication_error', httpStatusCode: 401 });
    expect(await server.officialClient().usage.limits()).toMatchObject({ email: { limit: 50, current: 0 } });
  });
});

test.describe('a client of the user', () => {
  const watchWith = async (client: MailosaurOptions['client']): Promise<Inbox> => {
    const source = mailosaur({ serverId: SERVER_ID, ...(client ? { client } : {}) });
    const watch = source.watch('email', ALICE);
    await watch;
    return new Inbox(ALICE, { watch, runtime: plainRuntime(8000) });
  };

  test('reads messages, and no key or URL is needed', async ({ server }) => {
    await server.deliverMail(ALICE, MAIL.replace('123456', '111111'));
    const inbox = await watchWith(server.officialClient());
    await server.deliverMail(ALICE, MAIL);
    expect(await inbox.waitForMessage()).toMatchObject({ subject: 'Sign in', headers: { 'x-campaign': '7' } });
    await server.deliverMail(ALICE, MAIL.replace('123456', '222222'));
    expect(await inbox.waitForCode()).toBe('222222');
    expect(await inbox.messages()).toHaveLength(2);
  });

  test('is used as it is: its transport stays', async ({ server }) => {
    const client = server.officialClient();
    const { request } = client;
    await watchWith(client);
    expect(client.request).toBe(request);
  });

  test('transient faults are retried', async ({ server }) => {
    const inbox = await watchWith(server.officialClient());
    await server.http.faults.unavailable(1);
    await server.http.faults.reset();
    await server.deliverMail(ALICE, MAIL);
    expect(await inbox.waitForCode()).toBe('123456');
  });

  test('a wrong key ends the wait at once, and is in no error', async ({ server }) => {
    const client = server.officialClient('not-the-key');
    const { message } = await expectThrown(() => watchWith(client), 'SOURCE_REFUSED', '401', 'MAILOSAUR_API_KEY');
    expect(message).not.toContain('not-the-key');
  });

  test('a message that was deleted in the meantime is left out', async ({ server }) => {
    const client = server.officialClient();
    const messages = {
      search: client.messages.search.bind(client.messages),
      list: client.messages.list.bind(client.messages),
      getById: async (id: string) => {
        server.deleteMessages();
        return await client.messages.getById(id);
      },
    };
    const inbox = await watchWith({ messages, devices: client.devices, usage: client.usage });
    await server.deliverMail(ALICE, MAIL);
    await expectThrown(() => inbox.waitForCode({ timeout: 500 }), 'CODE_TIMEOUT', 'No message came to this address');
  });

  test('an answer that never comes holds up neither an abort nor the deadline', async ({ server }) => {
    const client = server.officialClient();
    const inbox = await watchWith(client);
    await server.http.faults.slow(60_000);
    const abort = new AbortController();
    const aborted = expectThrown(() => inbox.waitForCode({ signal: abort.signal }), 'WAIT_ABORTED');
    abort.abort();
    await aborted;
    await expectThrown(() => inbox.waitForCode({ timeout: 1500 }), 'SOURCE_UNREACHABLE', 'no answer');
  });
});
