import { SHORT_WAIT, came, test } from '../support/inbox-test.ts';
import { ALICE, BOB, expect, postSms, sendMail } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

test('a wait returns the code of the mail that comes', async ({ mailCode, openInbox }) => {
  const code = (await openInbox()).waitForCode();
  await mailCode('123456');
  expect(await code).toBe('123456');
});

test('a wait finds a mail that came after its inbox was opened', async ({ mailCode, openInbox }) => {
  await mailCode('111111');
  const inbox = await openInbox();
  await mailCode('222222');
  expect(await inbox.waitForCode()).toBe('222222');
});

test('a message from before the inbox was opened is never returned', async ({ mailCode, openInbox }) => {
  await mailCode('111111');
  const inbox = await openInbox();
  await expectThrown(() => inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT');
  expect(await inbox.messages()).toEqual([]);
});

test('nor is one that another inbox of the address has received', async ({ mailCode, openInbox, openSource, sink }) => {
  await openInbox();
  await mailCode('111111');
  const source = openSource(sink.url);
  const first = await source.watch('email', ALICE);
  await mailCode('222222');
  const second = await source.watch('email', ALICE);
  await mailCode('333333');
  await first.more(1, AbortSignal.timeout(5000));
  expect([first.arrivals, second.arrivals].map((arrivals) => arrivals.map(({ envelope }) => envelope.seq))).toEqual([
    [2, 3],
    [3],
  ]);
});

test('the newest of several codes wins', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox();
  await mailCode('111111');
  await mailCode('222222');
  await came(inbox, 2);
  expect(await inbox.waitForCode()).toBe('222222');
});

test('an older code of the same sender is void after a newer one was claimed', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox();
  await mailCode('111111');
  await mailCode('222222');
  await came(inbox, 2);
  await inbox.waitForCode();
  await expectThrown(() => inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', 'older than a code of this sender');
  const next = inbox.waitForCode();
  await mailCode('333333');
  expect(await next).toBe('333333');
});

test('an older code of another sender stays valid', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox();
  await mailCode('111111', 'bank@bank.example');
  await mailCode('222222');
  await came(inbox, 2);
  expect([await inbox.waitForCode(), await inbox.waitForCode()]).toEqual(['222222', '111111']);
});

test('a message is returned to one of two waits', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox();
  const waits = [inbox.waitForCode({ timeout: 1000 }), inbox.waitForCode({ timeout: 1000 })];
  await mailCode('111111');
  const results = await Promise.allSettled(waits);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a claimed message is returned to no other wait, of any kind', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sendMail(sink, { text: 'Your code is 123456. Or verify at https://acme.example/verify?t=1' });
  expect(await inbox.waitForLink()).toBe('https://acme.example/verify?t=1');
  await expectThrown(() => inbox.waitForCode(SHORT_WAIT), 'CODE_TIMEOUT', 'already claimed');
  await expectThrown(() => inbox.waitForMessage(SHORT_WAIT), 'CODE_TIMEOUT', 'already claimed');
});

test('a message without a code is skipped, and left for another wait', async ({ mailCode, openInbox, sink }) => {
  const inbox = await openInbox();
  await mailCode('111111');
  await sendMail(sink, { subject: 'Welcome', text: 'Nice to have you.' });
  await came(inbox, 2);
  expect(await inbox.waitForCode()).toBe('111111');
  expect((await inbox.waitForMessage()).subject).toBe('Welcome');
});

test('a message with two equally likely codes ends the wait at once', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  const wait = expectThrown(() => inbox.waitForCode(), 'CODE_AMBIGUOUS');
  await sendMail(sink, { text: 'Your code is 111111. Your code is 222222.' });
  await wait;
});

test('two addresses do not get each other’s mail', async ({ mailCode, openInbox, sink }) => {
  const [alice, bob] = [await openInbox(), await openInbox(BOB)];
  await mailCode('111111');
  await sendMail(sink, { to: 'Bob@Persona.test', text: 'Your code is 222222.' });
  expect([await alice.waitForCode(), await bob.waitForCode()]).toEqual(['111111', '222222']);
});

test('a wait for an SMS works the same way', async ({ openSms, sink }) => {
  const sms = await openSms();
  const code = sms.waitForCode({ from: 'ACME' });
  await postSms(sink, { to: '+1 (202) 555-0143', from: 'ACME', body: 'Your code is 123456' });
  expect(await code).toBe('123456');
});

test.describe('an abort ends a wait', () => {
  test('during the wait', async ({ openInbox }) => {
    const inbox = await openInbox();
    const abort = new AbortController();
    const wait = expectThrown(() => inbox.waitForCode({ signal: abort.signal }), 'WAIT_ABORTED', ALICE);
    abort.abort(new Error('enough'));
    expect((await wait).cause).toEqual(new Error('enough'));
  });

  test('before the wait', async ({ openInbox }) => {
    const inbox = await openInbox();
    await expectThrown(() => inbox.waitForCode({ signal: AbortSignal.abort() }), 'WAIT_ABORTED');
  });

  test('when the source is closed', async ({ openSource, openInbox }) => {
    const inbox = await openInbox();
    const source = openSource();
    const watch = await source.watch('email', ALICE);
    const wait = expectThrown(() => watch.more(0, new AbortController().signal), 'WAIT_ABORTED', 'closed');
    await source.close();
    await wait;
    expect(await inbox.messages()).toEqual([]);
  });
});
