import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import { ALICE, expect, sendCode, test } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

/** Retry budget of a source for a lost sink, with a margin, in milliseconds. */
const MAX_RETRY_TIME = 10_000;

test('without a sink, the error says how to start one', async ({ openInbox, startSink }) => {
  const { url, close } = await startSink();
  await close();
  await expectThrown(
    () => openInbox(ALICE, { url }),
    'SOURCE_UNREACHABLE',
    `No sink answers at ${url}`,
    'npx playwright-2fa sink',
    'withTwoFactor()',
    'sinkUrl',
  );
});

test('a source does nothing until it is used, and finds a sink that was started after it', async ({
  openSource,
  sink,
  startSink,
}) => {
  const { url, httpPort, close } = sink;
  await close();
  const source = openSource(url);
  await expectThrown(() => source.watch('email', ALICE), 'SOURCE_UNREACHABLE');
  await startSink({ httpPort });
  await source.watch('email', ALICE);
});

test.describe('an address that is not a sink is refused', () => {
  test('the SMTP port', async ({ openInbox, sink }) => {
    const url = `http://127.0.0.1:${sink.smtpPort}`;
    await expectThrown(
      () => openInbox(ALICE, { url }),
      'SOURCE_REFUSED',
      url,
      'does not speak HTTP',
      'SMTP port',
      '8025',
      'sinkUrl',
    );
  });

  for (const status of [200, 404, 503]) {
    test(`another HTTP server that answers ${status}`, async ({ openInbox }) => {
      const server = createServer((_request, response) => response.writeHead(status).end('another program')).listen(
        0,
        '127.0.0.1',
      );
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await expectThrown(
        () => openInbox(ALICE, { url }),
        'SOURCE_REFUSED',
        url,
        `it answered HTTP ${status}`,
        'HTTP address of the sink',
      );
      server.close();
      server.closeAllConnections();
    });
  }

  test('a sink whose token is missing or wrong, and the error does not contain the token', async ({
    openInbox,
    startSink,
  }) => {
    const { url, httpPort } = await startSink({ token: 'let-me-in' });
    await expectThrown(() => openInbox(ALICE, { url }), 'SOURCE_REFUSED', 'requires its token', 'http://any:TOKEN@');
    const { message } = await expectThrown(
      () => openInbox(ALICE, { url: `http://any:wrong@127.0.0.1:${httpPort}` }),
      'SOURCE_REFUSED',
    );
    expect(message).not.toContain('wrong');
  });

  test('a text that is not a URL', async () => {
    await expectThrown(
      () => sinkSource({ url: '127.0.0.1:8025' }).watch('email', ALICE),
      'SETTINGS_INVALID',
      '"127.0.0.1:8025"',
      'http://127.0.0.1:8025',
    );
  });
});

test('a token in the URL opens the sink', async ({ openInbox, startSink }) => {
  const sink = await startSink({ token: 'let me/in' });
  const inbox = await openInbox(ALICE, {
    url: `http://any:${encodeURIComponent('let me/in')}@127.0.0.1:${sink.httpPort}`,
  });
  await sendCode(sink, '123456');
  expect(await inbox.waitForCode()).toBe('123456');
});

test('a sink that stops during a wait ends the wait, after retries', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  const started = Date.now();
  const wait = expectThrown(() => inbox.waitForCode({ timeout: 60_000 }), 'SOURCE_UNREACHABLE', sink.url);
  await sink.close();
  await wait;
  expect(Date.now() - started).toBeGreaterThan(3000);
  expect(Date.now() - started).toBeLessThan(MAX_RETRY_TIME);
});

test('a wait that ends before that reports that the sink did not answer', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sink.close();
  await expectThrown(
    () => inbox.waitForCode({ timeout: 300 }),
    'CODE_TIMEOUT',
    'The sink could not report',
    'Next: check that the sink is still running.',
  );
});

test.describe('a sink that is restarted during a wait', () => {
  test('delivers the mail that comes then', async ({ openInbox, sink, startSink }) => {
    const { smtpPort, httpPort } = sink;
    const inbox = await openInbox();
    const wait = inbox.waitForCode();
    await sink.close();
    await sendCode(await startSink({ smtpPort, httpPort }), '123456');
    expect(await wait).toBe('123456');
  });

  test('numbers its messages from the start, and an earlier code makes none of them void', async ({
    openInbox,
    sink,
    startSink,
  }) => {
    const { smtpPort, httpPort } = sink;
    const inbox = await openInbox();
    for (const digits of ['111111', '222222', '333333']) await sendCode(sink, digits);
    await expect.poll(async () => (await inbox.messages()).length).toBe(3);
    expect(await inbox.waitForCode()).toBe('333333');
    const wait = inbox.waitForCode();
    await sink.close();
    await sendCode(await startSink({ smtpPort, httpPort }), '444444');
    expect(await wait).toBe('444444');
  });

  test('is reported after a timeout', async ({ openInbox, sink, startSink }) => {
    const { smtpPort, httpPort } = sink;
    const inbox = await openInbox();
    await sink.close();
    await startSink({ smtpPort, httpPort });
    await expectThrown(
      () => inbox.waitForCode({ timeout: 1500 }),
      'CODE_TIMEOUT',
      'The sink was restarted in the meantime',
      '0 SMTP connections',
    );
  });
});
