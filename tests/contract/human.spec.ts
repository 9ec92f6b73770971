import type { HumanSettings } from '../../src/human/settings.ts';
import { Human, type Question } from '../../src/human/human.ts';
import type { HandoffAnswer } from '../../src/protocol/handoff.ts';
import { stderrLogger } from '../../src/core/logger.ts';
import { plainRuntime } from '../../src/core/runtime.ts';
import { type Receiver, WEBHOOK_SECRET, answerOnPage, receiveWebhooks } from '../support/webhook-receiver.ts';
import { expect, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

const QUESTION: Question = {
  asks: 'code',
  title: '6-digit code by SMS to •• 42',
  label: 'Security code',
  destination: '•• 42',
  origin: 'https://acme.example',
};

interface Asking {
  /** Starts a webhook receiver. */
  receive: (...args: Parameters<typeof receiveWebhooks>) => Promise<Receiver>;
  /** Lines printed for a person at the machine. */
  announced: string[];
  ask: (settings: HumanSettings, signal?: AbortSignal) => Promise<HandoffAnswer>;
}

const test = base.extend<Asking>({
  receive: async ({ closing }, use) => use(async (answer) => closing(await receiveWebhooks(answer))),
  announced: async ({}, use) => use([]),
  ask: async ({ openSource, announced }, use) => {
    await use(async (settings, signal) => {
      const runtime = {
        ...plainRuntime(),
        owner: '"signs in" in worker 0',
        logger: { ...stderrLogger, warn: (text: string) => void announced.push(text) },
      };
      const source = openSource();
      const handoff = (
        request: Parameters<NonNullable<typeof source.handoff>>[0],
      ): ReturnType<NonNullable<typeof source.handoff>> => source.handoff!(request);
      return await new Human({ owner: 'alice', settings, runtime, handoff }).ask(QUESTION, { signal });
    });
  },
});

function to({ url }: Receiver, rest: HumanSettings = {}): HumanSettings {
  return { webhook: url, secret: WEBHOOK_SECRET, timeout: 10_000, ...rest };
}

test('a webhook gets the signed request, without secrets', async ({ receive, ask }) => {
  const receiver = await receive((call, response) => {
    response.end();
    void answerOnPage(call.data.answerUrl, { answer: 'code', code: '012 345' });
  });
  expect(await ask(to(receiver))).toEqual({ code: '012345' });
  const { calls, refused } = receiver;
  expect(refused).toEqual([]);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ type: 'handoff.created', id: expect.stringMatching(/^msg_/) });
  expect(calls[0]?.data).toEqual({
    ...QUESTION,
    id: expect.stringMatching(/^[\da-f-]{36}$/),
    persona: 'alice',
    requestedBy: '"signs in" in worker 0',
    expiresAt: expect.any(Number),
    answerApi: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/handoffs\/[\da-f-]{36}\/answer$/),
    answerUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/handoff\/[\w-]{43}$/),
    howToAnswer: expect.stringMatching(/^Open answerUrl in a browser, or respond .*\{ "code": "012345" \}/),
  });
});

test('the response of the webhook may contain the code', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.end(JSON.stringify({ code: '012345' })));
  expect(await ask(to(receiver))).toEqual({ code: '012345' });
  // The page is removed with the request.
  expect((await fetch(receiver.calls[0]!.data.answerUrl)).status).toBe(404);
});

test('`human.url` sets the URL under which people reach the page', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.end('{"code":"1234"}'));
  await ask(to(receiver, { url: 'https://tunnel.example/sink/' }));
  expect(receiver.calls[0]?.data.answerUrl).toMatch(/^https:\/\/tunnel\.example\/sink\/handoff\/[\w-]{43}$/);
});

test('a call that fails with a server error is retried under the same id', async ({ receive, ask }) => {
  const receiver = await receive((_, response, count) => {
    if (count < 3) response.writeHead(500).end();
    else response.end('{"code":"012345"}');
  });
  expect(await ask(to(receiver))).toEqual({ code: '012345' });
  expect(receiver.calls).toHaveLength(3);
  expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(1);
});

test('a call whose connection is closed is retried', async ({ receive, ask }) => {
  const receiver = await receive((_, response, count) => {
    if (count === 1) response.destroy();
    else response.end('{"code":"012345"}');
  });
  expect(await ask(to(receiver))).toEqual({ code: '012345' });
});

test('a rejected call is not retried, and the error does not contain the URL', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.writeHead(404).end('{"code":"012345"}'));
  const error = await expectThrown(() => ask(to(receiver)), 'HUMAN_UNREACHABLE', 'answered HTTP 404', 'called once');
  expect(error.message).not.toContain('T0K3N');
  expect(receiver.calls).toHaveLength(1);
});

