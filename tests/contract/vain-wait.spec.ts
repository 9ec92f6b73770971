import { plainRuntime } from '../../src/runtime.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { sendMail } from '../support/mail.ts';
import { postSms } from '../support/sink-api.ts';
import { expect, test } from '../support/sink-test.ts';
import { expectThrown, thrownBy } from '../support/thrown.ts';

// What a wait in vain tells: what came, why it was not taken, what else the sink saw, what to do next.
const ALICE = 'alice@persona.test';
const IN_VAIN = { timeout: 250 };

test('nobody called the sink', async ({ openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  const { message } = await thrownBy(() => inbox.waitForCode(IN_VAIN));
  expect(message.split('\n')).toEqual([
    expect.stringMatching(/^No code came for alice@persona\.test in 0\.[2-9] s\.$/),
    'No message came to this address in that time.',
    'The sink saw 0 SMTP connections in that time.',
    `Next: nobody called the sink: let the application send its mail to 127.0.0.1:${sink.smtpPort} (host and port of its SMTP settings), and see in its log whether it sent any.`,
  ]);
});

test('a mail came, but to another address', async ({ openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  await sendMail(sink.smtpPort, { to: 'alise@persona.test', subject: 'Your code', text: 'Your code is 123456.' });
  await expectThrown(
    () => inbox.waitForCode(IN_VAIN),
    'CODE_TIMEOUT',
    'The sink saw 1 SMTP connection in that time.',
    '1 message went to other addresses, the newest:\n  - "Your code" to alise@persona.test from no-reply@acme.example',
    `Next: see whether the application was given the address ${ALICE}.`,
  );
});

test('what went to other addresses before the inbox was opened is not told', async ({ openInbox, sink }) => {
  await sendMail(sink.smtpPort, { to: 'bob@persona.test', text: 'x' });
  const { message } = await thrownBy(async () => (await openInbox(ALICE)).waitForCode(IN_VAIN));
  expect(message).not.toContain('bob');
  expect(message).toContain('0 SMTP connections');
});

test('messages came, none with a code', async ({ openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  await sendMail(sink.smtpPort, { to: ALICE, subject: 'Welcome', text: 'Nice to have you.' });
  await sendMail(sink.smtpPort, { to: ALICE, subject: 'Sale', text: 'Only 20 left.' });
  await expectThrown(
    () => inbox.waitForCode(IN_VAIN),
    'CODE_TIMEOUT',
    '2 messages came and were not taken:',
    /- "Welcome" from no-reply@acme\.example at \d\d:\d\d:\d\d\.\d{3}: .*nothing that reads like a one-time code/,
    /- "Sale" from/,
    /Next: .*`pattern`/,
  );
});

test('a mail was refused', async ({ openInbox, startSink }) => {
  const sink = await startSink({ maxSize: 10_000 });
  const inbox = await openInbox(ALICE, { url: sink.url });
  await sendMail(sink.smtpPort, { to: ALICE, text: 'x'.repeat(20_000) }).catch(() => undefined);
  await expectThrown(() => inbox.waitForCode(IN_VAIN), 'CODE_TIMEOUT', 'It refused:\n  - ', 'limit of 10000 bytes', '--max-size', 'Next: mend what the sink refused.');
});

test('an SMS was refused', async ({ openSms, sink }) => {
  const sms = await openSms('+12025550143');
  await postSms(sink, { to: '+12025550143' });
  await expectThrown(() => sms.waitForCode(IN_VAIN), 'CODE_TIMEOUT', 'It refused:', 'needs "body"');
});

test('a mail was pushed out by the cap while the line was cut', async ({ openInbox, openRelay, startSink }) => {
  const sink = await startSink({ maxMessages: 2 });
  const relay = await openRelay(sink.httpPort);
  const inbox = await openInbox(ALICE, { url: relay.url });
  relay.line.cut();
  await sendMail(sink.smtpPort, { to: ALICE, subject: 'lost', text: 'Your code is 123456.' });
  for (const to of ['bob@persona.test', 'carol@persona.test']) await sendMail(sink.smtpPort, { to, text: 'x' });
  relay.line.mend();
  await expectThrown(
    () => inbox.waitForCode({ timeout: 1500 }),
    'CODE_TIMEOUT',
    'The sink pushed out 1 old message, 1 of them to this address; it holds 2 messages or 64 MiB.',
    'Next: give the sink more room with --max-messages',
  );
});

test('a mail is still on its way', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox(ALICE);
  await openSmtp().begin({ to: ALICE });
  await expectThrown(() => inbox.waitForCode(IN_VAIN), 'CODE_TIMEOUT', 'The sink saw 1 SMTP connection in that time, 1 still open.', 'Next: a mail is still on its way');
});

test('a client called and sent nothing', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox(ALICE);
  const session = openSmtp();
  await session.reply();
  await session.command('QUIT');
  await session.reply();
  await expectThrown(() => inbox.waitForCode({ timeout: 500 }), 'CODE_TIMEOUT', '1 SMTP connection in that time.', 'Next: see in the log of the application');
});

test('no SMS was sent', async ({ openSms }) => {
  const sms = await openSms('+12025550143');
  const { message } = await expectThrown(() => sms.waitForCode(IN_VAIN), 'CODE_TIMEOUT', 'No code came for +12025550143', 'POST /sms');
  expect(message).not.toContain('SMTP connection');
});

test('the time of the test was up before that of the wait', async ({ openInbox }) => {
  const runtime = new FakeRuntime({ timeout: 60_000, deadline: Date.now() + 1400 });
  const inbox = await openInbox(ALICE, { runtime });
  await expectThrown(() => inbox.waitForCode(), 'CODE_TIMEOUT', /in 0\.[0-9] s, when the time of the test was up/);
  expect(Date.now()).toBeLessThan(runtime.deadline());
  expect(runtime.titles).toEqual([`Wait for code to ${ALICE}`]);
});

test('the test ended in the middle of the wait', async ({ openInbox }) => {
  const inbox = await openInbox(ALICE, { runtime: plainRuntime(1000) });
  const wait = thrownBy(() => inbox.waitForCode());
  await Promise.resolve();
  await Promise.resolve();
  const [explanation, ...more] = await inbox.close();
  expect([explanation?.code, more]).toEqual(['CODE_TIMEOUT', []]);
  expect(explanation?.message).toContain('No message came to this address');
  await wait;
});

test('the code of a message is never told', async ({ openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  const subject = '123456 is your Acme code';
  await sendMail(sink.smtpPort, { to: ALICE, subject, text: 'Your code is 123456.' });
  await sendMail(sink.smtpPort, { to: 'bob@persona.test', subject: '987654 is your Acme code', text: 'Your code is 987654.' });
  expect(await inbox.waitForCode()).toBe('123456');
  const filters = [{}, { from: 'bank' }, { pattern: /nothing/ }];
  for (const filter of filters) {
    const { message } = await expectThrown(() => inbox.waitForCode({ ...IN_VAIN, ...filter }), 'CODE_TIMEOUT', 'is your Acme code"');
    expect(message).not.toMatch(/123456|987654/);
  }
});
