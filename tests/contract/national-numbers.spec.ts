import { Personas, type PersonasOptions } from '../../src/persona/personas.ts';
import { plainRuntime } from '../../src/core/runtime.ts';
import { START, expect, test } from '../support/sink-test.ts';

const GERMAN = '+491701234567';

test.describe('with a default country', () => {
  test.use({ sinkOptions: { defaultCountry: 'DE' } });

  test('an SMS to a national number reaches the persona, through every gateway', async ({ openSms, sink }) => {
    const sms = await openSms(GERMAN);
    const requests = {
      '/sms': { to: '0170 1234567', from: 'ACME', body: 'one' },
      '/2010-04-01/Accounts/AC1/Messages.json': { To: '0170-1234567', From: '+15005550006', Body: 'two' },
      '/2010-04-01/Accounts/AC2/Messages.json': { To: 'whatsapp:0170 1234567', From: '+15005550006', Body: 'three' },
      '/inbound/vonage': { to: '01701234567', from: '15005550006', text: 'four', message_uuid: '4' },
      '/inbound/sms': { id: '5', to: '(0170) 1234567', from: 'ACME', body: 'five' },
      '/inbound/android-sms-gateway': {
        event: 'sms:received',
        id: '6',
        payload: { message: 'six', sender: '+1', recipient: '0170/1234567' },
      },
    };
    for (const [path, body] of Object.entries(requests)) {
      const response = await fetch(sink.url + path, { method: 'POST', body: JSON.stringify(body) });
      expect(response.ok, path).toBe(true);
    }
    const messages = await sms.pendingMessages();
    expect(messages.map(({ text }) => text.trim())).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
    const list = await fetch(`${sink.url}/api/messages?to=0170%201234567`);
    expect(((await list.json()) as { messages: object[] }).messages).toHaveLength(6);
  });

  test('a number that the country does not have is refused', async ({ sink }) => {
    const response = await fetch(`${sink.url}/sms`, {
      method: 'POST',
      body: JSON.stringify({ to: '0170 12345678901234', body: 'x' }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('is not a phone number of DE');
  });
});

test('without a default country, a national number is refused, and a wait names the option', async ({
  openSms,
  sink,
}) => {
  const sms = await openSms(GERMAN);
  const post = async (path: string, body: object): Promise<[number, Record<string, unknown>]> => {
    const response = await fetch(sink.url + path, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, (await response.json()) as Record<string, unknown>];
  };
  expect(await post('/sms', { to: '0170 1234567', body: 'x' })).toEqual([
    400,
    { error: expect.stringContaining('`defaultCountry') },
  ]);
  const twilio = { To: '(415) 555-0123', From: '+15005550006', Body: 'x' };
  expect(await post('/2010-04-01/Accounts/AC1/Messages.json', twilio)).toEqual([
    400,
    expect.objectContaining({ code: 21211, message: expect.stringContaining('`defaultCountry') }),
  ]);
  const vonage = { to: '07700900123', from: '15005550006', text: 'x', message_uuid: '1' };
  expect(await post('/inbound/vonage', vonage)).toEqual([400, { error: expect.stringContaining('`defaultCountry') }]);
  expect(sink.store.refusalsSince(START)).toHaveLength(3);
  await expect(sms.waitForCode({ timeout: 50 })).rejects.toThrow("`defaultCountry: 'US'`");
});

test('the phone of a persona may be a national number', async ({ openSource }) => {
  const open = (options: Partial<PersonasOptions>): Personas =>
    new Personas({
      personas: { alice: { email: 'alice@acme.test', phone: '0170 1234567' } },
      env: { PERSONA_BOB_PHONE: '0170 12' },
      source: openSource(),
      runtime: plainRuntime(500),
      title: 'job',
      unique: () => 'one',
      ...options,
    });
  await using german = open({ defaultCountry: 'DE' });
  const alice = await german.open('alice');
  expect([alice.phone, alice.sms.number]).toEqual([GERMAN, GERMAN]);
  await expect(german.open('bob')).rejects.toThrow(
    '`phone` must be in E.164 form, such as +12025552368, or a number of DE',
  );
  await using other = open({});
  await expect(other.open('alice')).rejects.toThrow(/`phone` must be in E\.164 form.*`defaultCountry`/);
});
