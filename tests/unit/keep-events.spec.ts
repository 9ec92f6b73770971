import type { SessionEvent } from '../../src/keep/session-event.ts';
import { HOUR, MINUTE, NOON, expect, test } from '../support/keep-test.ts';

test('an event is sent until it is accepted, in order and with one id, also by another keeper', async ({
  site,
  keeper,
  profile,
}) => {
  const sent: SessionEvent[] = [];
  let accepts = false;
  const send = async (event: SessionEvent): Promise<boolean> => {
    sent.push(event);
    return accepts;
  };
  await keeper({ send }).visit(profile);
  site.now += 20 * 1000; // not due
  await keeper({ send }).visit(profile);
  expect(sent).toHaveLength(1);
  accepts = true;
  site.now += MINUTE;
  await keeper({ send }).visit(profile);
  site.now += HOUR;
  await keeper({ send }).visit(profile);
  expect(sent.map(({ type }) => type)).toEqual(['session.renewed', 'session.renewed', 'session.renewed']);
  expect(sent[1]?.id).toBe(sent[0]?.id);
  expect(sent[2]?.id).not.toBe(sent[0]?.id);
});

test('a session that cannot be renewed is announced once as expiring, and once as lost', async ({
  site,
  visit,
  next,
  events,
}) => {
  await visit();
  site.refusal = new Error('a captcha');
  while (site.now < NOON + 3 * HOUR) await next();
  expect(events.map(({ type, data }) => [type, data.cause])).toEqual([
    ['session.renewed', undefined],
    ['session.expiring', 'failed'],
    ['session.lost', 'failed'],
  ]);
  expect(JSON.stringify(events)).not.toContain('session number');
});
