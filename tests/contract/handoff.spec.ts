import { createHash } from 'node:crypto';
import type { Handoff, HandoffRequest } from '../../src/protocol/handoff.ts';
import type { Source } from '../../src/sources/source.ts';
import { sayHttp } from '../support/raw-http.ts';
import { answerOnPage } from '../support/webhook-receiver.ts';
import { expect, test as base } from '../support/sink-test.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';

function requestOf(rest: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    asks: 'code',
    persona: 'alice',
    requestedBy: '"signs in" in worker 0',
    title: '6-digit code by SMS to •• 42',
    label: 'Security code',
    destination: '•• 42',
    origin: 'https://acme.example',
    expiresAt: Date.now() + 60_000,
    ...rest,
  };
}

function sha256(text = ''): string {
  return createHash('sha256').update(text).digest('base64');
}

const test = base.extend<{ open: (rest?: Partial<HandoffRequest>, source?: Source) => Promise<Handoff> }>({
  open: async ({ openSource }, use) => {
    await use((rest, source = openSource()) => source.handoff!(requestOf(rest)));
  },
});

test('the page shows the request, the persona and the site, and runs no script but its own', async ({ open }) => {
  const { url } = await open();
  const response = await fetch(url);
  const page = await response.text();
  for (const text of [
    'A code is needed',
    '6-digit code by SMS to •• 42',
    'Security code',
    'https://acme.example',
    'alice',
  ])
    expect(page).toContain(text);
  expect(page).toContain('&quot;signs in&quot; in worker 0');
  const [script, ...others] = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, content = '']) => content);
  expect(others).toEqual([]);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(response.headers.get('content-security-policy')).toContain(`script-src 'sha256-${sha256(script)}'`);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-\S+'; form-action 'self'; /,
    ),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

test('texts of the site are escaped on the page', async ({ open }) => {
  const { url } = await open({ label: '<img src=x onerror=alert(1)>', title: '"><script>alert(1)</script>' });
  const page = await (await fetch(url)).text();
  expect(page).not.toContain('<img');
  expect(page).not.toContain('<script>alert');
  expect(page.match(/<script/g)).toHaveLength(1);
});

test('a code is pushed to the waiting client, and uses up the link', async ({ open }) => {
  const page = await open();
  const answer = page.answer();
  // A GET does not use up the link: chat programs send one for a preview.
  for (let look = 0; look < 2; look++) expect((await fetch(page.url)).status).toBe(200);
  expect((await answerOnPage(page.url, { answer: 'code', code: ' 012 345 ' })).status).toBe(200);
  expect(await answer).toEqual({ code: '012345' });
  expect((await fetch(page.url)).status).toBe(404);
  expect((await answerOnPage(page.url, { answer: 'code', code: '999999' })).status).toBe(404);
  expect(await page.answer()).toEqual({ code: '012345' });
});

test('an approval has no code field, and is answered with a button', async ({ open }) => {
  const page = await open({ asks: 'approval' });
  expect(await (await fetch(page.url)).text()).not.toContain('name="code"');
  expect((await answerOnPage(page.url, { answer: 'code', code: '012345' })).status).toBe(400);
  expect((await answerOnPage(page.url, { answer: 'done' })).status).toBe(200);
  expect(await page.answer()).toEqual({ isDone: true });
});

test('the person may decline', async ({ open }) => {
  const page = await open();
  expect((await answerOnPage(page.url, { answer: 'decline', code: '' })).status).toBe(200);
  expect(await page.answer()).toEqual({ isDeclined: true });
});

test('an invalid code does not use up the link', async ({ open }) => {
  const page = await open();
  for (const form of [
    { answer: 'code', code: ' ' },
    { answer: 'done' },
    { code: '012345' },
    { answer: 'code', code: 'x'.repeat(65) },
  ])
    expect((await answerOnPage(page.url, form as Record<string, string>)).status).toBe(400);
  expect((await answerOnPage(page.url, { answer: 'code', code: 'x'.repeat(5000) })).status).toBe(413);
  expect(
    (await fetch(page.url, { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } })).status,
  ).toBe(400);
  expect((await fetch(page.url)).status).toBe(200);
});

test('tokens are unique, and a wrong token finds no page', async ({ open }) => {
  const [one, two] = [await open(), await open()];
  expect(new URL(one.url).pathname).toMatch(/^\/handoff\/[\w-]{43}$/);
  expect(one.url).not.toBe(two.url);
  const last = one.url.endsWith('A') ? 'B' : 'A';
  for (const url of [
    one.url.slice(0, -1) + last,
    one.url.slice(0, -1),
    `${one.url}A`,
    new URL('/handoff/', one.url).href,
  ]) {
    expect((await fetch(url)).status).toBe(404);
    expect((await answerOnPage(url, { answer: 'code', code: '012345' })).status).toBe(404);
  }
  expect((await fetch(one.url)).status).toBe(200);
});

