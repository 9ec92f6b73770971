import { once } from 'node:events';
import { createConnection } from 'node:net';
import { ALICE, ALICE_NUMBER, BOB, expect, postSms, sendMail, test } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

const SHORT_WAIT = { timeout: 400 };

test('pendingMessages() takes less than 150 ms if no message is on its way', async ({ openInbox, openSmtp, sink }) => {
  const inbox = await openInbox();
  await sendMail(sink, { to: BOB, text: 'x' });
  const idle = await openSmtp();
  await idle.sendRaw(BOB, Buffer.from('Subject: x\r\n\r\nx\r\n')); // a pool keeps its connections open
  await inbox.pendingMessages();
  const times = [];
  for (let round = 0; round < 10; round++) {
    const start = performance.now();
    expect(await inbox.pendingMessages()).toEqual([]);
    times.push(performance.now() - start);
  }
  expect(Math.min(...times)).toBeGreaterThanOrEqual(99);
  expect(times.toSorted((a, b) => a - b)[5]).toBeLessThan(150);
});

test('it waits for a client that sends slowly, and returns its mail', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox();
  const client = await openSmtp();
  await client.startMail(ALICE);
  const pending = inbox.pendingMessages();
  for (const character of 'Subject: Slow\r\n\r\nYour code is 482913.\r\n.\r\n') {
    client.socket.write(character);
    await new Promise((done) => setTimeout(done, 10)); // a slow connection
  }
  expect((await pending).map(({ subject }) => subject)).toEqual(['Slow']);
});

for (const [stage, lines] of Object.entries({
  'has only connected': [],
  'has said hello': ['EHLO test'],
  'has named its sender': ['EHLO test', 'MAIL FROM:<a@acme.example>'],
  'has named this recipient': ['EHLO test', 'MAIL FROM:<a@acme.example>', `RCPT TO:<${ALICE}>`],
  'has named another recipient, and may yet name this one': [
    'EHLO test',
    'MAIL FROM:<a@acme.example>',
    `RCPT TO:<${BOB}>`,
  ],
  'begins a mail to this recipient': ['EHLO test', 'MAIL FROM:<a@acme.example>', `RCPT TO:<${ALICE}>`, 'DATA'],
  'begins a second mail': [
    ...['EHLO test', 'MAIL FROM:<a@acme.example>', `RCPT TO:<${BOB}>`, 'DATA', 'x\r\n.'],
    ...['MAIL FROM:<a@acme.example>', `RCPT TO:<${ALICE}>`],
  ],
})) {
  test(`it does not end while a client ${stage}`, async ({ openInbox, openSmtp }) => {
    const inbox = await openInbox();
    const client = await openSmtp();
    for (const line of lines) await client.command(line);
    await expectThrown(
      () => inbox.pendingMessages(SHORT_WAIT),
      'NOT_SETTLED',
      `it is still unknown whether more messages come to ${ALICE}: `,
      'The sink has 1 open SMTP connection.',
    );
    client.close();
    expect(await inbox.pendingMessages()).toEqual([]);
  });
}

for (const [end, lines] of Object.entries({
  'begins a mail to another recipient': [`RCPT TO:<${BOB}>`, 'DATA'],
  'gives up its mail': [`RCPT TO:<${ALICE}>`, 'RSET'],
})) {
  test(`it ends when a client ${end}`, async ({ openInbox, openSmtp }) => {
    const inbox = await openInbox();
    const client = await openSmtp();
    for (const line of ['EHLO test', 'MAIL FROM:<a@acme.example>', ...lines]) await client.command(line);
    expect(await inbox.pendingMessages(SHORT_WAIT)).toEqual([]);
  });
}

test('it does not wait for deliveries that begin later', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  const over = new AbortController();
  const crowd = (async () => {
    while (!over.signal.aborted) await sendMail(sink, { to: BOB, text: 'x' });
  })();
  expect(await inbox.pendingMessages(SHORT_WAIT)).toEqual([]);
  over.abort();
  await crowd;
});

test('an SMS in progress delays waits for SMS, and not for mail', async ({ openInbox, openSms, sink }) => {
  const [inbox, sms] = [await openInbox(), await openSms()];
  const body = JSON.stringify({ to: ALICE_NUMBER, from: 'Acme', body: 'Your code is 482913.' });
  const socket = createConnection(sink.httpPort, '127.0.0.1');
  const head = `POST /sms HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  socket.write(head + body.slice(0, 10));
  await once(socket, 'connect');
  await expectThrown(() => sms.pendingMessages(SHORT_WAIT), 'NOT_SETTLED');
  expect(await inbox.pendingMessages()).toEqual([]);
  const pending = sms.pendingMessages();
  socket.write(body.slice(10));
  expect((await pending).map(({ text }) => text)).toEqual(['Your code is 482913.']);
  socket.destroy();
});

test('claimed messages are left out, unless `unreadOnly` is false', async ({ openSms, sink }) => {
  const sms = await openSms();
  await postSms(sink, { body: 'Your code is 482913.' });
  await sms.waitForCode();
  expect(await sms.pendingMessages()).toEqual([]);
  expect(await sms.pendingMessages({ unreadOnly: false })).toHaveLength(1);
});

test('messages that do not match the filter are left out', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sendMail(sink, { subject: 'Welcome', text: 'x' });
  expect(await inbox.pendingMessages({ subject: 'Alert' })).toEqual([]);
  expect(await inbox.pendingMessages({ predicate: ({ text }) => text.includes('x') })).toHaveLength(1);
});

test('a lost connection is opened again', async ({ openGate, openInbox, openSmtp }) => {
  const gate = await openGate();
  const inbox = await openInbox(ALICE, { url: gate.url });
  const client = await openSmtp();
  await client.startMail(ALICE);
  const pending = inbox.pendingMessages();
  gate.shut();
  gate.reopen();
  client.socket.write('Subject: After the cut\r\n\r\nx\r\n');
  await client.command('.');
  expect((await pending).map(({ subject }) => subject)).toEqual(['After the cut']);
});
