import { ALICE, ALICE_NUMBER as TO, BOB, START, expect, test } from '../support/sink-test.ts';
import { ACCOUNT, twilioAt } from '../support/twilio-client.ts';

const SERVICE = 'VA0123456789abcdef0123456789abcdef';
const BOB_NUMBER = '+12025550199';

type Service = ReturnType<ReturnType<typeof twilioAt>['verify']['v2']['services']>;
const verifyAt = (url: string, service = SERVICE): Service => twilioAt(url).verify.v2.services(service);
const start = (url: string, to = TO): ReturnType<Service['verifications']['create']> =>
  verifyAt(url).verifications.create({ to, channel: 'sms' });

test('a code comes as an SMS, and approves the number once', async ({ openSms, sink }) => {
  const sms = await openSms();
  const started = await start(sink.url);
  expect(started).toMatchObject({
    ...{ sid: expect.stringMatching(/^VE[0-9a-f]{32}$/), serviceSid: SERVICE, accountSid: ACCOUNT },
    ...{ to: TO, channel: 'sms', status: 'pending', valid: false },
  });
  expect(Math.abs(Date.now() - started.dateCreated.getTime())).toBeLessThan(60_000);
  const { verificationChecks } = verifyAt(sink.url);
  const code = await sms.waitForCode();
  expect(code).toMatch(/^\d{6}$/);
  const wrong = code === '000000' ? '000001' : '000000';
  expect(await verificationChecks.create({ to: TO, code: wrong })).toMatchObject({ status: 'pending', valid: false });
  expect(await verificationChecks.create({ to: TO, code })).toMatchObject({ status: 'approved', valid: true });
  await expect(verificationChecks.create({ to: TO, code })).rejects.toMatchObject({ status: 404, code: 20404 });
  expect([...sink.store.since(0)][0]?.envelope.via).toBe('twilio-verify');
});

test('a code comes as a mail, to an address in any case', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await verifyAt(sink.url).verifications.create({ to: 'Alice@Persona.test', channel: 'email' });
  const code = await inbox.waitForCode();
  const checked = await verifyAt(sink.url).verificationChecks.create({ to: ALICE, code });
  expect(checked).toMatchObject({ status: 'approved', to: ALICE });
});

test('numbers are compared without their separators', async ({ openSms, sink }) => {
  const sms = await openSms();
  await start(sink.url, '+1 (202) 555-0143');
  const code = await sms.waitForCode();
  expect(await verifyAt(sink.url).verificationChecks.create({ to: TO, code })).toMatchObject({ valid: true });
});

test('the sixth attempt is refused, and waits report it', async ({ sink }) => {
  const { sid } = await start(sink.url);
  const { verificationChecks } = verifyAt(sink.url);
  for (let count = 0; count < 5; count++) await verificationChecks.create({ verificationSid: sid, code: 'wrong' });
  await expect(verificationChecks.create({ to: TO, code: 'wrong' })).rejects.toMatchObject({
    status: 429,
    code: 60202,
  });
  expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('60202')]);
});

test('attempts at the same time are counted each', async ({ openSms, sink }) => {
  const sms = await openSms();
  await start(sink.url);
  const code = await sms.waitForCode();
  const { verificationChecks } = verifyAt(sink.url);
  const checks = await Promise.allSettled(Array.from({ length: 5 }, () => verificationChecks.create({ to: TO, code })));
  expect(checks.filter((check) => check.status === 'fulfilled' && check.value.valid)).toHaveLength(1);
});

test('a verification is canceled or approved by its id or its number', async ({ sink }) => {
  const { sid } = await start(sink.url);
  const { verifications } = { verifications: verifyAt(sink.url).verifications };
  expect(await verifications(sid).fetch()).toMatchObject({ sid, status: 'pending' });
  expect(await verifications(sid).update({ status: 'canceled' })).toMatchObject({ status: 'canceled', valid: false });
  await expect(verifications(sid).update({ status: 'approved' })).rejects.toMatchObject({ code: 20404 });
  const again = await start(sink.url);
  expect(again.sid).not.toBe(sid);
  expect(await verifications(TO).update({ status: 'approved' })).toMatchObject({ status: 'approved', valid: true });
});

