import { once } from 'node:events';
import { Inbox } from '../../src/inbox/inbox.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { ALICE, BOB, api, expect, sendMail, test } from '../support/sink-test.ts';
import { expectThrown, thrownBy } from '../support/thrown.ts';

const SHORT_WAIT = { timeout: 250 };

test('no application connected to the sink', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  const { message } = await thrownBy(() => inbox.waitForCode(SHORT_WAIT));
  expect(message.split('\n')).toEqual([
    expect.stringMatching(/^No code came for alice@persona\.test in 0\.[2-9] s\.$/),
    'No message came to this address in that time.',
    'The sink saw 0 SMTP connections in that time.',
    `Next: no application connected to the sink: set the SMTP host and port of the application to 127.0.0.1:${sink.smtpPort}, and check in its log that it sends mail.`,
  ]);
});

test('a mail came, but to another address', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sendMail(sink, { to: 'alise@persona.test', subject: 'Your code', text: 'Your code is 123456.' });
  await expectThrown(
    () => inbox.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    'The sink saw 1 SMTP connection in that time.',
    '1 message went to other addresses, the newest:\n  - "Your code" to alise@persona.test from no-reply@acme.example',
    `Next: check that the application was given the address ${ALICE}.`,
  );
});

test('a mail to a look-alike of the address is named, however many others came after it', async ({
  openInbox,
  sink,
}) => {
  const inbox = await openInbox();
  await sendMail(sink, { to: 'alice@persona.tst', subject: 'Your code', text: 'Your code is 123456.' });
  for (let sent = 0; sent < 8; sent++) await sendMail(sink, { to: `user-${sent}@acme.example`, text: 'x' });
  await expectThrown(
    () => inbox.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    'to alice@persona.tst from no-reply@acme.example; that address is not alice@persona.test, but one character away',
    'A message went to alice@persona.tst, which is one character away.',
  );
});

test('messages to other addresses from before the inbox was opened are not reported', async ({ openInbox, sink }) => {
  await sendMail(sink, { to: BOB, text: 'x' });
  const { message } = await thrownBy(async () => (await openInbox()).waitForCode(SHORT_WAIT));
  expect(message).not.toContain('bob');
  expect(message).toContain('0 SMTP connections');
});

test('messages came, none with a code', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sendMail(sink, { subject: 'Welcome', text: 'Nice to have you.' });
  await sendMail(sink, { subject: 'Sale', text: 'Only 20 left.' });
  await expectThrown(
    () => inbox.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    '2 messages came but were rejected:',
    /- "Welcome" from no-reply@acme\.example at \d\d:\d\d:\d\d\.\d{3}: .*nothing that reads like a one-time code/,
    /- "Sale" from/,
    /Next: .*`pattern`/,
  );
});

test('a mail was refused', async ({ openInbox, startSink }) => {
  const sink = await startSink({ maxSize: 10_000 });
  const inbox = await openInbox(ALICE, { url: sink.url });
  await sendMail(sink, { text: 'x'.repeat(20_000) }).catch(() => undefined);
  await expectThrown(
    () => inbox.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    'It refused:\n  - ',
    'limit of 10000 bytes',
    '--max-size',
    'Next: fix the cause of the refusals reported above.',
  );
});

test('an SMS was refused', async ({ openSms, sink }) => {
  const sms = await openSms();
  await api(sink, '/sms', { method: 'POST', body: JSON.stringify({ to: '+12025550143' }) });
  await expectThrown(() => sms.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', 'It refused:', 'needs "body"');
});

test('a mail was evicted while the connection was cut', async ({ openGate, openInbox, startSink }) => {
  const sink = await startSink({ maxMessages: 2 });
  const gate = await openGate(sink);
  const inbox = await openInbox(ALICE, { url: gate.url });
  gate.shut();
  await sendMail(sink, { subject: 'lost', text: 'Your code is 123456.' });
  for (const to of [BOB, 'carol@persona.test']) await sendMail(sink, { to, text: 'x' });
  gate.reopen();
  await expectThrown(
    () => inbox.waitForCode({ timeout: 1500 }),
    'CODE_TIMEOUT',
    'The sink evicted 1 old message, 1 of them to this address; its limit is 2 messages or 64 MiB.',
    'Next: raise the limits of the sink with --max-messages',
  );
});

test('a mail is still being sent', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox();
  await (await openSmtp()).startMail(ALICE);
  await expectThrown(
    () => inbox.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    'The sink saw 1 SMTP connection in that time, 1 still open.',
    'Next: a mail is still being sent',
  );
});