test('a redirect is not followed', async ({ receive, ask }) => {
  const other = await receive((_, response) => void response.end('{"code":"666666"}'));
  const receiver = await receive((_, response) => void response.writeHead(307, { location: other.url }).end());
  await expectThrown(() => ask(to(receiver)), 'HUMAN_UNREACHABLE', 'answered HTTP 307', 'Redirects are not followed');
  expect(other.calls).toEqual([]);
});

test('a receiver with another secret rejects the call, and the error says what to check', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.end());
  const secret = `whsec_${Buffer.from('another secret of 24 bytes, and more').toString('base64')}`;
  await expectThrown(() => ask(to(receiver, { secret })), 'HUMAN_UNREACHABLE', 'HTTP 401', 'the same `human.secret`');
  expect(receiver.refused).toEqual([expect.stringContaining('No matching signature')]);
});

test('a receiver that does not respond does not block an answer on the page', async ({ receive, ask }) => {
  const receiver = await receive((call) => void answerOnPage(call.data.answerUrl, { answer: 'code', code: '012345' }));
  expect(await ask(to(receiver))).toEqual({ code: '012345' });
});

test('an endless response is not read to its end, and the page still works', async ({ receive, ask }) => {
  const receiver = await receive((call, response) => {
    const more = (): void => void (response.destroyed || response.write('x'.repeat(10_000), more));
    more();
    response.on('close', () => void answerOnPage(call.data.answerUrl, { answer: 'code', code: '012345' }));
  });
  expect(await ask(to(receiver))).toEqual({ code: '012345' });
});

test('a code that is a JSON number is an error, because leading zeros would be lost', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.end('{"code":12345}'));
  await expectThrown(() => ask(to(receiver)), 'HUMAN_UNREACHABLE', 'must be a string');
});

test('a declined request ends with an error', async ({ receive, ask }) => {
  const receiver = await receive((call, response) => {
    response.end();
    void answerOnPage(call.data.answerUrl, { answer: 'decline' });
  });
  await expectThrown(() => ask(to(receiver)), 'HUMAN_DECLINED', '6-digit code by SMS to •• 42');
});

test('the error of a timeout says how the webhook responded', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.end('thanks'));
  const settings = to(receiver, { timeout: 400 });
  await expectThrown(() => ask(settings), 'HUMAN_TIMEOUT', 'within 0.4 s', 'called once and answered HTTP 200');
  const { url } = receiver;
  await receiver.close();
  const gone = { ...settings, webhook: url };
  await expectThrown(() => ask(gone), 'HUMAN_TIMEOUT', 'could not be reached (ECONNREFUSED)');
});

test('the caller may abort the wait', async ({ receive, ask }) => {
  const over = new AbortController();
  const receiver = await receive((_, response) => {
    response.end();
    over.abort(new Error('given up'));
  });
  await expect(ask(to(receiver), over.signal)).rejects.toThrow('given up');
});

test('closing the persona withdraws its open request', async ({ receive, openSource }) => {
  const source = openSource();
  const receiver = await receive((_, response) => {
    response.end();
    human.close();
  });
  const human = new Human({
    owner: 'alice',
    settings: to(receiver),
    runtime: plainRuntime(),
    handoff: (request) => source.handoff!(request),
  });
  await expectThrown(() => human.ask(QUESTION), 'WAIT_ABORTED');
  expect((await fetch(receiver.calls[0]!.data.answerUrl)).status).toBe(404);
});

test('without a webhook, the URL of the answer page is printed', async ({ ask, announced }) => {
  const answer = ask({ timeout: 10_000 });
  await expect.poll(() => announced).toHaveLength(1);
  expect(announced[0]).toContain(
    'alice needs a person within 10 s: 6-digit code by SMS to •• 42, at https://acme.example.',
  );
  await answerOnPage(/http\S+$/.exec(announced[0] ?? '')?.[0] ?? '', { answer: 'code', code: '012345' });
  expect(await answer).toEqual({ code: '012345' });
});

test('with neither a webhook nor a page, nobody can be asked', async () => {
  const human = new Human({ owner: 'alice', settings: {}, runtime: plainRuntime(), handoff: undefined });
  await expectThrown(() => human.ask(QUESTION), 'HUMAN_UNREACHABLE', 'Nobody can be asked');
});

