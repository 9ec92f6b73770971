import { spawn, spawnSync } from 'node:child_process';
import type { Fault } from '../../src/protocol/fault.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { ALICE, ALICE_NUMBER, BOB, api, expect, postSms, sendCode, sendMail, test } from '../support/sink-test.ts';

async function put(sink: Sink, to: string, ...faults: Fault[]): Promise<void> {
  const reply = await api(sink, `/api/faults?to=${encodeURIComponent(to)}`, {
    method: 'PUT',
    body: JSON.stringify({ faults }),
  });
  expect(reply.status).toBe(200);
}

/** Subjects of the stored mails, or ids of SMS, in the order in which they were stored. */
function stored(sink: Sink): string[] {
  return [...sink.store.since(0)].map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? raw.toString());
}

async function send(sink: Sink, subject: string, to: string | string[] = ALICE): Promise<void> {
  await sendMail(sink, { subject, to });
}

for (const status of [421, 450, 550]) {
  test(`the first two deliveries to an address are refused with ${status}, and the third is taken`, async ({
    sink,
  }) => {
    await put(sink, ALICE, { fault: 'refuse', status, times: 2 });
    for (const attempt of ['1', '2']) await expect(send(sink, attempt)).rejects.toMatchObject({ responseCode: status });
    await send(sink, '3');
    expect(stored(sink)).toEqual(['3']);
  });
}

test('other addresses meet no fault, also in the same mail', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'refuse', status: 550 }, { fault: 'drop' });
  await send(sink, 'to both', [ALICE, BOB]);
  await send(sink, 'to both again', [ALICE, BOB]);
  await send(sink, 'to Bob', BOB);
  expect(stored(sink)).toEqual(['to both', 'to both again', 'to Bob']);
  expect([...sink.store.since(0)].map(({ envelope }) => envelope.to)).toEqual([[BOB], [BOB], [BOB]]);
});

test('a greylist refuses each sender once', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'greylist' });
  for (const from of ['a@acme.example', 'b@acme.example']) {
    await expect(sendMail(sink, { from })).rejects.toMatchObject({ responseCode: 450 });
    await sendMail(sink, { from, subject: from });
    await sendMail(sink, { from, subject: `${from} again` });
  }
  expect(stored(sink)).toHaveLength(4);
});

test('faults are met one after another', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'drop' }, { fault: 'duplicate', count: 3 });
  for (const subject of ['1', '2', '3']) await send(sink, subject);
  expect(stored(sink)).toEqual(['2', '2', '2', '3']);
});

test('a delayed message is taken at once, and stored later', async ({ sink, openInbox }) => {
  const inbox = await openInbox();
  await put(sink, ALICE, { fault: 'delay', ms: 300 });
  await sendCode(sink, '482913');
  expect(stored(sink)).toEqual([]);
  expect(await inbox.waitForCode()).toBe('482913');
});

test('a slow delivery is answered when the message is stored', async ({ sink, openInbox }) => {
  const inbox = await openInbox();
  await put(sink, ALICE, { fault: 'slow', ms: 200 });
  await put(sink, ALICE_NUMBER, { fault: 'slow', ms: 200 });
  const startedAt = performance.now();
  await sendCode(sink, '482913');
  await postSms(sink, { body: 'Your code is 123456' });
  expect(performance.now() - startedAt).toBeGreaterThan(390);
  expect(stored(sink)).toHaveLength(2);
  expect(await inbox.pendingMessages({ quiet: 0 })).toHaveLength(1);
});

test('a slow SMS is on its way until it is stored', async ({ sink, openSms }) => {
  const sms = await openSms();
  await put(sink, ALICE_NUMBER, { fault: 'slow', ms: 300 });
  const begun = sink.store.mark();
  const posted = postSms(sink, { body: 'Your code is 123456' });
  await expect.poll(() => sink.store.refusalsSince(begun)).toHaveLength(1);
  expect(await sms.pendingMessages({ quiet: 0 })).toHaveLength(1);
  expect((await posted).status).toBe(201);
});

