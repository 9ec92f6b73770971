import { plainRuntime } from '../../src/core/runtime.ts';
import { SHORT_WAIT, came, test } from '../support/inbox-test.ts';
import { expect } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

test.describe('of two mails, a filter selects', () => {
  for (const [name, filter, code] of [
    ['the one whose sender has an address', { from: 'BANK@bank.example' }, '111111'],
    ['the one whose sender has a domain', { from: 'Bank.example' }, '111111'],
    ['the one whose sender has a domain, written with @', { from: '@bank.example' }, '111111'],
    ['the one whose sender matches a pattern', { from: /@bank\.example$/ }, '111111'],
    ['the one whose subject contains a text', { subject: 'sign in to bank' }, '111111'],
    ['the one whose subject matches a pattern', { subject: /acme/ }, '222222'],
    ['the newest that matches all members', { from: /example/, subject: 'Sign in' }, '222222'],
    ['one that came since a moment', { since: 0 }, '222222'],
    ['one that came since a date', { since: new Date(Date.now() - 60_000), from: 'bank.example' }, '111111'],
  ] as const) {
    test(name, async ({ mailCode, openInbox }) => {
      const inbox = await openInbox();
      await mailCode('111111', 'bank@bank.example');
      await mailCode('222222');
      await came(inbox, 2);
      expect(await inbox.waitForCode(filter)).toBe(code);
    });
  }

  for (const [name, filter, reason] of [
    ['of another sender', { from: 'shop' }, 'its sender does not match "shop"'],
    ['of a part of the sender', { from: 'acme' }, 'its sender does not match "acme"'],
    ['of a parent domain', { from: 'example' }, 'its sender does not match "example"'],
    ['of an address that only ends alike', { from: 'reply@acme.example' }, 'does not match "reply@acme.example"'],
    ['of another subject', { subject: /invoice/ }, 'its subject does not match /invoice/'],
    ['before a moment', { since: Date.UTC(2100, 0) }, 'it came before 2100-01-01T00:00:00.000Z'],
  ] as const) {
    test(`none ${name}, and the report has the reason`, async ({ mailCode, openInbox }) => {
      const inbox = await openInbox();
      await mailCode('111111');
      await came(inbox, 1);
      const wait = (): Promise<string> => inbox.waitForCode({ ...SHORT_WAIT, ...filter });
      await expectThrown(wait, 'CODE_TIMEOUT', '1 message came but was rejected', reason);
      expect(await inbox.messages(filter)).toEqual([]);
    });
  }
});

test('a code from another sender than the first is reported', async ({ mailCode, openInbox }) => {
  const steps: string[] = [];
  const runtime = {
    ...plainRuntime(8000),
    step: <T>(title: string, work: () => Promise<T>) => (steps.push(title), work()),
  };
  const inbox = await openInbox(undefined, { runtime });
  await mailCode('111111');
  await mailCode('666666', 'no-reply@acme-example.evil');
  await came(inbox, 2);
  expect(await inbox.waitForCode()).toBe('666666');
  expect(steps.at(-1)).toContain('no-reply@acme-example.evil');
  expect(steps.at(-1)).toContain('an earlier code came from no-reply@acme.example');
});

test.describe('of three messages, the first and the second unread,', () => {
  for (const [name, options, codes] of [
    ['all are listed, oldest first', {}, ['111111', '222222', '333333']],
    ['the unread', { unreadOnly: true }, ['111111', '222222']],
    ['the newest two', { limit: 2 }, ['222222', '333333']],
    ['the newest unread', { limit: 1, unreadOnly: true }, ['222222']],
    ['all, if the limit is higher', { limit: 9 }, ['111111', '222222', '333333']],
    ['none, if the limit is 0', { limit: 0 }, []],
    ['the newest one that matches', { subject: 'sign in', limit: 1 }, ['333333']],
  ] as const) {
    test(name, async ({ mailCode, openInbox }) => {
      const inbox = await openInbox();
      for (const code of ['111111', '222222', '333333']) await mailCode(code);
      await came(inbox, 3);
      await inbox.waitForCode();
      expect((await inbox.messages(options)).map(({ text }) => /\d+/.exec(text)?.[0])).toEqual(codes);
    });
  }
});
