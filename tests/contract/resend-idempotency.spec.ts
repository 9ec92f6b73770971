import { Resend } from 'resend';
import { AnsweredRequests } from '../../src/sink/gateways/answered-requests.ts';
import type { GatewayRequest } from '../../src/sink/gateways/gateway.ts';
import { resend as gateway } from '../../src/sink/gateways/resend.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { ALICE, BOB, api, expect, test } from '../support/sink-test.ts';

const MAIL = { from: 'Acme <no-reply@acme.example>', to: ALICE, subject: 'Sign in', text: 'Your code is 482913' };
const HOUR = 60 * 60 * 1000;

function clientOf({ url }: Sink, token = 're_any'): Resend {
  return new Resend(token, { baseUrl: url });
}

test('a mail that is sent again with the same key has the same id, and comes once', async ({ sink }) => {
  const { emails } = clientOf(sink);
  const first = await emails.send(MAIL, { idempotencyKey: 'welcome/1' });
  const again = await emails.send(MAIL, { idempotencyKey: 'welcome/1' });
  expect(again.data).toEqual({ id: first.data?.id });
  expect(first.data?.id).toMatch(/^[\da-f-]{36}$/);
  expect(sink.store.size.messages).toBe(1);
});

test('a batch that is sent again with the same key has the same ids, and comes once', async ({ sink }) => {
  const { batch } = clientOf(sink);
  const mails = [MAIL, { ...MAIL, to: BOB }];
  const first = await batch.send(mails, { idempotencyKey: 'batch/1' });
  expect((await batch.send(mails, { idempotencyKey: 'batch/1' })).data).toEqual(first.data);
  expect(sink.store.size.messages).toBe(2);
});

test('other keys, other accounts, other paths and no keys are other requests', async ({ sink }) => {
  const { emails, batch } = clientOf(sink);
  await emails.send(MAIL, { idempotencyKey: 'one' });
  await emails.send(MAIL, { idempotencyKey: 'two' });
  await clientOf(sink, 're_other').emails.send(MAIL, { idempotencyKey: 'one' });
  await batch.send([MAIL], { idempotencyKey: 'one' });
  await emails.send(MAIL);
  await emails.send(MAIL);
  expect(sink.store.size.messages).toBe(6);
});

test('the same key with another body is a conflict, which a timed-out wait reports', async ({ sink }) => {
  const { emails } = clientOf(sink);
  await emails.send(MAIL, { idempotencyKey: 'welcome/1' });
  const { error } = await emails.send({ ...MAIL, text: 'Your code is 111222' }, { idempotencyKey: 'welcome/1' });
  expect(error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' });
  expect(sink.store.size.messages).toBe(1);
  expect(sink.store.refusals.at(-1)?.reason).toContain('resend 409: The same idempotency key');
});

test('of the same request twice at the same time, one is refused or answered alike, and the mail comes once', async ({
  sink,
}) => {
  const { emails } = clientOf(sink);
  const answers = await Promise.all([1, 2].map(() => emails.send(MAIL, { idempotencyKey: 'welcome/1' })));
  const names = answers.flatMap(({ error }) => (error ? [error.name] : []));
  expect([[], ['concurrent_idempotent_requests']]).toContainEqual(names);
  expect(sink.store.size.messages).toBe(1);
});

test('a request that failed can be sent again with its key', async ({ sink }) => {
  const { emails } = clientOf(sink);
  const faults = { faults: [{ fault: 'http-error', status: 500 }] };
  await api(sink, `/api/faults?to=${ALICE}`, { method: 'PUT', body: JSON.stringify(faults) });
  expect((await emails.send(MAIL, { idempotencyKey: 'welcome/1' })).error).not.toBeNull();
  expect((await emails.send(MAIL, { idempotencyKey: 'welcome/1' })).error).toBeNull();
  expect(sink.store.size.messages).toBe(1);
});

test('a key of more than 256 characters is refused', async ({ sink }) => {
  const { error } = await clientOf(sink).emails.send(MAIL, { idempotencyKey: 'x'.repeat(257) });
  expect(error).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' });
});

test('a key is remembered for 24 hours, and 10,000 keys are', async () => {
  let now = 0;
  let count = 0;
  const requests = new AnsweredRequests(() => now);
  const send = async (key: string): Promise<object | string | undefined> => {
    const header = (name: string): string => (name === 'idempotency-key' ? key : '');
    const request = { path: '/emails', body: Buffer.from('{}'), header } as GatewayRequest;
    return (await requests.once(gateway, request, () => Promise.resolve({ status: 200, body: { id: ++count } }))).body;
  };
  expect([await send('a'), await send('a')]).toEqual([{ id: 1 }, { id: 1 }]);
  now = 24 * HOUR - 1;
  expect(await send('a')).toEqual({ id: 1 });
  now = 24 * HOUR;
  expect(await send('a')).toEqual({ id: 2 });
  for (let other = 0; other < 10_000; other++) await send(`other ${other}`);
  expect(await send('a')).toEqual({ id: 10_003 });
});
