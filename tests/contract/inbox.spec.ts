import type { Inbox } from '../../src/sources/inbox.ts';
import { sendMail } from '../support/mail.ts';
import { postSms } from '../support/sink-api.ts';
import { expect, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

const ALICE = 'alice@persona.test';
/** As long as a wait may take that must not find anything, in milliseconds. */
const IN_VAIN = { timeout: 250 };

interface Mailing {
  /** Sends Alice a mail with a code. */
  mailCode: (code: string, from?: string) => Promise<void>;
}

/** Goes on when so many messages have come. */
async function came(inbox: Inbox, count: number): Promise<void> {
  await expect.poll(async () => (await inbox.messages()).length).toBe(count);
}

const test = base.extend<Mailing>({
  mailCode: async ({ sink }, use) => {
    await use(async (code, from = 'no-reply@acme.example') => {
      await sendMail(sink.smtpPort, { to: ALICE, from, subject: `Sign in to ${from}`, text: `Your code is ${code}.` });
    });
  },
});

test('a wait ends with the code of the mail that comes', async ({ mailCode, openInbox }) => {
  const code = (await openInbox(ALICE)).waitForCode();
  await mailCode('123456');
  expect(await code).toBe('123456');
});

test('a wait ends with a mail that was there before it, but not before its inbox', async ({ mailCode, openInbox }) => {
  await mailCode('111111');
  const inbox = await openInbox(ALICE);
  await mailCode('222222');
  expect(await inbox.waitForCode()).toBe('222222');
});

test('a message older than the inbox is never returned', async ({ mailCode, openInbox }) => {
  await mailCode('111111');
  const inbox = await openInbox(ALICE);
  await expectThrown(() => inbox.waitForCode(IN_VAIN), 'CODE_TIMEOUT');
  expect(await inbox.messages()).toEqual([]);
});

test('nor is one that another inbox of the address has', async ({ mailCode, openInbox, openSource, sink }) => {
  await openInbox(ALICE);
  await mailCode('111111');
  const source = openSource(sink.url);
  const first = await source.watch('email', ALICE);
  await mailCode('222222');
  const second = await source.watch('email', ALICE);
  await mailCode('333333');
  await first.more(1, AbortSignal.timeout(5000));
  expect([first.arrivals, second.arrivals].map((arrivals) => arrivals.map(({ envelope }) => envelope.seq))).toEqual([[2, 3], [3]]);
});

test('of several codes the newest wins', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox(ALICE);
  await mailCode('111111');
  await mailCode('222222');
  await came(inbox, 2);
  expect(await inbox.waitForCode()).toBe('222222');
});

test('an older code of the same sender is void, once a newer one was taken', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox(ALICE);
  await mailCode('111111');
  await mailCode('222222');
  await came(inbox, 2);
  await inbox.waitForCode();
  await expectThrown(() => inbox.waitForCode(IN_VAIN), 'CODE_TIMEOUT', 'older than a code of this sender');
  const next = inbox.waitForCode();
  await mailCode('333333');
  expect(await next).toBe('333333');
});

test('an older code of another sender is not', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox(ALICE);
  await mailCode('111111', 'bank@bank.example');
  await mailCode('222222');
  await came(inbox, 2);
  expect([await inbox.waitForCode(), await inbox.waitForCode()]).toEqual(['222222', '111111']);
});

test('a message is given once, to one of those who wait', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox(ALICE);
  const waits = [inbox.waitForCode({ timeout: 1000 }), inbox.waitForCode({ timeout: 1000 })];
  await mailCode('111111');
  const results = await Promise.allSettled(waits);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a message that one wait took is not taken by another, whatever it looks for', async ({ openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  await sendMail(sink.smtpPort, { to: ALICE, text: 'Your code is 123456. Or verify at https://acme.example/verify?t=1' });
  expect(await inbox.waitForLink()).toBe('https://acme.example/verify?t=1');
  await expectThrown(() => inbox.waitForCode(IN_VAIN), 'CODE_TIMEOUT', 'already taken');
  await expectThrown(() => inbox.waitForMessage(IN_VAIN), 'CODE_TIMEOUT', 'already taken');
});

