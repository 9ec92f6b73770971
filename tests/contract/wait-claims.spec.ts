import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import type { Sink } from '../../src/sink/sink.ts';
import type { Source } from '../../src/sources/source.ts';
import { ALICE, ALICE_NUMBER, BOB, api, expect, postSms, sendCode, test } from '../support/sink-test.ts';
import type { Reply } from '../support/sink-clients.ts';

/** Time limit of waits that are to time out, in milliseconds. */
const SHORT = '150';

async function wait(sink: Sink, query: Readonly<Record<string, string>> = {}, init?: RequestInit): Promise<Reply> {
  const parameters = new URLSearchParams({ to: ALICE, after: '0', claim: 'true', timeout: '5000', ...query });
  return await api(sink, `/api/wait/code?${parameters.toString()}`, init);
}

/** Opens the inbox of a test that says who it is. */
async function openInbox(source: Source, title: string): Promise<Inbox> {
  const owner = { persona: 'alice', title };
  const inbox = new Inbox(ALICE, { watch: source.watch('email', ALICE), runtime: plainRuntime(5000), owner });
  await inbox.mark();
  return inbox;
}

test('each message is taken by one wait, and a wait without a message left names who took them', async ({ sink }) => {
  await sendCode(sink, '111222');
  await sendCode(sink, '333444');
  const codes = [(await wait(sink)).body, (await wait(sink)).body];
  expect(codes).toMatchObject([{ code: '333444' }, { code: '111222' }]);
  const { status, body } = await wait(sink, { timeout: SHORT });
  expect(status).toBe(408);
  const reason = 'already claimed by a program over HTTP';
  expect(body).toMatchObject({ messages: [{ reason }, { reason }] });
});

test('of many waits at the same time, no two get the same message', async ({ sink }) => {
  const waits = Array.from({ length: 12 }, () => wait(sink, { to: ALICE_NUMBER, timeout: '20000' }));
  await expect.poll(() => sink.store.waits).toBe(12);
  const sent = Array.from({ length: 12 }, (_, index) => String(482_913 + index * 1009));
  await Promise.all(sent.map((code) => postSms(sink, { body: `Your code is ${code}` })));
  const codes = (await Promise.all(waits)).map(({ body }) => (body as { code: string }).code);
  expect(codes.toSorted()).toEqual(sent.toSorted());
});

test('a message that a test has taken is not given to a program', async ({ openSource, sink }) => {
  const inbox = await openInbox(openSource(), 'signs in');
  await sendCode(sink, '482913');
  expect(await inbox.waitForCode()).toBe('482913');
  const { status, body } = await wait(sink, { timeout: SHORT });
  expect(status).toBe(408);
  expect(body).toMatchObject({ messages: [{ reason: 'already claimed by signs in' }] });
});

test('a message that a program has taken is not given to a test, nor one of another test', async ({
  openSource,
  sink,
}) => {
  const [one, other] = [await openInbox(openSource(), 'one'), await openInbox(openSource(), 'other')];
  await sendCode(sink, '111222');
  expect((await wait(sink)).body).toMatchObject({ code: '111222' });
  await expect(one.waitForCode({ timeout: 300 })).rejects.toThrow('already claimed by a program over HTTP');
  await sendCode(sink, '333444');
  expect(await one.waitForCode()).toBe('333444');
  await expect(other.waitForCode({ timeout: 300 })).rejects.toThrow('already claimed by one');
});

test('a message with two recipients is taken once for each', async ({ sink }) => {
  await sendCode(sink, '482913', { to: [ALICE, BOB] });
  expect((await wait(sink)).body).toMatchObject({ code: '482913' });
  expect((await wait(sink, { to: BOB })).body).toMatchObject({ code: '482913' });
  expect((await wait(sink, { to: ` ${ALICE.toUpperCase()}`, timeout: SHORT })).status).toBe(408);
});

test('a wait that does not claim takes nothing, and returns what others have taken', async ({ sink }) => {
  await sendCode(sink, '482913');
  for (const claim of ['false', 'true', 'false'])
    expect((await wait(sink, { claim })).body).toMatchObject({ code: '482913' });
  expect((await wait(sink, { timeout: SHORT })).status).toBe(408);
});

test('a message with several likely codes is not taken', async ({ sink }) => {
  await sendCode(sink, '482913', { text: 'Your code: 111222. Your code: 482913.' });
  expect((await wait(sink)).status).toBe(409);
  expect((await wait(sink, { pattern: '(48\\d{4})' })).body).toMatchObject({ code: '482913' });
});

test('a client that hangs up takes nothing', async ({ sink }) => {
  const client = new AbortController();
  const waited = wait(sink, {}, { signal: client.signal }).catch(() => 'hung up');
  await expect.poll(() => sink.store.waits).toBe(1);
  client.abort();
  expect(await waited).toBe('hung up');
  await expect.poll(() => sink.store.waits).toBe(0);
  await sendCode(sink, '482913');
  expect((await wait(sink)).body).toMatchObject({ code: '482913' });
});

test('the listing shows who has taken a message', async ({ sink }) => {
  await sendCode(sink, '482913');
  const [message] = [...sink.store.since(0)];
  const paths = ['/api/messages', `/api/messages/${message!.envelope.id}`];
  const claims = async (): Promise<unknown[]> => {
    const [list, one] = await Promise.all(paths.map((path) => api(sink, path)));
    return [
      (list!.body as { messages: { claims: unknown }[] }).messages[0]?.claims,
      (one!.body as { claims: unknown }).claims,
    ];
  };
  expect(await claims()).toEqual([[], []]);
  await wait(sink);
  const claim = { to: ALICE, by: 'a program over HTTP', at: expect.any(String) };
  expect(await claims()).toEqual([[claim], [claim]]);
});

test('a message that is kept until it is claimed is gone then, for a wait at the same time, too', async ({
  startSink,
}) => {
  const sink = await startSink({ retention: 'claimed' });
  const waits = [wait(sink), wait(sink, { timeout: '1500' })];
  await expect.poll(() => sink.store.waits).toBe(2);
  await sendCode(sink, '482913');
  const statuses = (await Promise.all(waits)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 408]));
  expect(sink.store.size.messages).toBe(0);
});

test('a message that a cap evicted meanwhile is taken all the same, once', async ({ startSink }) => {
  const sink = await startSink({ maxMessages: 1 });
  const taker = (title: string): { owner: { persona: string; title: string }; key: string } => ({
    owner: { persona: 'alice', title },
    key: title,
  });
  await sendCode(sink, '111222');
  const id = [...sink.store.since(0)][0]!.envelope.id;
  await sendCode(sink, '333444');
  expect(sink.store.find(id)).toBeUndefined();
  expect([sink.store.take(id, ALICE, taker('one')), sink.store.take(id, ALICE, taker('other'))]).toEqual([
    undefined,
    'one',
  ]);
});

test('`claim` is true or false', async ({ sink }) => {
  expect(await wait(sink, { claim: 'yes' })).toMatchObject({
    status: 400,
    body: { problems: ['`claim` must be true or false'] },
  });
});