test('a link expires', async ({ open }) => {
  const page = await open({ expiresAt: Date.now() + 2000 });
  await expect.poll(async () => (await fetch(page.url)).status).toBe(404);
  expect((await answerOnPage(page.url, { answer: 'code', code: '012345' })).status).toBe(404);
});

test('closing a handoff removes its page', async ({ open }) => {
  const page = await open();
  await page.close();
  expect((await fetch(page.url)).status).toBe(404);
});

test('the page needs no sink token, and opens no other route without it', async ({ startSink, closing }) => {
  const sink = await startSink({ token: 'open-sesame' });
  const source = closing(sinkSource({ url: sink.url.replace('//', '//any:open-sesame@') }));
  const page = await source.handoff!(requestOf());
  expect(page.url).not.toContain('open-sesame');
  expect((await fetch(page.url)).status).toBe(200);
  for (const path of [
    '/api/messages',
    '/handoff/../api/messages',
    '/handoff/%2e%2e/api/messages',
    '/handoff/a/../../api/messages',
  ]) {
    const { socket, answer } = await sayHttp(sink.httpPort, `GET ${path} HTTP/1.1`, 'Host: localhost');
    expect(answer).toContain('HTTP/1.1 401');
    socket.destroy();
  }
});

test('an answer arrives even if the connection was cut in the meantime', async ({ open, openGate, openSource }) => {
  const gate = await openGate();
  const page = await open({}, openSource(gate.url));
  const answer = page.answer();
  gate.shut();
  gate.reopen();
  await expect.poll(async () => (await fetch(page.url)).status).toBe(200);
  await answerOnPage(page.url, { answer: 'code', code: '012345' });
  expect(await answer).toEqual({ code: '012345' });
});

test('a wait ends with an error if the sink is replaced by another', async ({ startSink, openGate, openSource }) => {
  const first = await startSink();
  const gate = await openGate(first);
  const page = await openSource(gate.url).handoff!(requestOf());
  const answer = page.answer();
  answer.catch(() => undefined);
  const second = await startSink();
  gate.shut();
  gate.reopen(second.httpPort);
  await expect(answer).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
});

test('an invalid request is refused', async ({ open }) => {
  await expect(open({ expiresAt: 0 })).rejects.toThrow('The handoff request is invalid.');
  await expect(open({ title: 'a\nb' })).rejects.toThrow('The handoff request is invalid.');
});

test('a telephone offers the code of an SMS, on the keyboard that fits it', async ({ open }) => {
  const fieldOf = async (rest: Partial<HandoffRequest>, query = ''): Promise<string> => {
    const page = await (await fetch((await open(rest)).url + query)).text();
    return /<input[^>]*>/.exec(page)?.[0] ?? '';
  };
  expect(await fieldOf({ charset: 'digits' })).toMatch(/inputmode="numeric"[^>]*autocomplete="one-time-code"/);
  expect(await fieldOf({ charset: 'alphanumeric' })).toContain('inputmode="text"');
  // If the site does not tell, the person does.
  expect(await fieldOf({})).toContain('inputmode="numeric"');
  expect(await fieldOf({}, '?letters')).toContain('inputmode="text"');
});

test('the page for a code with letters needs no token, and other queries open nothing', async ({
  startSink,
  closing,
}) => {
  const sink = await startSink({ token: 'open-sesame' });
  const source = closing(sinkSource({ url: sink.url.replace('//', '//any:open-sesame@') }));
  const page = await source.handoff!(requestOf());
  const answer = page.answer();
  for (const query of ['?x', '?letters=1', '?letters&x', '?letters/../../api/messages'])
    expect((await fetch(page.url + query)).status).toBe(401);
  expect((await fetch(`${page.url}?letters`)).status).toBe(200);
  expect((await answerOnPage(`${page.url}?letters`, { answer: 'code', code: 'K7Q2M9' })).status).toBe(200);
  expect(await answer).toEqual({ code: 'K7Q2M9' });
});

test('each answer says what happens next', async ({ open }) => {
  const textAfter = async (form: Record<string, string>, rest: Partial<HandoffRequest> = {}): Promise<string> =>
    await (await answerOnPage((await open(rest)).url, form)).text();
  expect(await textAfter({ answer: 'code', code: '012345' })).toContain('The sign-in goes on by itself.');
  expect(await textAfter({ answer: 'done' }, { asks: 'approval' })).toContain('The sign-in goes on by itself.');
  expect(await textAfter({ answer: 'decline' })).toContain('The sign-in ends.');
});

/** Posts an answer with a token, as a program does. */
async function post(url: string, token: string | undefined, body: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return response.status;
}

function tokenOf({ url }: Handoff): string {
  return url.split('/').at(-1) ?? '';
}

