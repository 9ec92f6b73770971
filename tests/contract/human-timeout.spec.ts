import { plainRuntime } from '../../src/core/runtime.ts';
import { Human, type Question } from '../../src/human/human.ts';
import type { HumanSettings } from '../../src/human/settings.ts';
import { type Receiver, WEBHOOK_SECRET, answerOnPage, receiveWebhooks } from '../support/webhook-receiver.ts';
import { expect, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

const QUESTION: Question = {
  asks: 'code',
  title: '6-digit code by SMS',
  label: 'Security code',
  origin: 'https://acme.example',
};
const ONE_DAY = 24 * 3_600_000;

const test = base.extend<{
  receive: (...args: Parameters<typeof receiveWebhooks>) => Promise<Receiver>;
  human: (receiver: Receiver, settings: HumanSettings, asksAgain?: boolean) => Human;
}>({
  receive: async ({ closing }, use) => use(async (answer) => closing(await receiveWebhooks(answer))),
  human: async ({ openSource }, use) => {
    const source = openSource();
    await use(
      ({ url }, settings, asksAgain = true) =>
        new Human({
          owner: 'alice',
          settings: { webhook: url, secret: WEBHOOK_SECRET, ...settings },
          runtime: { ...plainRuntime(), asksAgain },
          handoff: (request) => source.handoff!(request),
        }),
    );
  },
});

test('a person who did not answer is asked again after the pause', async ({ receive, human }) => {
  const times: number[] = [];
  const receiver = await receive((call, response, count) => {
    times.push(Date.now());
    response.end();
    if (count === 2) void answerOnPage(call.data.answerUrl, { answer: 'code', code: '012345' });
  });
  const asking = human(receiver, { timeout: 4000, onTimeout: { retryAfter: 700, times: 3 } });
  expect(asking.maxWait).toBe(4000 + 3 * 4700);
  expect(await asking.ask(QUESTION)).toEqual({ code: '012345' });
  expect(times).toHaveLength(2);
  expect(times[1]! - times[0]!).toBeGreaterThan(700);
  expect(new Set(receiver.calls.map(({ data }) => data['id'])).size).toBe(2);
  await expect
    .poll(() => receiver.events.map(({ type }) => type).toSorted())
    .toEqual(['handoff.answered', 'handoff.expired']);
});

test('a person is asked as often as the settings say, and no more', async ({ receive, human }) => {
  const receiver = await receive((_, response) => void response.end());
  const asking = human(receiver, { timeout: 2000, onTimeout: { retryAfter: 50, times: 2 } });
  await expectThrown(() => asking.ask(QUESTION), 'HUMAN_TIMEOUT', 'Nobody answered within 2 s');
  expect(receiver.calls).toHaveLength(3);
});

test('a person who declined is not asked again', async ({ receive, human }) => {
  const receiver = await receive((call, response) => {
    response.end();
    void answerOnPage(call.data.answerUrl, { answer: 'decline' });
  });
  const asking = human(receiver, { timeout: 10_000, onTimeout: { retryAfter: 50, times: 2 } });
  await expectThrown(() => asking.ask(QUESTION), 'HUMAN_DECLINED');
  expect(receiver.calls).toHaveLength(1);
});

test('a pause ends with the persona, and with the signal of the caller', async ({ receive, human }) => {
  const receiver = await receive((_, response) => void response.end());
  const settings = { timeout: 2000, onTimeout: { retryAfter: 3_600_000, times: 2 } };
  const [closed, stopped] = [human(receiver, settings), human(receiver, settings)];
  const stop = new AbortController();
  const results = [closed.ask(QUESTION), stopped.ask(QUESTION, { signal: stop.signal })];
  for (const result of results) result.catch(() => undefined);
  await expect.poll(() => receiver.events.length).toBe(2); // both requests have expired
  closed.close();
  stop.abort(new Error('the page went on'));
  await expectThrown(() => results[0], 'WAIT_ABORTED');
  await expect(results[1]).rejects.toThrow('the page went on');
  expect(receiver.calls).toHaveLength(2);
});

test('a job fails at once, and is told when to try again, as often as the settings say', async ({ receive, human }) => {
  const receiver = await receive((_, response) => void response.end());
  const job = human(receiver, { timeout: 2000, onTimeout: { retryAfter: 60_000, times: 1 } }, false);
  expect(job.maxWait).toBe(2000);
  const before = Date.now();
  const first = await expectThrown(() => job.ask(QUESTION), 'HUMAN_TIMEOUT', 'Sign in again at 20');
  const { retryAt } = first.details as { readonly retryAt: Date };
  expect(retryAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
  expect(retryAt.getTime()).toBeLessThan(Date.now() + 60_001);
  const second = await expectThrown(() => job.ask(QUESTION), 'HUMAN_TIMEOUT');
  expect(second.details).toBeUndefined();
  expect(receiver.calls).toHaveLength(2);
});

test('a policy that would take a day is refused', async ({ receive, human }) => {
  const receiver = await receive((_, response) => void response.end());
  const { humanProblems } = await import('../../src/human/settings.ts');
  const at = (onTimeout: unknown, timeout = 60_000): string[] =>
    humanProblems({ timeout, onTimeout: onTimeout as NonNullable<HumanSettings['onTimeout']> });
  expect(at('fail')).toEqual([]);
  expect(at({ retryAfter: 1000, times: 3 })).toEqual([]);
  expect(at({ retryAfter: ONE_DAY / 4, times: 4 })).toEqual([
    expect.stringContaining('must add up to less than one day, but are 24.1 hours'),
  ]);
  for (const wrong of ['retry', null, 5, {}, { retryAfter: 0, times: 1 }, { retryAfter: 1000, times: 1.5 }])
    expect(at(wrong), JSON.stringify(wrong)).toHaveLength(1);
  expect(at({ retryAfter: 1000, times: 1, after: 2 })).toEqual([expect.stringContaining('has a member "after"')]);
  expect(human(receiver, {}).maxWait).toBe(300_000);
});
