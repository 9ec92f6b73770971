import { expect, test } from '@playwright/test';
import { CookieJar } from '../../src/profile/requests/cookie-jar.ts';
import { type Sent, send, sendableOf } from '../../src/profile/requests/send.ts';

const BASE = 'https://app.acme.test/';

/** A request as a server gets it. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

type Reply = (seen: Seen) => { readonly status?: number; readonly to?: string; readonly cookies?: readonly string[] };

/** Sends a request to servers that a function plays. */
async function sendTo(
  reply: Reply,
  input: string | URL | Request,
  init: RequestInit = {},
  jar = new CookieJar([]),
): Promise<{ readonly sent: Sent; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const fetch: typeof globalThis.fetch = async (url, options) => {
    const request = new Request(url, options);
    const one = {
      method: request.method,
      url: request.url,
      // Node lets a program set every header.
      headers: Object.fromEntries(new Headers(options?.headers)),
      body: await request.text(),
    };
    seen.push(one);
    const { status, to, cookies = [] } = reply(one);
    const headers = new Headers(to === undefined ? {} : { location: to });
    for (const cookie of cookies) headers.append('set-cookie', cookie);
    return new Response(null, { status: status ?? (to === undefined ? 200 : 302), headers });
  };
  const sent = await send(await sendableOf(input, init, BASE), jar, fetch, () => undefined);
  return { sent, seen };
}

test('each redirect gets the cookies of its URL, those set on the way included', async () => {
  const jar = new CookieJar([]);
  for (const [url, cookie] of [
    ['https://app.acme.test/', 'app=1'],
    ['https://id.other.test/', 'other=1'],
  ] as const)
    jar.set(cookie, new URL(url));
  const WAY: Record<string, ReturnType<Reply>> = {
    'https://app.acme.test/a': {
      to: 'https://id.other.test/b',
      cookies: ['state=2; Path=/', 'x=1; Domain=other.test'],
    },
    'https://id.other.test/b': { to: 'https://app.acme.test/c', cookies: ['sso=3'] },
    'https://app.acme.test/c': {},
  };
  const { seen, sent } = await sendTo(({ url }) => WAY[url]!, '/a', {}, jar);
  expect(seen.map(({ headers }) => headers['cookie'])).toEqual(['app=1', 'other=1', 'app=1; state=2']);
  expect(sent.urls.map(String)).toEqual(Object.keys(WAY));
  expect(sent.response.redirected).toBe(true);
  expect(jar.header(new URL('https://id.other.test/'))).toBe('other=1; sso=3');
});

test('another origin gets neither the authorization nor the cookies of the caller', async () => {
  const headers = { authorization: 'Bearer secret', cookie: 'own=1', 'x-client': 'job' };
  const { seen } = await sendTo(({ url }) => (url.endsWith('/a') ? { to: 'https://evil.test/b' } : {}), '/a', {
    headers,
  });
  expect(seen.map((one) => one.headers)).toEqual([headers, { 'x-client': 'job' }]);
});

test('a redirect to http gets no secure cookie', async () => {
  const jar = new CookieJar([]);
  jar.set('sid=1; Secure; Path=/', new URL(BASE));
  const { seen } = await sendTo(
    ({ url }) => (url.startsWith('https') ? { to: 'http://app.acme.test/b' } : {}),
    '/a',
    {},
    jar,
  );
  expect(seen.map((one) => one.headers['cookie'])).toEqual(['sid=1', undefined]);
});

for (const [status, method, expected, keepsBody] of [
  [301, 'POST', 'GET', false],
  [302, 'POST', 'GET', false],
  [303, 'PUT', 'GET', false],
  [303, 'HEAD', 'HEAD', false],
  [302, 'PUT', 'PUT', true],
  [307, 'POST', 'POST', true],
  [308, 'POST', 'POST', true],
] as const) {
  test(`${method} is ${expected} after ${status}`, async () => {
    const body = method === 'HEAD' ? null : JSON.stringify({ loaves: 3 });
    const init = { method, body, headers: { 'content-type': 'application/json' } };
    const { seen } = await sendTo(({ url }) => (url.endsWith('/a') ? { status, to: '/b' } : {}), '/a', init);
    expect(seen[1]).toMatchObject({ method: expected, body: keepsBody ? '{"loaves":3}' : '' });
    if (body !== null) expect('content-type' in seen[1]!.headers).toBe(keepsBody);
  });
}

test('a redirect is not followed where the caller says so', async () => {
  const { sent, seen } = await sendTo(() => ({ to: '/b' }), '/a', { redirect: 'manual' });
  expect([sent.response.status, seen.length]).toEqual([302, 1]);
  await expect(sendTo(() => ({ to: '/b' }), '/a', { redirect: 'error' })).rejects.toThrow(TypeError);
});

test('a loop of redirects ends', async () => {
  let count = 0;
  await expect(sendTo(() => ({ to: `/${++count}` }), '/a')).rejects.toThrow('too many redirects');
  expect(count).toBe(21);
});

test('a redirect to another scheme than HTTP fails', async () => {
  for (const to of ['file:///etc/passwd', 'data:text/plain,x', 'http://'])
    await expect(sendTo(() => ({ to }), '/a')).rejects.toThrow(TypeError);
});

test('a form, a stream and a Request are sent as fetch sends them', async () => {
  const form = new FormData();
  form.set('loaves', '3');
  const { seen } = await sendTo(() => ({}), '/a', { method: 'POST', body: form });
  expect(seen[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(seen[0]?.body).toContain('name="loaves"');
  const stream = new Response('three').body;
  const streamed = await sendTo(() => ({}), '/a', { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
  expect(streamed.seen[0]?.body).toBe('three');
  const request = new Request(`${BASE}b`, { method: 'PUT', body: 'four', headers: { 'x-client': 'job' } });
  const put = await sendTo(() => ({}), request);
  expect(put.seen[0]).toMatchObject({ method: 'PUT', url: `${BASE}b`, body: 'four' });
  expect(put.seen[0]?.headers['x-client']).toBe('job');
});
