import { ALICE_NUMBER as TO, START, api, expect, test } from '../support/sink-test.ts';
import { ACCOUNT, twilioAt } from '../support/twilio-client.ts';

const FROM = '+15005550006';
const BODY = 'Acme: 123456 is your code. Grüße ✓';

test.describe('POST /sms', () => {
  for (const [name, type, body] of [
    ['accepts JSON', 'application/json', JSON.stringify({ to: TO, from: FROM, body: BODY })],
    [
      'accepts a form',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ to: TO, from: FROM, body: BODY }).toString(),
    ],
    ['accepts JSON without its content type', 'text/plain', JSON.stringify({ to: TO, from: FROM, body: BODY })],
  ] as const) {
    test(name, async ({ sink }) => {
      const { status, body: answer } = await api(sink, '/sms', {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect([status, answer]).toEqual([201, { id: `${sink.store.instance}-1`, to: TO, from: FROM }]);
      const [message] = [...sink.store.since(0)];
      expect(message?.envelope).toMatchObject({ kind: 'sms', to: [TO], from: FROM });
      expect(message?.raw.toString()).toBe(BODY);
    });
  }

  test('does not require a sender', async ({ sink }) => {
    expect(await api(sink, '/sms', { method: 'POST', body: JSON.stringify({ to: TO, body: BODY }) })).toMatchObject({
      status: 201,
      body: { from: '' },
    });
  });

  for (const [name, fields, missing, seen] of [
    ['without a number', { body: BODY }, '"to"', 'Seen: body'],
    ['without a text', { to: TO, from: FROM }, '"body"', 'Seen: to, from'],
    ['with an empty text', { to: TO, body: '' }, '"body"', 'Seen: to, body'],
    ['without either', {}, '"to" and "body"', 'Seen: nothing'],
    ['with a number that is not a string', { to: 12025550143, body: BODY }, '"to"', 'Seen: body'],
  ] as const) {
    test(`${name} is an error that names the missing and the given fields`, async ({ sink }) => {
      const answer = await api(sink, '/sms', { method: 'POST', body: JSON.stringify(fields) });
      expect(answer).toEqual({ status: 400, body: { error: expect.stringContaining(`needs ${missing}. ${seen}`) } });
      expect([sink.store.size.messages, sink.store.refusalsSince(START)]).toEqual([
        0,
        [expect.stringContaining(missing)],
      ]);
    });
  }

  for (const body of ['{"to": ', 'null', '[]', '"to"', '', '\0']) {
    test(`with the body ${JSON.stringify(body)} is refused`, async ({ sink }) => {
      expect(
        (await api(sink, '/sms', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status,
      ).toBe(400);
    });
  }
});

test.describe("Twilio's own client", () => {
  test('gets the response that Twilio would send', async ({ sink }) => {
    const message = await twilioAt(sink.url).messages.create({ to: TO, from: FROM, body: BODY });
    expect(message).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      accountSid: ACCOUNT,
      status: 'queued',
      direction: 'outbound-api',
      to: TO,
      from: FROM,
      body: BODY,
      errorCode: null,
    });
    expect(Math.abs(Date.now() - message.dateCreated.getTime())).toBeLessThan(60_000);
    const [stored] = [...sink.store.since(0)];
    expect([stored?.envelope.from, stored?.raw.toString()]).toEqual([FROM, BODY]);
  });

  test('can send through a messaging service', async ({ sink }) => {
    const messagingServiceSid = 'MG0123456789abcdef0123456789abcdef';
    await twilioAt(sink.url).messages.create({ to: TO, messagingServiceSid, body: BODY });
    expect([...sink.store.since(0)][0]?.envelope.from).toBe(messagingServiceSid);
  });

  test('can send a content template, whose variables are the text', async ({ sink }) => {
    const content = { contentSid: 'HX0123456789abcdef0123456789abcdef', messagingServiceSid: 'MG01' };
    const client = twilioAt(sink.url);
    await client.messages.create({ to: TO, ...content, contentVariables: JSON.stringify({ 1: '482913' }) });
    await client.messages.create({ to: TO, ...content, contentVariables: JSON.stringify({ 1: 'Ada', 2: '482914' }) });
    await client.messages.create({ to: `whatsapp:${TO}`, ...content });
    const stored = [...sink.store.since(0)];
    expect(stored.map(({ raw }) => raw.toString())).toEqual([
      '482913',
      'Ada\n482914',
      `Content template ${content.contentSid}`,
    ]);
    expect(stored.map(({ envelope }) => envelope.from)).toEqual(['MG01', 'MG01', 'MG01']);
  });

  for (const [name, fields, code] of [
    ['without a number', { to: '', from: FROM, body: BODY }, 21604],
    ['with an invalid number', { to: 'alice', from: FROM, body: BODY }, 21211],
    ['without a sender', { to: TO, body: BODY }, 21603],
    ['without a text', { to: TO, from: FROM }, 21602],
    ['with a text that is too long', { to: TO, from: FROM, body: 'x'.repeat(1601) }, 21617],
  ] as const) {
    test(`${name} throws Twilio error ${code}`, async ({ sink }) => {
      const error = { status: 400, code, moreInfo: `https://www.twilio.com/docs/errors/${code}` };
      await expect(twilioAt(sink.url).messages.create(fields)).rejects.toMatchObject(error);
      expect([sink.store.size.messages, sink.store.refusalsSince(START)]).toEqual([
        0,
        [expect.stringContaining(String(code))],
      ]);
    });
  }
});