test('a webhook that responds with the code needs no page', async ({ receive }) => {
  const receiver = await receive((_, response) => void response.end('{"code":"012345"}'));
  const handoff = (): Promise<never> => Promise.reject(new Error('no sink'));
  const human = new Human({ owner: 'alice', settings: to(receiver), runtime: plainRuntime(), handoff });
  expect(await human.ask(QUESTION)).toEqual({ code: '012345' });
  expect(receiver.calls[0]?.data).not.toHaveProperty('answerUrl');
});

test('without a page, the webhook is told to respond with the code', async ({ receive }) => {
  const receiver = await receive((_, response) => void response.end('{"code":"012345"}'));
  const human = new Human({ owner: 'alice', settings: to(receiver), runtime: plainRuntime(), handoff: undefined });
  expect(await human.ask(QUESTION)).toEqual({ code: '012345' });
  const { data } = receiver.calls[0]!;
  expect(data['howToAnswer']).toMatch(
    /^Respond to this request with status 200 and the JSON object \{ "code": "012345" \}/,
  );
  expect(data).not.toHaveProperty('answerUrl');
});

test('for an approval, the webhook is told that no answer is needed', async ({ receive }) => {
  const over = new AbortController();
  const receiver = await receive((_, response) => {
    response.end();
    over.abort(new Error('the page went on'));
  });
  const human = new Human({ owner: 'alice', settings: to(receiver), runtime: plainRuntime(), handoff: undefined });
  await expect(human.ask({ ...QUESTION, asks: 'approval' }, { signal: over.signal })).rejects.toThrow(
    'the page went on',
  );
  expect(receiver.calls[0]?.data['howToAnswer']).toContain('no answer is needed');
});

/** Posts an answer as a program does that knows nothing but the call of the webhook. */
async function answerByApi({ data }: Receiver['calls'][number], body: object): Promise<Response> {
  const token = data.answerUrl.split('/').at(-1);
  return await fetch(String(data['answerApi']), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
}

test('a program answers by API, and the webhook is told without the code', async ({ receive, ask, announced }) => {
  const answers: Array<Promise<Response>> = [];
  const receiver = await receive((call, response) => {
    response.end();
    answers.push(answerByApi(call, { code: '739 146' }));
  });
  expect(await ask(to(receiver))).toEqual({ code: '739146' });
  expect((await answers[0])?.status).toBe(200);
  await expect.poll(() => receiver.events).toHaveLength(1);
  const [call, event] = [receiver.calls[0]!, receiver.events[0]!];
  expect(event).toMatchObject({ type: 'handoff.answered', data: { id: call.data['id'], answer: 'code' } });
  expect(event.id).not.toBe(call.id);
  expect(event.data).not.toHaveProperty('answerUrl');
  // The sign-in has gone on, and the second answer is told from an unknown handoff.
  expect((await answerByApi(call, { code: '111111' })).status).toBe(409);
  for (const text of [...receiver.bodies, ...announced]) expect(text).not.toMatch(/739 ?146/);
  expect(receiver.refused).toEqual([]);
});

test('the webhook is told that a handoff was declined', async ({ receive, ask }) => {
  const receiver = await receive((call, response) => {
    response.end();
    void answerByApi(call, { decline: true });
  });
  await expectThrown(() => ask(to(receiver)), 'HUMAN_DECLINED');
  await expect
    .poll(() => receiver.events)
    .toMatchObject([{ type: 'handoff.answered', data: { answer: 'decline', id: receiver.calls[0]?.data['id'] } }]);
});

test('the webhook is told that a handoff expired', async ({ receive, ask }) => {
  const receiver = await receive((_, response) => void response.end());
  await expectThrown(() => ask(to(receiver, { timeout: 400 })), 'HUMAN_TIMEOUT');
  await expect.poll(() => receiver.events).toMatchObject([{ type: 'handoff.expired' }]);
});

test('the webhook is told that a handoff was cancelled', async ({ receive, ask }) => {
  const over = new AbortController();
  const receiver = await receive((_, response) => {
    response.end();
    over.abort(new Error('the page went on'));
  });
  await expect(ask(to(receiver), over.signal)).rejects.toThrow('the page went on');
  await expect.poll(() => receiver.events).toMatchObject([{ type: 'handoff.cancelled' }]);
});

test('an event that is not delivered is only logged, without the URL', async ({ receive, ask, announced }) => {
  const receiver = await receive((_, response) => {
    response.end('{"code":"739146"}');
    void receiver.close();
  });
  expect(await ask(to(receiver))).toEqual({ code: '739146' });
  await expect.poll(() => announced.join('\n'), { timeout: 15_000 }).toContain('handoff.answered was not delivered');
  expect(announced.join('\n')).not.toMatch(/T0K3N|739146/);
});