test('reordered messages are stored last first', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'reorder', count: 3 });
  for (const subject of ['1', '2', '3', '4']) await send(sink, subject);
  expect(stored(sink)).toEqual(['3', '2', '1', '4']);
});

test('a truncated message has its beginning only', async ({ sink }) => {
  await put(sink, ALICE_NUMBER, { fault: 'truncate', bytes: 12 });
  await postSms(sink, { body: 'Ihr Code für Ärzte ist 123456' });
  await put(sink, ALICE, { fault: 'truncate', bytes: 20 });
  await send(sink, 'x');
  const [sms, mail] = [...sink.store.since(0)];
  expect(sms?.raw.toString()).toBe('Ihr Code für');
  expect(mail?.raw).toHaveLength(20);
});

for (const [status, retryAfter] of [
  [429, '1'],
  [500, null],
] as const) {
  test(`a gateway answers ${status}, and then takes the message`, async ({ sink }) => {
    await put(sink, ALICE_NUMBER, { fault: 'http-error', status });
    const body = new URLSearchParams({ To: ALICE_NUMBER, From: 'Acme', Body: 'Your code is 482913' });
    const url = new URL('/2010-04-01/Accounts/AC1/Messages.json', sink.url);
    const refused = await fetch(url, { method: 'POST', body });
    expect(refused.status).toBe(status);
    expect(refused.headers.get('retry-after')).toBe(retryAfter);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(201);
    expect(stored(sink)).toHaveLength(1);
  });
}

test('a batch of which one mail fails is stored not at all', async ({ sink }) => {
  await put(sink, BOB, { fault: 'http-error', status: 500 });
  const body = JSON.stringify([ALICE, BOB].map((to) => ({ from: 'a@acme.example', to, subject: 'x', text: 'x' })));
  expect(await api(sink, '/emails/batch', { method: 'POST', body })).toMatchObject({ status: 500 });
  expect(sink.store.size.messages).toBe(0);
  expect(await api(sink, '/emails/batch', { method: 'POST', body })).toMatchObject({ status: 200 });
  expect(sink.store.size.messages).toBe(2);
});

for (const [name, ...before] of [
  ['one that drops', { fault: 'drop' }],
  ['one that doubles twice', { fault: 'duplicate', times: 2 }],
  ['one that reorders', { fault: 'reorder', count: 2 }],
] as const)
  test(`a batch to one address that meets http-error behind ${name} is stored not at all`, async ({ sink }) => {
    await put(sink, ALICE, ...before, { fault: 'http-error', status: 503 });
    const mails = [1, 2, 3].map((index) => ({ from: 'a@acme.example', to: ALICE, subject: `${index}`, text: 'x' }));
    const body = JSON.stringify(mails);
    expect(await api(sink, '/emails/batch', { method: 'POST', body })).toMatchObject({ status: 503 });
    expect(sink.store.size.messages).toBe(0);
    const { faults } = (await api(sink, `/api/faults?to=${ALICE}`)).body as { faults: { faults: { met: number }[] }[] };
    expect(faults[0]?.faults.map(({ met }) => met)).toEqual([0, 1]);
    expect(await api(sink, '/emails/batch', { method: 'POST', body })).toMatchObject({ status: 200 });
    expect(sink.store.size.messages).toBe({ drop: 2, duplicate: 5, reorder: 3 }[before[0].fault]);
  });

test('SMTP skips the faults of HTTP, and HTTP those of SMTP', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'http-error' }, { fault: 'duplicate' });
  await send(sink, '1');
  await put(sink, ALICE_NUMBER, { fault: 'refuse' }, { fault: 'drop' });
  expect((await postSms(sink, { body: 'dropped' })).status).toBe(201);
  expect(stored(sink)).toEqual(['1', '1']);
});

test('a wait that times out reports what a fault did', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'refuse', status: 451 }, { fault: 'drop' });
  const { mark } = (await api(sink, '/api/mark')).body as { mark: string };
  await expect(sendCode(sink, '482913')).rejects.toThrow('451');
  await sendCode(sink, '482913');
  const { body } = await api(sink, `/api/wait/code?to=${ALICE}&after=${mark}&timeout=50`);
  const { error } = body as { error: string };
  expect(error).toContain(`fault "refuse": mail to ${ALICE} is refused`);
  expect(error).toContain(`fault "drop": the message to ${ALICE} is dropped`);
  expect(error).toContain('Next: the faults reported above were asked for');
  expect(error).not.toContain('482913');
});