test('a code of its own is sent and checked', async ({ openSms, sink }) => {
  const sms = await openSms();
  const service = verifyAt(sink.url);
  await service.verifications.create({ to: TO, channel: 'sms', customCode: '83264197' });
  expect(await sms.waitForCode()).toBe('83264197');
  expect(await service.verificationChecks.create({ to: TO, code: '83264197' })).toMatchObject({ valid: true });
});

test('a service has a name and a length of its codes', async ({ openSms, sink }) => {
  const sms = await openSms();
  const { v2 } = twilioAt(sink.url).verify;
  const created = await v2.services.create({ friendlyName: 'Owl Bank', codeLength: 8 });
  expect(created).toMatchObject({ sid: expect.stringMatching(/^VA/), friendlyName: 'Owl Bank', codeLength: 8 });
  await v2.services(created.sid).verifications.create({ to: TO, channel: 'sms' });
  const message = await sms.waitForMessage();
  expect(message.text).toMatch(/^Your Owl Bank verification code is: \d{8}$/);
  await expect(v2.services.create({ friendlyName: 'x', codeLength: 3 })).rejects.toMatchObject({ code: 60200 });
});

test('an app hash makes the message one for the app', async ({ openSms, sink }) => {
  const sms = await openSms();
  await verifyAt(sink.url).verifications.create({ to: TO, channel: 'sms', appHash: 'FA+9qCX9VSu' });
  expect((await sms.waitForMessage()).text).toMatch(/^<#> Your verification code is: \d{6}\nFA\+9qCX9VSu$/);
});

test('verifications at the same time reach each their own number', async ({ openSms, sink }) => {
  const boxes = [await openSms(TO), await openSms(BOB_NUMBER)];
  await Promise.all([start(sink.url, TO), start(sink.url, BOB_NUMBER)]);
  const { verificationChecks } = verifyAt(sink.url);
  const checks = [TO, BOB_NUMBER].map(async (to, index) =>
    verificationChecks.create({ to, code: (await boxes[index]?.waitForCode()) ?? '' }),
  );
  for (const check of await Promise.all(checks)) expect(check.valid).toBe(true);
});

for (const [name, fields, message] of [
  ['without a recipient', { to: '', channel: 'sms' }, 'To'],
  ['without a channel', { to: TO, channel: '' }, 'Channel'],
  ['to a number that is none', { to: BOB, channel: 'sms' }, 'To'],
  ['to an address that is none', { to: TO, channel: 'email' }, 'To'],
  ['by a channel that the sink does not have', { to: TO, channel: 'sna' }, 'Channel'],
  ['with a code that is too short', { to: TO, channel: 'sms', customCode: '123' }, 'CustomCode'],
] as const) {
  test(`a verification ${name} is refused`, async ({ sink }) => {
    await expect(verifyAt(sink.url).verifications.create(fields)).rejects.toMatchObject({
      ...{ status: 400, code: 60200, message: expect.stringContaining(message) },
    });
    expect([sink.store.size.messages, sink.store.refusalsSince(START).length]).toEqual([0, 1]);
  });
}

test('a recipient or an id of a service that is too long is refused', async ({ sink }) => {
  const start = async (service: string, to: string, channel: string): Promise<unknown> => {
    const body = new URLSearchParams({ To: to, Channel: channel });
    const response = await fetch(new URL(`/v2/Services/${service}/Verifications`, sink.url), { method: 'POST', body });
    return ((await response.json()) as { code?: unknown }).code;
  };
  expect(await start(SERVICE, `${'a'.repeat(400)}@persona.test`, 'email')).toBe(60200);
  expect(await start(SERVICE, `+1${'2'.repeat(400)}`, 'sms')).toBe(60200);
  expect(await start(`VA${'0'.repeat(400)}`, TO, 'sms')).toBe(20404);
  expect(sink.store.size.messages).toBe(0);
});
