import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { api, expect, sendCode, test } from '../support/sink-test.ts';

const TOKEN = 'let-me-in';

/** Sends a request with headers that `fetch` does not allow. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test.describe('on loopback, the sink allows requests', () => {
  for (const [name, headers] of Object.entries({
    'to localhost on a forwarded port': { host: 'localhost:9999' },
    'to an IPv6 loopback address': { host: '[::1]:8025' },
    'from a page of its own origin': { host: 'localhost:8025', origin: 'http://localhost:8025' },
  })) {
    test(name, async ({ sink }) => {
      expect(await statusOf(`${sink.url}/api/messages`, headers)).toBe(200);
    });
  }
});

test('an image or a link of another site reads and stores nothing, and a page of the sink can be opened', async ({
  sink,
}) => {
  const ask = (path: string, site: string, mode: string): Promise<number | undefined> =>
    statusOf(`${sink.url}${path}`, { 'sec-fetch-site': site, 'sec-fetch-mode': mode });
  const sms = '/sms?to=%2B12025550143&text=Your+code+is+482913';
  for (const site of ['cross-site', 'same-site']) {
    for (const mode of ['no-cors', 'navigate']) expect(await ask(sms, site, mode)).toBe(403);
    expect(await ask('/api/messages', site, 'no-cors')).toBe(403);
    expect(await ask('/', site, 'navigate')).toBe(200);
  }
  expect(sink.store.size.messages).toBe(0);
  expect(await ask('/api/messages', 'same-origin', 'cors')).toBe(200);
  expect(await ask(sms, 'none', 'navigate')).toBe(201);
});

test.describe('a sink that listens on all addresses', () => {
  test.use({ sinkOptions: { host: '0.0.0.0', token: TOKEN } });

  test('allows requests with the token, under any host name', async ({ sink }) => {
    const url = `http://127.0.0.1:${sink.httpPort}/api/messages`;
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
    const host = 'sink.example:8025';
    expect(await statusOf(url, { host })).toBe(401);
    expect(await statusOf(url, { host, authorization: basic('any:wrong') })).toBe(401);
    expect(await statusOf(url, { host, authorization: basic(`any:${TOKEN}`) })).toBe(200);
    expect(await statusOf(url, { host, authorization: `Bearer ${TOKEN}` })).toBe(200);
  });

  test('refuses pages of other hosts, although their browser sends the token', async ({ sink }) => {
    const headers = { host: 'sink.example:8025', authorization: `Bearer ${TOKEN}` };
    for (const path of ['/api/messages', '/', '/inbox/events']) {
      const url = `http://127.0.0.1:${sink.httpPort}${path}`;
      for (const origin of [
        'http://evil.example',
        'http://sink.example',
        'https://sink.example:8025.evil.example',
        'null',
      ])
        expect([path, origin, await statusOf(url, { ...headers, origin })]).toEqual([path, origin, 403]);
      for (const origin of ['http://sink.example:8025', 'https://sink.example:8025'])
        expect([path, origin, await statusOf(url, { ...headers, origin })]).toEqual([path, origin, 200]);
    }
    const url = `http://127.0.0.1:${sink.httpPort}/`;
    const behindProxy = { host: 'sink.example', authorization: headers.authorization, origin: 'https://sink.example' };
    expect(await statusOf(url, behindProxy)).toBe(200);
  });

  test('challenges who opens a page, and nobody else', async ({ sink }) => {
    const url = `http://127.0.0.1:${sink.httpPort}`;
    const challengeOf = async (path: string, headers: Record<string, string>): Promise<string | null> =>
      (await fetch(url + path, { headers })).headers.get('www-authenticate');
    expect(await challengeOf('/', { accept: 'text/html,*/*' })).toMatch(/^Basic realm=/);
    expect(await challengeOf('/', { accept: '*/*' })).toBeNull();
    expect(await challengeOf('/api/messages', { accept: 'application/json' })).toBeNull();
    expect(await challengeOf('/', { accept: 'text/html', authorization: `Bearer ${TOKEN}` })).toBeNull();
  });

  test('requires the token at every path', async ({ sink }) => {
    for (const path of [
      '/api/health',
      '/api/messages',
      '/api/stream',
      '/sms',
      '/',
      '/inbox/events',
      '/inbox/codes',
      '/inbox/page/x',
      '/inbox/file/x/0',
    ]) {
      const { status, body } = await api(sink, path);
      expect({ path, status }).toEqual({ path, status: 401 });
      expect(body).toEqual({ error: expect.stringContaining('Authorization: Bearer TOKEN') });
    }
  });

  test('delivers mail to tests whose URL contains the token', async ({ openInbox, sink }) => {
    const inbox = await openInbox(undefined, { url: `http://any:${TOKEN}@127.0.0.1:${sink.httpPort}` });
    await sendCode(sink, '482913');
    expect(await inbox.waitForCode()).toBe('482913');
  });
});