test('faults are listed with how often they were met, and removed', async ({ sink }) => {
  await put(sink, ALICE, { fault: 'delay', ms: 600_000, times: 2 });
  await put(sink, BOB, { fault: 'drop' });
  await send(sink, 'held');
  const query = `?to=${encodeURIComponent('ALICE@persona.test')}`;
  expect((await api(sink, `/api/faults${query}`)).body).toEqual({
    faults: [{ to: ALICE, faults: [{ fault: 'delay', ms: 600_000, times: 2, met: 1 }] }],
  });
  expect((await api(sink, `/api/faults${query}`, { method: 'DELETE' })).body).toEqual({ deleted: 1 });
  expect(stored(sink)).toEqual(['held']);
  expect((await api(sink, '/api/faults', { method: 'DELETE' })).body).toEqual({ deleted: 1 });
  expect((await api(sink, '/api/faults')).body).toEqual({ faults: [] });
});

test('all problems of faults are reported together', async ({ sink }) => {
  const faults = [
    { fault: 'explode' },
    { fault: 'delay' },
    { fault: 'drop', ms: 1, time: 2 },
    { fault: 'refuse', status: 200 },
  ];
  const init = { method: 'PUT', body: JSON.stringify({ faults }) };
  const { status, body } = await api(sink, '/api/faults', init);
  expect(status).toBe(400);
  expect((body as { problems: string[] }).problems).toEqual([
    expect.stringContaining('`to` is missing'),
    expect.stringContaining('faults[0] has an unknown `fault`'),
    'faults[1] needs `ms`',
    'faults[2] has an unknown member "time"',
    'faults[2] is drop, which takes no `ms`',
    'faults[3] has an invalid `status`: it is an integer from 400 to 599',
  ]);
  expect((await api(sink, `/api/faults?to=${ALICE}`, { method: 'PUT', body: 'no JSON' })).status).toBe(400);
});

test('the faults of a connection end with it, and what they hold is stored', async ({ sink, openSource }) => {
  const source = openSource();
  await source.setFaults?.('email', ALICE, [{ fault: 'delay', ms: 600_000 }]);
  await send(sink, 'held');
  await put(sink, BOB, { fault: 'drop' });
  await source.close();
  await expect.poll(() => stored(sink)).toEqual(['held']);
  await send(sink, 'after');
  expect(stored(sink)).toEqual(['held', 'after']);
  expect((await api(sink, '/api/faults')).body).toMatchObject({ faults: [{ to: BOB }] });
});

test('a source refuses invalid faults', async ({ openSource }) => {
  const setting = openSource().setFaults?.('email', ALICE, [{ fault: 'delay' }]);
  await expect(setting).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
});

test('a web page of another origin sets no faults', async ({ sink }) => {
  const headers = { origin: 'https://evil.example' };
  expect((await api(sink, `/api/faults?to=${ALICE}`, { method: 'PUT', body: '{"faults":[]}', headers })).status).toBe(
    403,
  );
});

test('swaks sees the refusal, and delivers the next time', async ({ sink }) => {
  test.skip(spawnSync('swaks', ['--version']).error !== undefined, 'swaks is not installed.');
  await put(sink, ALICE, { fault: 'refuse', status: 450 });
  const args = ['--server', `127.0.0.1:${sink.smtpPort}`, '--to', ALICE, '--from', 'a@acme.example', '--timeout', '10'];
  const run = async (): Promise<string> => {
    const child = spawn('swaks', args);
    const out: string[] = [];
    child.stdout.on('data', (chunk) => out.push(String(chunk)));
    await new Promise((done) => child.on('close', done));
    return out.join('');
  };
  expect(await run()).toContain('450 fault "refuse"');
  expect(await run()).toMatch(/250 OK: message/);
  expect(stored(sink)).toHaveLength(1);
});