test('a client connected and sent nothing', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox();
  const client = await openSmtp();
  await client.command('QUIT');
  await once(client.socket, 'close');
  await expectThrown(
    () => inbox.waitForCode({ timeout: 500 }),
    'CODE_TIMEOUT',
    '1 SMTP connection in that time.',
    'Next: check in the log of the application',
  );
});

test('no SMS was sent', async ({ openSms }) => {
  const sms = await openSms();
  const { message } = await expectThrown(
    () => sms.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    'No code came for +12025550143',
    'POST /sms',
  );
  expect(message).not.toContain('SMTP connection');
});

test('the test timeout ended the wait', async ({ openSource }) => {
  const runtime = new FakeRuntime({ timeout: 60_000, deadline: Date.now() + 1400 });
  const inbox = new Inbox(ALICE, { watch: openSource().watch('email', ALICE), runtime });
  await expectThrown(() => inbox.waitForCode(), 'CODE_TIMEOUT', /in 0\.[0-9] s; the test timeout left no more time/);
  expect(Date.now()).toBeLessThan(runtime.deadline());
  expect(runtime.titles).toEqual([`Wait for code to ${ALICE}`]);
});

test('the test ended during the wait', async ({ openInbox }) => {
  const runtime = new FakeRuntime({ timeout: 1000 });
  const inbox = await openInbox(ALICE, { runtime });
  const wait = thrownBy(() => inbox.waitForCode());
  await expect.poll(() => runtime.titles).toHaveLength(1); // the wait has begun
  const [error, ...more] = await inbox.close();
  expect([error?.code, more]).toEqual(['CODE_TIMEOUT', []]);
  expect(error?.message).toContain('No message came to this address');
  await wait;
});

for (const [what, transport, told] of [
  ['insists on STARTTLS', { requireTLS: true }, /A client asked for TLS and hung up: .*Turn TLS off/],
  ['begins with TLS', { secure: true }, /A client began with TLS, .*`secure: false`/],
] as const) {
  test(`an application that ${what} is reported`, async ({ openInbox, sink }) => {
    const inbox = await openInbox();
    await expect(sendMail(sink, { text: 'x' }, transport)).rejects.toThrow();
    const { message } = await expectThrown(() => inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', told, 'It refused:');
    expect(message).not.toContain('secret');
    expect(message).toContain('Next: fix the cause of the refusals reported above.');
  });
}

test('a message from before the inbox was opened is reported', async ({ openInbox, sink }) => {
  await sendMail(sink, { subject: 'Your code 482913', text: 'x' });
  const inbox = await openInbox();
  await expectThrown(
    () => inbox.waitForCode(SHORT_WAIT),
    'CODE_TIMEOUT',
    '1 message had come to this address before the test began:\n  - "Your code 4••••3" to alice@persona.test',
    'Next: request the message within the test',
  );
});

test('the report is attached as data', async ({ openInbox, sink }) => {
  const runtime = new FakeRuntime();
  const inbox = await openInbox(ALICE, { runtime });
  await sendMail(sink, { subject: 'Welcome', text: 'Hello' });
  await thrownBy(() => inbox.waitForCode(SHORT_WAIT));
  expect(runtime.attached).toEqual([
    {
      name: 'why no code came',
      data: expect.objectContaining({ waitedFor: 'code', messages: [expect.objectContaining({ subject: 'Welcome' })] }),
    },
  ]);
});

test('a successful wait shows its message and its duration as a step', async ({ openInbox, sink }) => {
  const runtime = new FakeRuntime();
  const inbox = await openInbox(ALICE, { runtime });
  await sendMail(sink, { subject: 'Code 482913', text: 'Your code is 482913.' });
  await inbox.waitForCode();
  expect(runtime.titles).toEqual([
    'Wait for code to alice@persona.test',
    expect.stringMatching(/^"Code 4••••3" from no-reply@acme\.example at [\d:.]+, after \d+ ms$/),
  ]);
});

test('a client that sends a password is reported, and the password is not', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox();
  const client = await openSmtp();
  await client.command('EHLO test');
  await client.command(`AUTH PLAIN ${Buffer.from('\0app\0secret').toString('base64')}`);
  const told =
    'AUTH 500 Error: command not recognized: the application sends a user name and a password; remove them, or accept them with `acceptAuth: true`';
  const { message } = await expectThrown(() => inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', told);
  expect(message).not.toContain(Buffer.from('secret').toString('base64').slice(0, 6));
});
