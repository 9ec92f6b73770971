import { once } from 'node:events';
import { composeMail } from '../support/mail.ts';
import { PushClient } from '../support/push-client.ts';
import { ALICE, BOB, START, expect, postSms, sendMail, test as base } from '../support/sink-test.ts';

/** Tests with a way to put a mail into the sink that costs no SMTP. */
const test = base.extend<{ deliver: (to: string | string[], subject: string) => Promise<void> }>({
  deliver: async ({ sink }, use) => {
    await use(async (to, subject) => {
      const raw = await composeMail({ to, subject, text: 'x' });
      sink.store.add('email', 'no-reply@acme.example', [to].flat(), [raw]);
    });
  },
});

test('the sink says who it is, and where it takes mail', async ({ sink }) => {
  const client = new PushClient(sink.url);
  expect(await client.answer()).toEqual({
    hello: 'playwright-2fa-sink',
    protocol: 1,
    instance: sink.store.instance,
    smtp: `127.0.0.1:${sink.smtpPort}`,
  });
  client.close();
});

test('who watches an address gets its messages as they come, and no others', async ({ deliver, openStream }) => {
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

test('a mail is pushed by SMTP as well, with its envelope', async ({ openStream, sink }) => {
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

test('an SMS is pushed to who watches its number, however it is written', async ({ openStream, sink }) => {
  const stream = await openStream();
  await stream.ask({ op: 'watch', ref: 1, kind: 'sms', to: '+1 202 555 0143' });
  await postSms(sink, { to: '+12025550199', body: 'other' });
  await postSms(sink, { to: '(1) 202-555-0143', from: 'ACME', body: '123456' });
  await stream.subjects(1);
  expect(stream.pushed.map(({ raw }) => raw)).toEqual(['123456']);
});

test('who comes back goes on where it stood, by number', async ({ deliver, openStream }) => {
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

test.describe('everything', () => {
  test('comes with ?since=0, what was there and what comes', async ({ deliver, openStream }) => {
    await deliver(ALICE, 'one');
    await deliver(BOB, 'two');
    const stream = await openStream('?since=0');
    await deliver('carol@persona.test', 'three');
    expect(await stream.subjects(3)).toEqual(['one', 'two', 'three']);
  });

  test('comes from any number on', async ({ deliver, openStream }) => {
    await deliver(ALICE, 'one');
    await deliver(ALICE, 'two');
    expect(await (await openStream('?since=1')).subjects(1)).toEqual(['two']);
  });

  test('comes to who asks on the way, and each message once', async ({ deliver, openStream }) => {
    const stream = await openStream();
    await stream.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE });
    await stream.ask({ op: 'watch-all', ref: 2 });
    await deliver([ALICE, BOB], 'one');
    await deliver(BOB, 'two');
    expect(await stream.subjects(2)).toEqual(['one', 'two']);
  });
});

test('who no longer watches gets nothing', async ({ deliver, openStream }) => {
  const stream = await openStream();
  await stream.ask({ op: 'watch', ref: 1, kind: 'email', to: ALICE });
  await stream.ask({ op: 'watch', ref: 2, kind: 'email', to: BOB });
  expect(await stream.ask({ op: 'unwatch', ref: 3, kind: 'email', to: ALICE })).toMatchObject({ ref: 3, mark: START });
  await deliver(ALICE, 'one');
  await deliver(BOB, 'two');
  expect(await stream.subjects(1)).toEqual(['two']);
});

test('numbers are given out once', async ({ openStream }) => {
  const [one, other] = await Promise.all([openStream(), openStream()]);
  const given = [
    await one.ask({ op: 'number', ref: 1 }),
    await other.ask({ op: 'number', ref: 1 }),
    await one.ask({ op: 'number', ref: 2 }),
  ];
  expect(new Set(given.map(({ number }) => number)).size).toBe(3);
  for (const { number } of given) expect(number).toMatch(/^\+1\d{3}555\d{4}$/);
});

test('a report tells what else came since a mark, the newest five by name', async ({ deliver, openStream, sink }) => {
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

test('what was pushed out does not come again', async ({ openStream, sink, startSink }) => {
  const small = await startSink({ maxMessages: 2 });
  for (const subject of ['one', 'two', 'three']) await sendMail(small, { subject });
  const stream = await openStream('?since=0', small.url);
  expect(await stream.subjects(2)).toEqual(['two', 'three']);
  const { sightings } = await stream.ask({ op: 'sightings', ref: 1, kind: 'email', to: ALICE, mark: START });
  expect(sightings).toMatchObject({ evicted: { count: 1, toAddress: 1, cap: '2 messages or 64 MiB' } });
  expect(sink.store.size.messages).toBe(0);
});

test.describe('what the sink does not understand gets an error, and the stream goes on', () => {
  for (const [name, request, answer] of [
    ['an unknown operation', { op: 'dance', ref: 5 }, { ref: 5, error: expect.stringContaining('"dance"') }],
    ['no operation', { ref: 6 }, { ref: 6, error: expect.any(String) }],
    ['a watch of no address', { op: 'watch', ref: 7, kind: 'email' }, { ref: 7, error: expect.any(String) }],
    [
      'a report since no mark',
      { op: 'sightings', ref: 8, kind: 'email', to: ALICE },
      { ref: 8, error: expect.any(String) },
    ],
    ['half of a request', '{"op": "wat', { ref: -1, error: expect.any(String) }],
    ['no request at all', 'null', { ref: -1, error: expect.any(String) }],
  ] as const) {
    test(name, async ({ openStream }) => {
      const stream = await openStream();
      expect(await stream.ask(request)).toEqual(answer);
      expect(await stream.ask({ op: 'watch', ref: 9, kind: 'email', to: ALICE })).toEqual({ ref: 9, mark: START });
    });
  }
});

test('who asks too much at once is cut off', async ({ openStream }) => {
  const { socket } = await openStream();
  const closed = once(socket, 'close');
  socket.send('x'.repeat(20_000));
  await closed;
});
