import { ALICE, ALICE_NUMBER, BOB, api, expect, postSms, sendCode, sendMail, test } from '../support/sink-test.ts';
import type { Reply } from '../support/sink-clients.ts';
import type { Sink } from '../../src/sink/sink.ts';

/** Time limit of waits that are to time out, in milliseconds. */
const SHORT = '150';

function path(what: string, query: Readonly<Record<string, string>>): string {
  return `/api/wait/${what}?${new URLSearchParams(query).toString()}`;
}

async function wait(sink: Sink, what: string, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return await api(sink, path(what, { to: ALICE, timeout: '5000', ...query }));
}

async function mark(sink: Sink): Promise<string> {
  return ((await api(sink, '/api/mark')).body as { mark: string }).mark;
}

/** Begins a wait. Resolves when the sink has begun it. */
async function beginWait(
  sink: Sink,
  what: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Promise<Reply>[]> {
  const waited = wait(sink, what, query);
  await expect.poll(() => sink.store.waits, { timeout: 30_000 }).toBe(1);
  return [waited];
}

test.describe('a wait for a code', () => {
  test('is answered with the code, its reasons and its message when the mail comes', async ({ sink }) => {
    const [waited] = await beginWait(sink, 'code');
    await sendCode(sink, '482913');
    expect(await waited).toEqual({
      status: 200,
      body: {
        code: '482913',
        reasons: expect.arrayContaining([expect.stringContaining('after the name of a code')]),
        message: {
          id: `${sink.store.instance}-1`,
          kind: 'email',
          from: 'no-reply@acme.example',
          to: [ALICE],
          subject: 'Sign in',
          receivedAt: expect.any(String),
        },
      },
    });
  });

  test('to a number is answered with the code of an SMS', async ({ sink }) => {
    const after = await mark(sink);
    await postSms(sink, { body: 'Your code is 123456' });
    const { body } = await wait(sink, 'code', { to: ALICE_NUMBER, after });
    expect(body).toMatchObject({ code: '123456', message: { kind: 'sms' } });
  });

  test('takes a plus sign that the client did not encode', async ({ sink }) => {
    const after = await mark(sink);
    await postSms(sink, { body: 'Your code is 123456' });
    const { body } = await api(sink, `/api/wait/code?to=${ALICE_NUMBER}&after=${after}`);
    expect(body).toMatchObject({ code: '123456' });
  });

  test('returns the newest code after a resend', async ({ sink }) => {
    const after = await mark(sink);
    await sendCode(sink, '111222');
    await sendCode(sink, '333444');
    expect((await wait(sink, 'code', { after })).body).toMatchObject({ code: '333444' });
  });

  test('does not return a code from before the wait began', async ({ sink }) => {
    await sendCode(sink, '111222');
    const { status, body } = await wait(sink, 'code', { timeout: SHORT });
    expect(status).toBe(408);
    expect(JSON.stringify(body)).not.toContain('111222');
    expect(body).toMatchObject({
      next: 'take a mark (GET /api/mark) before the application sends the message, and pass it as `after`.',
    });
  });

  test('returns messages after the id of a message, a sequence number, and all with 0', async ({ sink }) => {
    await sendCode(sink, '111222');
    await sendCode(sink, '333444', { to: BOB });
    const id = `${sink.store.instance}-1`;
    expect((await wait(sink, 'code', { to: BOB, after: id })).body).toMatchObject({ code: '333444' });
    expect((await wait(sink, 'code', { to: BOB, after: '1' })).body).toMatchObject({ code: '333444' });
    expect((await wait(sink, 'code', { after: '0' })).body).toMatchObject({ code: '111222' });
    expect((await wait(sink, 'code', { after: id, timeout: SHORT })).status).toBe(408);
  });

  test('skips messages of other senders, and with another subject', async ({ sink }) => {
    const after = await mark(sink);
    await sendCode(sink, '111222', { from: 'news@other.example' });
    await sendCode(sink, '333444', { subject: 'Your receipt' });
    const { status, body } = await wait(sink, 'code', {
      after,
      from: 'acme.example',
      subject: 'sign in',
      timeout: SHORT,
    });
    expect(status).toBe(408);
    expect(body).toMatchObject({
      messages: [
        { subject: 'Your receipt', reason: 'its subject does not match "sign in"' },
        { from: 'news@other.example', reason: 'its sender does not match "acme.example"' },
      ],
    });
  });

  test('reads a code of a stated form', async ({ sink }) => {
    const after = await mark(sink);
    await sendMail(sink, { text: 'Order 99-1234. Use AB-12XY now, or call 4711.' });
    expect((await wait(sink, 'code', { after, pattern: 'Use ([A-Z0-9-]+)' })).body).toMatchObject({ code: 'AB-12XY' });
    await sendMail(sink, { text: 'Your code: 12345678. Your code: 4711.' });
    expect((await wait(sink, 'code', { after, length: '8', charset: 'digits' })).body).toMatchObject({
      code: '12345678',
    });
  });

  test('fails with the candidates if a message holds several equally likely codes', async ({ sink }) => {
    const [waited] = await beginWait(sink, 'code');
    await sendMail(sink, { text: 'Your code is 482913. Your code is 771204.' });
    const reply = await waited;
    expect(reply?.status).toBe(409);
    expect(reply?.body).toMatchObject({
      reason: 'CODE_AMBIGUOUS',
      candidates: expect.arrayContaining([
        expect.objectContaining({ code: '482913', reasons: expect.any(Array) }),
        expect.objectContaining({ code: '771204', reasons: expect.any(Array) }),
      ]),
    });
  });
});

test.describe('a wait that times out', () => {
  test('names each message and its reason, near addresses and refusals', async ({ sink }) => {
    const after = await mark(sink);
    await sendMail(sink, { subject: 'Welcome', text: 'Nice to meet you.' });
    await sendCode(sink, '482913', { to: 'alise@persona.test' });
    await postSms(sink, { to: '', body: 'x' });
    const { status, body } = await wait(sink, 'code', { after, timeout: SHORT });
    expect(status).toBe(408);
    expect(body).toMatchObject({
      reason: 'CODE_TIMEOUT',
      waitedFor: 'code',
      address: ALICE,
      messages: [{ subject: 'Welcome', reason: expect.stringContaining('nothing that reads like a one-time code') }],
      source: { refusals: [expect.stringContaining('POST /sms needs "to"')], others: { count: 1 } },
    });
    const { error } = body as { error: string };
    expect(error).toContain('one character away');
    expect(error).toContain('Next: ');
  });

  test('says that the mark is of an earlier start of the sink', async ({ sink }) => {
    const { status, body } = await wait(sink, 'code', { after: '0123456789ab-7-1-0-0', timeout: SHORT });
    expect(status).toBe(408);
    expect((body as { error: string }).error).toContain('was restarted in the meantime');
  });
});

test('a wait for a link is answered with the link byte for byte', async ({ sink }) => {
  const [waited] = await beginWait(sink, 'link', { kind: 'verify' });
  await sendMail(sink, {
    html: '<p><a href="https://acme.example/verify?t=a%2Fb&amp;c=1">Confirm your address</a></p>',
  });
  expect((await waited)?.body).toMatchObject({
    link: 'https://acme.example/verify?t=a%2Fb&c=1',
    message: { kind: 'email' },
  });
});

test('a wait for a message is answered with its texts', async ({ sink }) => {
  const [waited] = await beginWait(sink, 'message', { subject: 'receipt' });
  await sendMail(sink, { subject: 'Your receipt', text: '12 dollars' });
  const reply = await waited;
  expect(reply?.body).toMatchObject({
    message: { subject: 'Your receipt', text: expect.stringContaining('12 dollars') },
  });
  expect(reply?.body).not.toMatchObject({ message: { raw: expect.anything() } });
});

test('parallel waits get each their own code', async ({ sink }) => {
  const people = Array.from({ length: 40 }, (_, index) => ({
    to: `p${index}@persona.test`,
    code: String(100_200 + 37 * index),
  }));
  const after = await mark(sink);
  const replies = people.map(({ to }) => wait(sink, 'code', { to, after }));
  await Promise.all(people.toReversed().map(({ to, code }) => sendCode(sink, code, { to })));
  const codes = (await Promise.all(replies)).map(({ body }) => (body as { code: string }).code);
  expect(codes).toEqual(people.map(({ code }) => code));
});

test('all problems of the parameters are reported together', async ({ sink }) => {
  const query = {
    to: 'nobody',
    after: 'yesterday',
    timeout: '601000',
    length: '0',
    charset: 'greek',
    pattern: '(',
    subjet: 'x',
  };
  const { status, body } = await api(sink, path('code', query));
  expect(status).toBe(400);
  const { problems } = body as { problems: string[] };
  for (const name of ['`to`', '`after`', '`timeout`', '`length`', '`charset`', '`pattern`', 'Did you mean "subject"?'])
    expect(problems.join('\n')).toContain(name);
  expect(problems).toHaveLength(7);
  expect((await api(sink, '/api/wait/link?kind=other')).body).toMatchObject({ problems: { length: 2 } });
  expect((await api(sink, `/api/wait/message?to=${ALICE}&to=${BOB}`)).body).toMatchObject({
    problems: ['`to` was given 2 times'],
  });
});

test('a regular expression that does not end stops neither the wait nor other clients', async ({ sink }) => {
  const [waited] = await beginWait(sink, 'code', { pattern: '^(a+)+$', timeout: '1500' });
  await sendMail(sink, { text: `${'a'.repeat(60)}b` });
  const startedAt = performance.now();
  expect(await api(sink, '/api/mark')).toMatchObject({ status: 200 });
  expect(performance.now() - startedAt).toBeLessThan(1000);
  const { status, body } = (await waited)!;
  expect(status).toBe(408);
  expect(JSON.stringify(body)).toContain('The pattern took more than 50 ms on this message. Simplify it.');
});

test('the number of waits is limited, and a client that hangs up frees its place', async ({ sink }) => {
  const hangUp = new AbortController();
  const waits = Array.from({ length: 1000 }, (_, index) =>
    fetch(new URL(path('code', { to: `p${index}@persona.test`, timeout: '60000' }), sink.url), {
      signal: hangUp.signal,
    }).catch(() => undefined),
  );
  const status = async (): Promise<number> => (await wait(sink, 'code', { timeout: '1' })).status;
  await expect.poll(status, { timeout: 60_000 }).toBe(429);
  hangUp.abort();
  await Promise.all(waits);
  await expect.poll(status, { timeout: 60_000 }).toBe(408);
  expect(sink.store.waits).toBe(0);
});

test('a wait needs the token of the sink', async ({ startSink }) => {
  const token = 'c0rrect-horse-battery-staple-9471';
  const sink = await startSink({ token });
  expect((await wait(sink, 'code')).status).toBe(401);
  expect((await api(sink, '/api/mark')).status).toBe(401);
  const headers = { authorization: `Bearer ${token}` };
  expect((await api(sink, path('code', { to: ALICE, timeout: '1' }), { headers })).status).toBe(408);
});

test('no page of another origin may wait', async ({ sink }) => {
  const response = await fetch(new URL(path('code', { to: ALICE }), sink.url), {
    headers: { origin: 'https://evil.example' },
  });
  expect(response.status).toBe(403);
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('the answer comes as fast as that of the fixture', async ({ sink, openInbox }) => {
  const inbox = await openInbox();
  await wait(sink, 'code', { timeout: '1' });
  const differences: number[] = [];
  for (let round = 0; round < 27; round++) {
    const code = String(201_000 + round);
    const timed = async (work: Promise<unknown>): Promise<number> => {
      await work;
      return performance.now();
    };
    const after = await mark(sink);
    const byFixture = timed(inbox.waitForCode());
    const byHttp = timed(wait(sink, 'code', { after }));
    await expect.poll(() => sink.store.waits, { timeout: 30_000 }).toBe(1);
    await sendCode(sink, code);
    const [fixture, http] = await Promise.all([byFixture, byHttp]);
    differences.push(http - fixture);
  }
  // The first rounds load modules.
  const sorted = differences.slice(3).toSorted((a, b) => a - b);
  // A busy machine delays the slower rounds.
  expect(sorted[Math.floor(sorted.length / 4)]).toBeLessThan(5);
});
