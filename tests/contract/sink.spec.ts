import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { sayHttp, upgradeLines } from '../support/raw-http.ts';
import { ALICE, api, expect, sendMail, test } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

/** Maximum duration of `close()`, in milliseconds. */
const CLOSE_WITHIN = 1000;

test('a sink on free ports returns the ports', async ({ sink }) => {
  expect(sink.smtpPort).toBeGreaterThan(0);
  expect(sink.httpPort).toBeGreaterThan(0);
  expect(sink.url).toBe(`http://127.0.0.1:${sink.httpPort}`);
});

test('two sinks are independent', async ({ sink, startSink }) => {
  const other = await startSink();
  await sendMail(sink);
  expect([sink.store.size.messages, other.store.size.messages]).toEqual([1, 0]);
  expect(other.store.instance).not.toBe(sink.store.instance);
});

test('the health route returns the counters', async ({ openSmtp, sink }) => {
  await sendMail(sink);
  await openSmtp();
  const { body } = await api(sink, '/api/health');
  expect(body).toEqual({
    sink: 'playwright-2fa',
    instance: sink.store.instance,
    openSessions: expect.any(Number),
    messages: 1,
    bytes: sink.store.size.bytes,
    mark: { seq: 1, sessions: 2, refusals: 0, evicted: 0 },
  });
});

test.describe('a port that is in use', () => {
  for (const [name, option, flag] of [
    ['SMTP', 'smtpPort', '--smtp-port'],
    ['HTTP', 'httpPort', '--http-port'],
  ] as const) {
    test(`for ${name} is an error that names the port and the flag`, async ({ sink, startSink }) => {
      const port = sink[option];
      await expectThrown(
        () => startSink({ [option]: port }),
        'SINK_START_FAILED',
        name,
        `port ${port} on 127.0.0.1`,
        'another program',
        flag,
      );
    });

    test(`for ${name} leaves no other port open`, async ({ sink, startSink }) => {
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const { port } = free.address() as { port: number };
      await new Promise((done) => free.close(done));
      const other = option === 'smtpPort' ? 'httpPort' : 'smtpPort';
      await expectThrown(() => startSink({ [option]: sink[option], [other]: port }), 'SINK_START_FAILED');
      const [error] = await once(connect(port, '127.0.0.1'), 'error');
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    });
  }
});

test.describe('closing takes less than a second', () => {
  test('with a mail in progress and open streams', async ({ openSmtp, openStream, sink }) => {
    const smtp = await openSmtp();
    await smtp.startMail(ALICE);
    smtp.socket.write('Subject: half');
    const streams = await Promise.all([openStream(), openStream('?since=0')]);
    const closed = Promise.all(streams.map(({ socket }) => once(socket, 'close')));
    const started = performance.now();
    await sink.close();
    await closed;
    expect(await smtp.reply()).toMatch(/^421 /);
    expect(performance.now() - started).toBeLessThan(CLOSE_WITHIN);
  });

  test('with a keep-alive HTTP client', async ({ sink }) => {
    const { socket } = await sayHttp(sink.httpPort, 'GET /api/health HTTP/1.1', `Host: localhost`);
    const started = performance.now();
    await sink.close();
    expect(performance.now() - started).toBeLessThan(CLOSE_WITHIN);
    socket.destroy();
  });

  test('with a refused client that stays connected', async ({ sink }) => {
    const { socket } = await sayHttp(sink.httpPort, ...upgradeLines('/elsewhere', 'localhost'));
    const started = performance.now();
    await sink.close();
    expect(performance.now() - started).toBeLessThan(CLOSE_WITHIN);
    socket.destroy();
  });

  test('right after the start', async ({ startSink }) => {
    for (let turn = 0; turn < 5; turn++) await (await startSink()).close();
  });

  test('and frees both ports', async ({ sink, startSink }) => {
    const { smtpPort, httpPort } = sink;
    await sink.close();
    const again = await startSink({ smtpPort, httpPort });
    expect(again).toMatchObject({ smtpPort, httpPort });
  });
});

test.describe('an invalid request does no harm', () => {
  for (const [name, lines] of Object.entries({
    'a stream at //': upgradeLines('//', 'localhost'),
    'a stream with a foreign host': upgradeLines('/api/stream', 'evil.example'),
    'a stream at another path': upgradeLines('/elsewhere', 'localhost'),
    'an upgrade to another protocol': [
      'GET /api/stream HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: h2c',
    ],
    'a GET of //': ['GET // HTTP/1.1', 'Host: localhost'],
    'a GET without a host': ['GET /api/health HTTP/1.0'],
    'not HTTP': ['EHLO test'],
  })) {
    test(name, async ({ sink }) => {
      const { socket, answer } = await sayHttp(sink.httpPort, ...lines);
      expect(answer).toMatch(/^HTTP\/1\.1 (?:400|403|404)/);
      socket.resetAndDestroy();
      expect(await api(sink, '/api/health')).toMatchObject({ status: 200, body: { messages: 0 } });
    });
  }
});
