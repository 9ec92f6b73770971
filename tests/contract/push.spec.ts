import { once } from 'node:events';
import { composeMail } from '../support/mail.ts';
import { PushClient } from '../support/push-client.ts';
import { ALICE, BOB, START, api, expect, postSms, sendCode, sendMail, test as base } from '../support/sink-test.ts';

/** Adds a way to store a mail without SMTP. */
const test = base.extend<{ deliver: (to: string | string[], subject: string) => Promise<void> }>({
  deliver: async ({ sink }, use) => {
    await use(async (to, subject) => {
      const raw = await composeMail({ to, subject, text: 'x' });
      sink.store.add('email', 'no-reply@acme.example', [to].flat(), [raw]);
    });
  },
});

test('the greeting identifies the sink and contains its SMTP address', async ({ sink }) => {
  const client = new PushClient(sink.url);
  expect(await client.answer()).toEqual({
    hello: 'playwright-2fa-sink',
    protocol: 1,
    instance: sink.store.instance,
    run: expect.any(String),
    smtp: `127.0.0.1:${sink.smtpPort}`,
  });
  client.close();
});

test('a client that watches an address gets its messages as they arrive, and no others', async ({
  deliver,
  openStream,
}) => {
  const stream = await openStream();
  await deliver(ALICE, 'before');
  expect(await stream.ask({ op: 'watch', ref: 7, kind: 'email', to: 'Alice@Persona.test' })).toEqual({
    ref: 7,
    mark: { ...START, seq: 1 },
  });
  await deliver(BOB, 'for Bob');
  await deliver([ALICE, BOB], 'for both');
  await deliver('ALICE@PERSONA.TEST', 'for Alice');
  expect(await stream.subjects(2)).toEqual(['for both', 'for Alice']);
  expect(stream.pushed.map(({ envelope }) => envelope.seq)).toEqual([3, 4]);
});

test('a mail sent over SMTP is pushed with its envelope', async ({ openStream, sink }) => {
  const stream = await openStream();
  await stream.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE });
  await sendMail(sink, { to: 'someone@acme.example', bcc: ALICE, subject: 'blind' });
  expect(await stream.subjects(1)).toEqual(['blind']);
  expect(stream.pushed[0]?.envelope).toMatchObject({
    kind: 'email',
    from: 'no-reply@acme.example',
    to: ['someone@acme.example', ALICE],
  });
});

test('an SMS is pushed to a client that watches its number, in any notation', async ({ openStream, sink }) => {
  const stream = await openStream();
  await stream.ask({ op: 'watch', ref: 1, kind: 'sms', to: '+1 202 555 0143' });
  await postSms(sink, { to: '+12025550199', body: 'other' });
  await postSms(sink, { to: '(1) 202-555-0143', from: 'ACME', body: '123456' });
  await stream.subjects(1);
  expect(stream.pushed.map(({ raw }) => raw)).toEqual(['123456']);
});

test('a reconnected client resumes by sequence number', async ({ deliver, openStream }) => {
  const first = await openStream();
  await first.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE });
  await deliver(ALICE, 'one');
  await first.subjects(1);
  first.close();
  await deliver(ALICE, 'two');
  await deliver(BOB, 'three');
  await deliver(ALICE, 'four');
  const second = await openStream();
  await second.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE, since: first.pushed[0]?.envelope.seq });
  await deliver(ALICE, 'five');
  expect(await second.subjects(3)).toEqual(['two', 'four', 'five']);
});

test.describe('all messages', () => {
  test('are pushed with ?since=0, both stored and new', async ({ deliver, openStream }) => {
    await deliver(ALICE, 'one');
    await deliver(BOB, 'two');
    const stream = await openStream('?since=0');
    await deliver('carol@persona.test', 'three');
    expect(await stream.subjects(3)).toEqual(['one', 'two', 'three']);
  });

  test('are pushed from any sequence number on', async ({ deliver, openStream }) => {
    await deliver(ALICE, 'one');
    await deliver(ALICE, 'two');
    expect(await (await openStream('?since=1')).subjects(1)).toEqual(['two']);
  });

  test('are pushed on request, each message once', async ({ deliver, openStream }) => {
    const stream = await openStream();
    await stream.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE });
    await stream.ask({ op: 'watch-all', ref: 2 });
    await deliver([ALICE, BOB], 'one');
    await deliver(BOB, 'two');
    expect(await stream.subjects(2)).toEqual(['one', 'two']);
  });
});