test('a program answers with the token of the handoff, once', async ({ open }) => {
  const page = await open();
  const answer = page.answer();
  expect(await post(page.apiUrl, tokenOf(page), '{"code":" 012 345 "}')).toBe(200);
  expect(await answer).toEqual({ code: '012345' });
  expect(await post(page.apiUrl, tokenOf(page), '{"code":"999999"}')).toBe(409);
  expect(await page.answer()).toEqual({ code: '012345' });
  await page.close();
  expect(await post(page.apiUrl, tokenOf(page), '{"code":"999999"}')).toBe(409);
  expect(await post(page.apiUrl, 'wrong', '{"code":"999999"}')).toBe(404);
});

test('of many answers at once, one is accepted', async ({ open }) => {
  const page = await open();
  const codes = Array.from({ length: 10 }, (_, index) => `00000${index}`);
  const states = await Promise.all(codes.map((code) => post(page.apiUrl, tokenOf(page), JSON.stringify({ code }))));
  expect(states.filter((status) => status === 200)).toHaveLength(1);
  expect(states.filter((status) => status === 409)).toHaveLength(9);
  expect(await page.answer()).toEqual({ code: codes[states.indexOf(200)] });
});

test('a program approves or declines', async ({ open }) => {
  const approval = await open({ asks: 'approval' });
  expect(await post(approval.apiUrl, tokenOf(approval), '{"code":"012345"}')).toBe(400);
  expect(await post(approval.apiUrl, tokenOf(approval), '{"done":true}')).toBe(200);
  expect(await approval.answer()).toEqual({ isDone: true });
  const declined = await open();
  expect(await post(declined.apiUrl, tokenOf(declined), '{"decline":true}')).toBe(200);
  expect(await declined.answer()).toEqual({ isDeclined: true });
});

test('a wrong, foreign or missing token and an unknown or expired handoff are answered alike', async ({ open }) => {
  const [one, other] = [await open(), await open({ expiresAt: Date.now() + 1000 })];
  const unknown = one.apiUrl.replace(one.id, '00000000-0000-4000-8000-000000000000');
  for (const [url, token] of [
    [one.apiUrl, undefined],
    [one.apiUrl, ''],
    [one.apiUrl, tokenOf(other)],
    [one.apiUrl, `${tokenOf(one)}A`],
    [unknown, tokenOf(one)],
  ] as const)
    expect(await post(url, token, '{"code":"012345"}')).toBe(404);
  await expect.poll(() => post(other.apiUrl, tokenOf(other), 'not an answer')).toBe(404);
  expect((await fetch(one.url)).status).toBe(200);
});

test('a bad answer does not use up the handoff', async ({ open }) => {
  const page = await open();
  for (const body of [
    '',
    'null',
    '[]',
    '{}',
    'x',
    '{"code":12345}',
    '{"code":" "}',
    '{"done":true}',
    '{"decline":false}',
    '{"code":"1234","decline":true}',
  ])
    expect(await post(page.apiUrl, tokenOf(page), body), body).toBe(400);
  expect(await post(page.apiUrl, tokenOf(page), JSON.stringify({ code: 'x'.repeat(5000) }))).toBe(413);
  expect(await post(page.apiUrl, tokenOf(page), '{"code":"012345"}')).toBe(200);
});

test('the list shows open handoffs without their tokens, and needs the token of the sink', async ({
  startSink,
  closing,
}) => {
  const sink = await startSink({ token: 'open-sesame' });
  const source = closing(sinkSource({ url: sink.url.replace('//', '//any:open-sesame@') }));
  const [one, two] = [await source.handoff!(requestOf()), await source.handoff!(requestOf({ asks: 'approval' }))];
  const get = async (path: string, token?: string): Promise<Response> =>
    await fetch(new URL(path, sink.url), token ? { headers: { authorization: `Bearer ${token}` } } : {});
  for (const path of ['/api/handoffs', `/api/handoffs/${one.id}`, `/api/handoffs/x/../${one.id}`]) {
    expect((await get(path)).status).toBe(401);
    expect((await get(path, tokenOf(one))).status).toBe(401);
  }
  const text = await (await get('/api/handoffs', 'open-sesame')).text();
  expect(JSON.parse(text)).toMatchObject({ handoffs: [{ id: one.id, persona: 'alice' }, { id: two.id }] });
  expect(text).not.toContain(tokenOf(one));
  const detail = (await (await get(`/api/handoffs/${one.id}`, 'open-sesame')).json()) as { path: string };
  expect(detail.path).toBe(new URL(one.url).pathname);
  // The token of the sink does not answer, and that of the handoff needs no other.
  expect(await post(one.apiUrl, 'open-sesame', '{"code":"012345"}')).toBe(404);
  expect(await post(one.apiUrl, tokenOf(one), '{"code":"012345"}')).toBe(200);
  expect(await (await get('/api/handoffs', 'open-sesame')).json()).toMatchObject({ handoffs: [{ id: two.id }] });
  expect((await get(`/api/handoffs/${one.id}`, 'open-sesame')).status).toBe(404);
});
