import type { Handoff, HandoffRequest } from '../../src/protocol/handoff.ts';
import { expect, test as base } from '../support/sink-test.ts';

const TOKEN = 'let-me-in-let-me-in';

function requestOf(rest: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    ...{ asks: 'code', persona: 'alice', requestedBy: '"signs in" in worker 0', title: '6-digit code', label: 'Code' },
    ...{ origin: 'https://acme.example', expiresAt: Date.now() + 60_000, ...rest },
  };
}

interface Asking {
  open: (rest?: Partial<HandoffRequest>) => Promise<Handoff>;
  /** Sends an answer, and returns the status. */
  answer: (id: string, body: unknown, headers?: Record<string, string>) => Promise<number>;
}

const test = base.extend<Asking>({
  open: async ({ openSource }, use) => {
    const source = openSource();
    await use((rest) => source.handoff!(requestOf(rest)));
  },
  answer: async ({ sink }, use) => {
    await use(async (id, body, headers = {}) => {
      const url = `http://127.0.0.1:${sink.httpPort}/api/handoffs/${id}/answer`;
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    });
  },
});

const tokenOf = ({ url }: Handoff): string => url.split('/').at(-1) ?? '';

test('lists what waits, without tokens, and takes one answer', async ({ open, answer, sink }) => {
  const [first, second] = [await open(), await open({ asks: 'approval', persona: 'bob' })];
  const list = async (): Promise<string> => await (await fetch(`${sink.url}/api/handoffs`)).text();
  expect(JSON.parse(await list())).toMatchObject({
    handoffs: [
      { id: second.id, persona: 'bob', asks: 'approval' },
      { id: first.id, persona: 'alice', title: '6-digit code' },
    ],
  });
  for (const one of [first, second]) expect(await list()).not.toContain(tokenOf(one));
  const given = first.answer();
  expect(await answer(first.id, { code: '482 913' })).toBe(200);
  expect(await given).toEqual({ code: '482913' });
  expect(await answer(first.id, { code: '111222' })).toBe(409);
  await first.close();
  expect(await answer(first.id, { code: '111222' })).toBe(409);
  expect(JSON.parse(await list())).toMatchObject({ handoffs: [{ id: second.id }] });
  expect(await answer(second.id, { done: true })).toBe(200);
  expect(await second.answer()).toEqual({ isDone: true });
});

test('a request can be declined', async ({ open, answer }) => {
  const handoff = await open();
  expect(await answer(handoff.id, { decline: true })).toBe(200);
  expect(await handoff.answer()).toEqual({ isDeclined: true });
});

test('a body that does not answer is refused, and the request stays open', async ({ open, answer }) => {
  const [code, approval] = [await open(), await open({ asks: 'approval' })];
  for (const body of [{}, [], null, 'text', { code: 482913 }, { code: '' }, { code: '1'.repeat(65) }, { done: true }])
    expect([body, await answer(code.id, body)]).toEqual([body, 400]);
  expect(await answer(code.id, { code: '482913', decline: true })).toBe(400);
  expect(await answer(approval.id, { code: '482913' })).toBe(400);
  expect(await answer(code.id, { code: '482913' })).toBe(200);
});

test('a request that does not exist, was withdrawn or has expired is gone', async ({ open, answer }) => {
  const handoff = await open();
  await handoff.close();
  for (const id of [handoff.id, 'none', '__proto__']) expect(await answer(id, { code: '482913' })).toBe(404);
  const late = await open({ expiresAt: Date.now() + 300 });
  await expect.poll(() => answer(late.id, {})).toBe(404);
});

test('a page of another site cannot answer', async ({ open, answer }) => {
  const handoff = await open();
  expect(await answer(handoff.id, { code: '482913' }, { origin: 'https://evil.example' })).toBe(403);
});

test.describe('a sink with a token', () => {
  test.use({ sinkOptions: { host: '0.0.0.0', token: TOKEN } });

  test('takes the token of the request, for that request alone, or its own', async ({ sink, openSource, answer }) => {
    const source = openSource(`http://any:${TOKEN}@127.0.0.1:${sink.httpPort}`);
    const [one, other] = [await source.handoff!(requestOf()), await source.handoff!(requestOf())];
    const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
    for (const token of ['', 'wrong', tokenOf(other)])
      expect(await answer(one.id, { code: '482913' }, bearer(token))).toBe(401);
    const list = `http://127.0.0.1:${sink.httpPort}/api/handoffs`;
    expect((await fetch(list, { headers: bearer(tokenOf(one)) })).status).toBe(401);
    expect(await answer(one.id, { code: '482913' }, bearer(tokenOf(one)))).toBe(200);
    expect(await answer(other.id, { code: '482913' }, bearer(TOKEN))).toBe(200);
  });
});
