import type { IncomingMessage } from 'node:http';
import { expect, test } from '@playwright/test';
import { Guard } from '../../src/sink/guard.ts';
import { startSink } from '../../src/sink/sink.ts';
import { expectThrown } from '../support/thrown.ts';

const TOKEN = 'tok:en-4711';

/** The status of a refusal, or 200. */
function statusOf(guard: Guard, headers: Record<string, string>): number {
  return guard.refuse({ headers } as unknown as IncomingMessage)?.status ?? 200;
}

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

test.describe('on loopback, a request is allowed', () => {
  const guard = new Guard('127.0.0.1');
  for (const headers of [
    { host: '127.0.0.1:8025' },
    { host: 'localhost:8025' },
    { host: 'localhost' },
    { host: '[::1]:8025' },
    { host: '127.9.9.9:8025' },
    { host: '127.0.0.1:8025', origin: 'http://127.0.0.1:8025' },
    { host: 'localhost:8025', origin: 'http://localhost:8025' },
  ] as Record<string, string>[]) {
    test(JSON.stringify(headers), () => {
      expect(statusOf(guard, headers)).toBe(200);
    });
  }
});

test.describe('on loopback, a request is refused', () => {
  const guard = new Guard('127.0.0.1');
  for (const headers of [
    { host: 'evil.example' },
    { host: 'evil.example:8025' },
    { host: '127.0.0.1.evil.example:8025' },
    { host: 'localhost.evil.example' },
    { host: '10.0.0.1:8025' },
    {},
    { host: 'localhost:8025', origin: 'https://evil.example' },
    { host: 'localhost:8025', origin: 'http://localhost:3000' },
    { host: 'localhost:8025', origin: 'https://localhost:8025' },
    { host: 'localhost:8025', origin: 'null' },
  ] as Record<string, string>[]) {
    test(JSON.stringify(headers), () => {
      expect(statusOf(guard, headers)).toBe(403);
    });
  }
});

test.describe('with a token, the API key of a vendor may be the token', () => {
  const guard = new Guard('0.0.0.0', TOKEN);
  const signed = (key: string): string =>
    `AWS4-HMAC-SHA256 Credential=${key}/20261201/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=00`;
  for (const [name, headers, status] of [
    ['of Postmark', { 'x-postmark-server-token': TOKEN }, 200],
    ['of Brevo', { 'api-key': TOKEN }, 200],
    ['of Amazon', { authorization: signed(TOKEN) }, 200],
    ['of Postmark, wrong', { 'x-postmark-server-token': 'wrong' }, 401],
    ['of Brevo, wrong', { 'api-key': `${TOKEN}x` }, 401],
    ['of Amazon, wrong', { authorization: signed('AKIA') }, 401],
    ['of Amazon, elsewhere in the header', { authorization: `${signed('AKIA')}, x=${TOKEN}` }, 401],
    ['of Brevo, beside a wrong one', { 'api-key': TOKEN, authorization: 'Bearer wrong' }, 401],
  ] as [string, Record<string, string>, number][]) {
    test(name, () => {
      expect(statusOf(guard, headers)).toBe(status);
    });
  }
});

test.describe('with a token', () => {
  const guard = new Guard('0.0.0.0', TOKEN);
  for (const [name, authorization, status] of [
    ['it is accepted as a bearer token', `Bearer ${TOKEN}`, 200],
    ['the case of the scheme does not matter', `bearer ${TOKEN}`, 200],
    ['it is accepted as the password of any user', basic(`any:${TOKEN}`), 200],
    ['it is accepted as the password of an empty user name', basic(`:${TOKEN}`), 200],
    ['another token is refused', 'Bearer token', 401],
    ['a longer token is refused', `Bearer ${TOKEN}1`, 401],
    ['a prefix of it is refused', `Bearer ${TOKEN.slice(0, -1)}`, 401],
    ['it is refused in another case', `Bearer ${TOKEN.toUpperCase()}`, 401],
    ['it is refused as a user name', basic(`${TOKEN}:x`), 401],
    ['a request without a token is refused', undefined, 401],
    ['an empty token is refused', 'Bearer ', 401],
    ['an invalid header is refused', 'Basic \u00ff', 401],
  ] as const) {
    test(name, () => {
      expect(
        statusOf(guard, { host: 'sink.example:8025', ...(authorization === undefined ? {} : { authorization }) }),
      ).toBe(status);
    });
  }

  test('a page of another origin may not read, although its browser sends the token', () => {
    const headers = { host: 'sink.example', authorization: `Bearer ${TOKEN}` };
    expect(statusOf(guard, { ...headers, origin: 'https://ci.example' })).toBe(403);
    expect(statusOf(guard, { ...headers, origin: 'https://sink.example' })).toBe(200);
  });

  test('the refusal says how to send the token, and does not contain it', () => {
    const refusal = guard.refuse({ headers: { authorization: 'Bearer wrong' } } as IncomingMessage);
    expect(refusal?.reason).toContain('Authorization: Bearer');
    expect(refusal?.reason).not.toContain(TOKEN);
  });
});

test.describe('a token in the URL', () => {
  const guard = new Guard('127.0.0.1', TOKEN);
  const query = `token=${encodeURIComponent(TOKEN)}`;
  const refusalOf = (url: string): ReturnType<Guard['refuse']> => {
    return guard.refuse({ url, headers: { authorization: `Bearer ${TOKEN}` } } as unknown as IncomingMessage);
  };

  test('is taken from an inbound webhook, which can send no header', () => {
    for (const url of [`/inbound/twilio?${query}`, `/inbound/android-sms-gateway?to=1&${query}`])
      expect(guard.refuse({ url, headers: {} } as unknown as IncomingMessage)).toBeUndefined();
  });

  for (const path of [
    '/api/messages',
    '/api/stream',
    '/inbound',
    '/inbound/',
    '/inbound/../api/messages',
    '/inbound/twilio/../../api/messages',
    '/inbound/%2e%2e/api/messages',
    '/inbound/twilio/more',
  ]) {
    test(`is refused at ${path}, even with the right header`, () => {
      const refusal = refusalOf(`${path}?since=0&${query}`);
      expect(refusal?.status).toBe(401);
      expect(refusal?.reason).toContain('Send it in a header');
      expect(refusal?.reason).not.toContain(TOKEN);
    });
  }
});

test.describe('without a token the sink does not listen', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.10', 'sink.example', '']) {
    test(`on "${host}"`, async () => {
      await expectThrown(
        () => startSink({ smtpPort: 0, httpPort: 0, host }),
        'SINK_START_FAILED',
        `"${host}"`,
        '--token',
        'PLAYWRIGHT_2FA_SINK_TOKEN',
        '127.0.0.1',
      );
    });
  }
});