test('a request with members of other types is refused, and harms no delivery', async ({ openStream, sink }) => {
  const client = await openStream();
  for (const rest of [{ to: 1 }, { to: ['a'] }, { kind: 'fax' }, { to: 'x'.repeat(5000) }, { to: { trim: 'no' } }])
    for (const op of ['faults', 'owner', 'watch', 'settled', 'sightings', 'unwatch']) {
      const faults = [{ fault: 'drop' }];
      const answer = await client.ask({ ref: 7, op, kind: 'email', to: ALICE, faults, quiet: 1, ...rest });
      expect([op, answer]).toEqual([op, { ref: 7, error: expect.stringContaining('must be') }]);
    }
  await sendCode(sink, '482913');
  expect(await api(sink, '/api/faults')).toMatchObject({ status: 200, body: { faults: [] } });
  expect(sink.store.size.messages).toBe(1);
});

test('a client that stops watching gets nothing', async ({ deliver, openStream }) => {
  const stream = await openStream();
  await stream.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE });
  await stream.ask({ op: 'watch', ref: 2, kind: 'email', to: BOB });
  expect(await stream.ask({ op: 'unwatch', ref: 3, kind: 'email', to: ALICE })).toMatchObject({ ref: 3, mark: START });
  await deliver(ALICE, 'one');
  await deliver(BOB, 'two');
  expect(await stream.subjects(1)).toEqual(['two']);
});

test('phone numbers are handed out once', async ({ openStream }) => {
  const [one, other] = await Promise.all([openStream(), openStream()]);
  const given = [
    await one.ask({ op: 'number', ref: 1 }),
    await other.ask({ op: 'number', ref: 1 }),
    await one.ask({ op: 'number', ref: 2 }),
  ];
  expect(new Set(given.map(({ number }) => number)).size).toBe(3);
  for (const { number } of given) expect(number).toMatch(/^\+1\d{3}555\d{4}$/);
});

test('a report counts what else arrived since a mark, and lists the newest five', async ({
  deliver,
  openStream,
  sink,
}) => {
  const stream = await openStream();
  await deliver('early@persona.test', 'early');
  await deliver(ALICE, 'too early');
  const mark = sink.store.mark();
  for (let count = 1; count <= 7; count++) await deliver(BOB, `for Bob ${count}`);
  await deliver(ALICE, 'for Alice');
  sink.store.refused('no room');
  const { sightings } = await stream.ask({ op: 'sightings', ref: 1, kind: 'email', to: ALICE, mark });
  const named = [3, 4, 5, 6, 7].map((count) => ({
    kind: 'email',
    from: 'no-reply@acme.example',
    to: BOB,
    subject: `for Bob ${count}`,
    receivedAt: expect.any(Number) as unknown,
  }));
  expect(sightings).toEqual({
    now: expect.closeTo(Date.now(), -4) as unknown,
    earlier: { count: 1, newest: [expect.objectContaining({ to: ALICE, subject: 'too early' })] },
    sessions: 0,
    openSessions: 0,
    refusals: ['no room'],
    others: { count: 7, newest: named },
    evicted: { count: 0, toAddress: 0, cap: '10000 messages or 64 MiB' },
  });
});

test('an evicted message is not pushed', async ({ openStream, sink, startSink }) => {
  const small = await startSink({ maxMessages: 2 });
  for (const subject of ['one', 'two', 'three']) await sendMail(small, { subject });
  const stream = await openStream('?since=0', small.url);
  expect(await stream.subjects(2)).toEqual(['two', 'three']);
  const { sightings } = await stream.ask({ op: 'sightings', ref: 1, kind: 'email', to: ALICE, mark: START });
  expect(sightings).toMatchObject({ evicted: { count: 1, toAddress: 1, cap: '2 messages or 64 MiB' } });
  expect(sink.store.size.messages).toBe(0);
});

test.describe('an invalid request gets an error, and the stream continues', () => {
  for (const [name, request, answer] of [
    ['an unknown operation', { op: 'dance', ref: 5 }, { ref: 5, error: expect.stringContaining('"dance"') }],
    ['a missing operation', { ref: 6 }, { ref: 6, error: expect.any(String) }],
    ['a watch without an address', { op: 'watch', ref: 7, kind: 'email' }, { ref: 7, error: expect.any(String) }],
    [
      'a report without a mark',
      { op: 'sightings', ref: 8, kind: 'email', to: ALICE },
      { ref: 8, error: expect.any(String) },
    ],
    ['an incomplete request', '{"op": "wat', { ref: -1, error: expect.any(String) }],
    ['null', 'null', { ref: -1, error: expect.any(String) }],
  ] as const) {
    test(name, async ({ openStream }) => {
      const stream = await openStream();
      expect(await stream.ask(request)).toEqual(answer);
      expect(await stream.ask({ op: 'watch', ref: 9, kind: 'email', to: ALICE })).toEqual({ ref: 9, mark: START });
    });
  }
});

test('a client that sends too large a request is disconnected', async ({ openStream }) => {
  const { socket } = await openStream();
  const closed = once(socket, 'close');
  socket.send('x'.repeat(20_000));
  await closed;
});
