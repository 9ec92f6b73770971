import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import { ALICE, expect, sendCode, test } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

// Waits at a sink that is not running, is another program, stops, or restarts.

/** Upper bound for the time that a source tries to reconnect, in milliseconds. */
const GIVES_UP_WITHIN = 10_000;

test('without a running sink, the error says how to start one', async ({ openInbox, startSink }) => {
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

test('a source connects on first use, and finds a sink that was started after it', async ({
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

test.describe('a server that is not a sink is refused', () => {
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
        `answers ${status}`,
        'HTTP address of the sink',
      );
      server.close();
      server.closeAllConnections();
    });
  }

  test('a sink without its token, or with a wrong one, which the error does not contain', async ({
    openInbox,
    startSink,
  }) => {
    const { url, httpPort } = await startSink({ token: 'let-me-in' });
    await expectThrown(() => openInbox(ALICE, { url }), 'SOURCE_REFUSED', 'asks for its token', 'http://any:TOKEN@');
    const { message } = await expectThrown(
      () => openInbox(ALICE, { url: `http://any:wrong@127.0.0.1:${httpPort}` }),
      'SOURCE_REFUSED',
    );
    expect(message).not.toContain('wrong');
  });

  test('an invalid URL', async () => {
    await expectThrown(
      () => sinkSource({ url: '127.0.0.1:8025' }).watch('email', ALICE),
      'SETTINGS_INVALID',
      '"127.0.0.1:8025"',
      'http://127.0.0.1:8025',
    );
  });
});

test('a token in the URL gives access to the sink', async ({ openInbox, startSink }) => {
  const sink = await startSink({ token: 'let me/in' });
  const inbox = await openInbox(ALICE, {
    url: `http://any:${encodeURIComponent('let me/in')}@127.0.0.1:${sink.httpPort}`,
  });
  await sendCode(sink, '123456');
  expect(await inbox.waitForCode()).toBe('123456');
});

test('a sink that stops during a wait ends it, after the source has tried to reconnect', async ({
  openInbox,
  sink,
}) => {
  const inbox = await openInbox();
  const started = Date.now();
  const wait = expectThrown(() => inbox.waitForCode({ timeout: 60_000 }), 'SOURCE_UNREACHABLE', sink.url);
  await sink.close();
  await wait;
  expect(Date.now() - started).toBeGreaterThan(3000);
  expect(Date.now() - started).toBeLessThan(GIVES_UP_WITHIN);
});

test('a wait that ends before that says that the sink did not answer', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sink.close();
  await expectThrown(
    () => inbox.waitForCode({ timeout: 300 }),
    'CODE_TIMEOUT',
    'The sink could not be asked',
    'Next: see whether the sink is still running.',
  );
});

test.describe('a sink that restarts during a wait', () => {
  test('delivers the mail that arrives afterwards', async ({ openInbox, sink, startSink }) => {
    const { smtpPort, httpPort } = sink;
    const inbox = await openInbox();
    const wait = inbox.waitForCode();
    await sink.close();
    await sendCode(await startSink({ smtpPort, httpPort }), '123456');
    expect(await wait).toBe('123456');
  });

  test('numbers its messages from the start, and an earlier code does not invalidate them', async ({
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

  test('is reported when the wait times out', async ({ openInbox, sink, startSink }) => {
    const { smtpPort, httpPort } = sink;
    const inbox = await openInbox();
    await sink.close();
    await startSink({ smtpPort, httpPort });
    await expectThrown(
      () => inbox.waitForCode({ timeout: 1500 }),
      'CODE_TIMEOUT',
      'The sink was started anew in the meantime',
      '0 SMTP connections',
    );
  });
});
