import { createHash, createHmac, randomUUID } from 'node:crypto';
import { sign } from 'hono/jwt';
import twilio from 'twilio';
import { Secret } from '../../src/secret/secret.ts';
import type { Sender } from '../../src/sink/inbound.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { ALICE_NUMBER as TO, expect, test as base } from '../support/sink-test.ts';

const FROM = '+12025550100';
const BODY = 'Acme: 123456 is your code. Grüße ✓';
/** Base64, as Standard Webhooks requires; the others use the text itself. */
const KEY = Buffer.from('a key that signs webhooks').toString('base64');

interface Call {
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Provider {
  /** Path of its webhook. */
  readonly path: string;
  readonly unsigned: (id: string) => Call;
  /** Returns the headers that sign a call. @param at time of the call, in seconds since the epoch */
  readonly sign: (call: Call, url: string, key: string, at: number) => Promise<Record<string, string>>;
  /** True if the signature covers the time. @default true */
  readonly hasTime?: boolean;
  /** True if the signature covers the body. @default true */
  readonly hasBody?: boolean;
}

function json(body: object): Call {
  return { body: JSON.stringify(body) };
}

const PROVIDERS: Readonly<Record<Sender, Provider>> = {
  twilio: {
    path: '/inbound/twilio',
    hasTime: false,
    unsigned: (id) => {
      const fields = { MessageSid: id, SmsStatus: 'received', To: TO, From: FROM, Body: BODY, NumMedia: '0' };
      return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() };
    },
    // Signed by the official client.
    sign: async ({ body }, url, key) => ({
      'x-twilio-signature': twilio.getExpectedTwilioSignature(key, url, Object.fromEntries(new URLSearchParams(body))),
    }),
  },
  vonage: {
    path: '/inbound/vonage',
    unsigned: (id) => json({ message_uuid: id, channel: 'sms', to: TO.slice(1), from: FROM.slice(1), text: BODY }),
    sign: async ({ body }, _url, key, iat) => {
      const payload_hash = createHash('sha256').update(body).digest('hex');
      return { authorization: `Bearer ${await sign({ iat, jti: randomUUID(), iss: 'Vonage', payload_hash }, key)}` };
    },
  },
  sms: {
    path: '/inbound/sms',
    unsigned: (id) => json({ id, to: TO, from: FROM, body: BODY }),
    sign: async ({ body }, _url, key, at) => {
      const mac = createHmac('sha256', Buffer.from(key, 'base64')).update(`msg_1.${at}.${body}`).digest('base64');
      return { 'webhook-id': 'msg_1', 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
    },
  },
  'android-sms-gateway': {
    path: `/inbound/android-sms-gateway?to=${encodeURIComponent(TO)}`,
    unsigned: (id) => {
      const payload = { messageId: 'abc', message: BODY, phoneNumber: FROM, simNumber: 1, receivedAt: '2026-01-02' };
      return json({ id, event: 'sms:received', deviceId: 'd', webhookId: 'w', payload });
    },
    sign: async ({ body }, _url, key, at) => {
      const mac = createHmac('sha256', key).update(`${body}${at}`).digest('hex');
      return { 'x-signature': mac, 'x-timestamp': String(at) };
    },
  },
  httpsms: {
    path: '/inbound/httpsms',
    hasTime: false,
    hasBody: false,
    unsigned: (id) => {
      const data = { message_id: id, owner: TO, contact: FROM, content: BODY, sim: 'SIM1' };
      return json({ id: randomUUID(), specversion: '1.0', type: 'message.phone.received', data });
    },
    sign: async (_call, _url, key, at) => ({ authorization: `Bearer ${await sign({ exp: at + 600 }, key)}` }),
  },
};

interface Calling {
  readonly call: (to: Sink, path: string, call: Call) => Promise<Response>;
}

const test = base.extend<Calling>({
  call: async ({}, use) => {
    await use(async (to, path, { body, type = 'application/json', headers = {} }) => {
      return await fetch(new URL(path, to.url), {
        method: 'POST',
        body,
        headers: { 'content-type': type, ...headers },
      });
    });
  },
});

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function received({ store }: Sink): object[] {
  return [...store.since(0)].map(({ envelope: { kind, from, to }, raw }) => ({ kind, from, to, text: raw.toString() }));
}

for (const [sender, provider] of Object.entries(PROVIDERS) as [Sender, Provider][]) {
  test.describe(`a webhook of ${sender}`, () => {
    const SMS = { kind: 'sms', from: FROM, to: [TO], text: BODY };

    test('delivers an SMS once, also when it is called again', async ({ sink, call }) => {
      const sent = provider.unsigned('message-1');
      for (let times = 0; times < 2; times++) expect((await call(sink, provider.path, sent)).status).toBe(200);
      expect(received(sink)).toEqual([SMS]);
      await call(sink, provider.path, provider.unsigned('message-2'));
      expect(received(sink)).toHaveLength(2);
    });

    test('must be signed if the sink has its secret', async ({ startSink, call }) => {
      const sink = await startSink({ inbound: { [sender]: new Secret(`sink/${sender}`, KEY) } });
      const url = new URL(provider.path, sink.url).href;
      const sent = provider.unsigned('message-1');
      const signed = async (key: string, at: number): Promise<Call> => {
        return { ...sent, headers: await provider.sign(sent, url, key, at) };
      };
      const other = Buffer.from('another key').toString('base64');
      const wrong: Call[] = [sent, await signed(other, now())];
      if (provider.hasTime ?? true) wrong.push(await signed(KEY, now() - 3600));
      if (provider.hasBody ?? true) {
        const { headers = {} } = await signed(KEY, now());
        wrong.push({ ...sent, headers, body: sent.body.replace('123456', '654321') });
      }
      for (const one of wrong) expect((await call(sink, provider.path, one)).status).toBe(403);
      expect(received(sink)).toEqual([]);
      expect((await call(sink, provider.path, await signed(KEY, now()))).status).toBe(200);
      expect(received(sink)).toEqual([SMS]);
    });

    test('without an SMS delivers nothing', async ({ sink, call }) => {
      for (const body of ['', '{', '{"to": {}}', 'null', '[]']) {
        const { status } = await call(sink, provider.path, { body });
        expect([200, 400], body).toContain(status);
      }
      expect(received(sink)).toEqual([]);
    });
  });
}

test('Twilio signs the URL of the tunnel, and gets an empty reply', async ({ startSink, call }) => {
  const sink = await startSink({ token: 'let-me-in', inbound: { twilio: new Secret('sink/twilio', KEY) } });
  const path = '/inbound/twilio?token=let-me-in';
  const sent = PROVIDERS.twilio.unsigned('message-1');
  const headers = {
    'x-forwarded-host': 'sink.example',
    'x-forwarded-proto': 'https',
    ...(await PROVIDERS.twilio.sign(sent, `https://sink.example${path}`, KEY, now())),
  };
  const answer = await call(sink, path, { ...sent, headers });
  expect([answer.status, await answer.text()]).toEqual([200, '<Response/>']);
  expect(received(sink)).toHaveLength(1);
});

test('a sink with a token requires it in the URL of a webhook', async ({ startSink, call }) => {
  const sink = await startSink({ token: 'let-me-in' });
  const { path, unsigned } = PROVIDERS.sms;
  for (const query of ['', '?token=', '?token=wrong'])
    expect((await call(sink, `${path}${query}`, unsigned('message-1'))).status).toBe(401);
  expect((await fetch(new URL('/api/messages?token=let-me-in', sink.url))).status).toBe(401);
  expect((await call(sink, `${path}?token=let-me-in`, unsigned('message-1'))).status).toBe(200);
});

test('other events of a phone deliver no message, and unknown senders are a 404', async ({ sink, call }) => {
  const pinged = await call(sink, '/inbound/android-sms-gateway', json({ event: 'system:ping', payload: {} }));
  expect([pinged.status, await pinged.json()]).toEqual([200, { taken: false }]);
  const sent = await call(sink, '/inbound/httpsms', json({ type: 'message.phone.sent', data: { content: BODY } }));
  expect([sent.status, await sent.json()]).toEqual([200, { taken: false }]);
  for (const path of ['/inbound/pigeon', '/inbound/constructor'])
    expect((await call(sink, path, json({}))).status).toBe(404);
  expect(received(sink)).toEqual([]);
});

test('Vonage’s SMS API, with its own signatures, is supported', async ({ startSink, call }) => {
  const sink = await startSink({ inbound: { vonage: new Secret('sink/vonage', KEY) } });
  const fields = {
    ...{ msisdn: FROM.slice(1), to: TO.slice(1), messageId: '0A00', text: BODY, type: 'unicode' },
    ...{ timestamp: String(now()), nonce: 'aaaaaaaa-bbbb' },
  };
  const names = Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const text = names.map(([name, value]) => `&${name}=${value}`).join('');
  const sig = createHmac('sha256', KEY).update(text).digest('hex');
  const type = 'application/x-www-form-urlencoded';
  expect((await call(sink, '/inbound/vonage', json(fields))).status).toBe(403);
  expect((await call(sink, '/inbound/vonage', json({ ...fields, text: 'other', sig }))).status).toBe(403);
  expect((await call(sink, '/inbound/vonage', json({ ...fields, sig }))).status).toBe(200);
  const again = new URLSearchParams({ ...fields, sig }).toString();
  expect((await call(sink, '/inbound/vonage', { type, body: again })).status).toBe(200);
  expect(received(sink)).toEqual([{ kind: 'sms', from: FROM, to: [TO], text: BODY }]);
});
