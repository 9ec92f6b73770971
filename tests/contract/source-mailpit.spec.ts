import { expect, test as base } from '@playwright/test';
import { describeSource } from '../../fixtures/testing/index.ts';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import { mailpit } from '../../src/sources/mailpit.ts';
import { CROWD } from '../support/full.ts';
import { MailpitStandIn } from '../support/mailpit-stand-in.ts';
import { deliverBySmtp } from '../support/smtp-client.ts';
import { expectThrown } from '../support/thrown.ts';

describeSource(
  'Mailpit',
  async () => {
    const server = await MailpitStandIn.start();
    return {
      open: () => mailpit({ url: server.url }),
      address: (name) => `${name}@persona.test`,
      deliver: ({ to, raw }) => deliverBySmtp(server.smtpPort, to, raw),
      faults: server.http.faults,
      close: () => server.close(),
    };
  },
  { crowd: CROWD },
);

const ALICE = 'alice@persona.test';

const test = base.extend<{ server: MailpitStandIn; openInbox: (url?: string, address?: string) => Promise<Inbox> }>({
  server: async ({}, use) => {
    const server = await MailpitStandIn.start();
    await use(server);
    await server.close();
  },
  openInbox: async ({ server }, use) => {
    const opened: { close(): Promise<void> }[] = [];
    await use(async (url = server.url, address = ALICE) => {
      const source = mailpit({ url });
      opened.push(source);
      return new Inbox(address, { watch: source.watch('email', address), runtime: plainRuntime(8000) });
    });
    for (const source of opened) await source.close();
  },
});

function mailTo(header: string, text = 'Your code is 123456.'): Buffer {
  return Buffer.from(`From: no-reply@acme.example\r\nTo: ${header}\r\nSubject: Sign in\r\n\r\n${text}\r\n`);
}

test('messages are only read: none is deleted or marked as read', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await inbox.mark();
  await server.deliver(['bob@persona.test'], mailTo('bob@persona.test'));
  await server.deliver([ALICE], mailTo(ALICE));
  expect(await inbox.waitForCode()).toBe('123456');
  expect(server.counts).toEqual({ total: 2, read: 0 });
});

test('a blind copy is found', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await inbox.mark();
  await server.deliver([ALICE], mailTo('undisclosed-recipients:;'));
  expect(await inbox.waitForCode()).toBe('123456');
});

test('a mail from the address is not a mail to it', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await inbox.mark();
  const raw = mailTo('bob@persona.test').toString().replace('no-reply@acme.example', ALICE);
  await server.deliver(['bob@persona.test'], Buffer.from(raw));
  await expectThrown(() => inbox.waitForCode({ timeout: 300 }), 'CODE_TIMEOUT', 'No message came to this address');
});

test('the report of a timeout names messages to other addresses', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await inbox.mark();
  await server.deliver(['alcie@persona.test'], mailTo('alcie@persona.test'));
  const texts = ['1 message went to other addresses', '"Sign in" to alcie@persona.test', `given the address ${ALICE}`];
  await expectThrown(() => inbox.waitForCode({ timeout: 300 }), 'CODE_TIMEOUT', ...texts);
});

test('an address with an international domain is found in either spelling', async ({ server, openInbox }) => {
  const inbox = await openInbox(server.url, 'anna@bücher.example');
  await inbox.mark();
  await server.deliver(['anna@xn--bcher-kva.example'], mailTo('anna@xn--bcher-kva.example'));
  expect(await inbox.waitForCode()).toBe('123456');
});

test('with an open push connection, a wait polls only when a message came', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  const wait = inbox.waitForCode();
  await expect.poll(() => server.http.requests).toBeGreaterThan(1);
  await server.deliver(['bob@persona.test'], mailTo('bob@persona.test'));
  const before = server.http.requests;
  await server.deliver([ALICE], mailTo(ALICE));
  expect(await wait).toBe('123456');
  expect(server.http.requests - before).toBeLessThanOrEqual(3); // a search, the mail, and a search that was due
});

test('a message that came while the push connection was cut is found', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  const wait = inbox.waitForCode();
  await expect.poll(() => server.http.requests).toBeGreaterThan(1);
  server.hangUp();
  await server.deliver([ALICE], mailTo(ALICE));
  expect(await wait).toBe('123456');
});

test('an event that cannot be read is ignored', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  const wait = inbox.waitForCode();
  await expect.poll(() => server.http.requests).toBeGreaterThan(1);
  for (const event of [{ Type: 'new' }, { Type: 'new', Data: null }, { Type: 'prune' }]) server.broadcast(event);
  await server.deliver([ALICE], mailTo(ALICE));
  expect(await wait).toBe('123456');
});

test('the user and password of the URL are used, and appear in no error', async ({ openInbox }) => {
  const server = await MailpitStandIn.start({ credentials: 'qa:let me/in' });
  const at = (user: string): string => server.url.replace('//', `//${user}@`);
  const inbox = await openInbox(at('qa:let%20me%2Fin'));
  await inbox.mark();
  await server.deliver([ALICE], mailTo(ALICE));
  expect(await inbox.waitForCode()).toBe('123456');
  const refused = await openInbox(at('qa:wrong-one'));
  const { message } = await expectThrown(() => refused.mark(), 'SOURCE_REFUSED', '401', 'USER:PASSWORD');
  expect(message).not.toContain('wrong-one');
  await server.close();
});

test('the report of a timeout has the number of polls', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await expectThrown(
    () => inbox.waitForCode({ timeout: 600 }),
    'CODE_TIMEOUT',
    `Mailpit at ${server.url} was polled`,
    'at the source that it arrived',
  );
});

test('an outage is reported with its status, the attempts and the times', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await inbox.mark();
  await server.http.faults.unavailable(1000);
  await expectThrown(
    () => inbox.waitForCode({ timeout: 1000 }),
    'SOURCE_UNREACHABLE',
    'it answered 503 Service Unavailable',
    /\d attempts in a row failed, from \d\d:\d\d:\d\d\.\d{3} to \d\d:/,
    'It is unknown whether a message came',
  );
});

test('an invalid URL is reported at once', async () => {
  await expectThrown(() => mailpit({ url: '127.0.0.1:8025' }), 'SETTINGS_INVALID', 'http://127.0.0.1:8025');
});