test('a message without a code is passed over, and left for who wants it', async ({ mailCode, openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  await mailCode('111111');
  await sendMail(sink.smtpPort, { to: ALICE, subject: 'Welcome', text: 'Nice to have you.' });
  await came(inbox, 2);
  expect(await inbox.waitForCode()).toBe('111111');
  expect((await inbox.waitForMessage()).subject).toBe('Welcome');
});

test('a message with two equally good codes ends the wait at once', async ({ openInbox, sink }) => {
  const inbox = await openInbox(ALICE);
  const wait = expectThrown(() => inbox.waitForCode(), 'CODE_AMBIGUOUS');
  await sendMail(sink.smtpPort, { to: ALICE, text: 'Your code is 111111. Your code is 222222.' });
  await wait;
});

test('two addresses do not get each other’s mail', async ({ mailCode, openInbox, sink }) => {
  const [alice, bob] = [await openInbox(ALICE), await openInbox('bob@persona.test')];
  await mailCode('111111');
  await sendMail(sink.smtpPort, { to: 'Bob@persona.test', text: 'Your code is 222222.' });
  expect([await alice.waitForCode(), await bob.waitForCode()]).toEqual(['111111', '222222']);
});

test.describe('of two mails, a filter takes', () => {
  for (const [name, filter, code] of [
    ['the one whose sender is given in part', { from: 'BANK' }, '111111'],
    ['the one whose sender fits a pattern', { from: /@bank\.example$/ }, '111111'],
    ['the one whose subject is given in part', { subject: 'sign in to bank' }, '111111'],
    ['the one whose subject fits a pattern', { subject: /acme/ }, '222222'],
    ['the newest that fits all', { from: 'example', subject: 'Sign in' }, '222222'],
    ['one that came since a moment', { since: 0 }, '222222'],
    ['one that came since a date', { since: new Date(Date.now() - 60_000), from: 'bank' }, '111111'],
  ] as const) {
    test(name, async ({ mailCode, openInbox }) => {
      const inbox = await openInbox(ALICE);
      await mailCode('111111', 'bank@bank.example');
      await mailCode('222222');
      await came(inbox, 2);
      expect(await inbox.waitForCode(filter)).toBe(code);
    });
  }

  for (const [name, filter, reason] of [
    ['of another sender', { from: 'shop' }, 'its sender is not "shop"'],
    ['of another subject', { subject: /invoice/ }, 'its subject does not have /invoice/'],
    ['before a moment', { since: Date.UTC(2100, 0) }, 'it came before 2100-01-01T00:00:00.000Z'],
  ] as const) {
    test(`none ${name}, and says so`, async ({ mailCode, openInbox }) => {
      const inbox = await openInbox(ALICE);
      await mailCode('111111');
      await expectThrown(() => inbox.waitForCode({ ...IN_VAIN, ...filter }), 'CODE_TIMEOUT', '1 message came and was not taken', reason);
      expect(await inbox.messages(filter)).toEqual([]);
    });
  }
});

test('the messages so far are listed oldest first, unread or only the newest', async ({ mailCode, openInbox }) => {
  const inbox = await openInbox(ALICE);
  for (const code of ['111111', '222222', '333333']) await mailCode(code);
  await came(inbox, 3);
  await inbox.waitForCode();
  const codes = async (options = {}): Promise<string[]> => (await inbox.messages(options)).map(({ text }) => /\d+/.exec(text)?.[0] ?? '');
  expect(await codes()).toEqual(['111111', '222222', '333333']);
  expect(await codes({ unreadOnly: true })).toEqual(['111111', '222222']);
  expect(await codes({ limit: 2 })).toEqual(['222222', '333333']);
  expect(await codes({ limit: 1, unreadOnly: true })).toEqual(['222222']);
  expect(await codes({ limit: 0 })).toEqual([]);
});

test('an SMS is waited for in the same way', async ({ openSms, sink }) => {
  const sms = await openSms('+12025550143');
  const code = sms.waitForCode({ from: 'ACME' });
  await postSms(sink, { to: '+1 (202) 555-0143', from: 'ACME', body: 'Your code is 123456' });
  expect(await code).toBe('123456');
});

test.describe('a wait is aborted by its signal', () => {
  test('while it waits', async ({ openInbox }) => {
    const inbox = await openInbox(ALICE);
    const abort = new AbortController();
    const wait = expectThrown(() => inbox.waitForCode({ signal: abort.signal }), 'WAIT_ABORTED', ALICE);
    abort.abort(new Error('enough'));
    expect((await wait).cause).toEqual(new Error('enough'));
  });

  test('before it waits', async ({ openInbox }) => {
    const inbox = await openInbox(ALICE);
    await expectThrown(() => inbox.waitForCode({ signal: AbortSignal.abort() }), 'WAIT_ABORTED');
  });

  test('when its source is closed', async ({ openSource, openInbox }) => {
    const inbox = await openInbox(ALICE);
    const source = openSource();
    const watch = await source.watch('email', ALICE);
    const wait = expectThrown(() => watch.more(0, new AbortController().signal), 'WAIT_ABORTED', 'closed');
    await source.close();
    await wait;
    expect(await inbox.messages()).toEqual([]);
  });
});
