import { ALICE, expect, openInboxAt, sendCode, test } from '../support/sink-test.ts';

test('a reconnect loses no mail and delivers none twice', async ({ openGate, openInbox, sink }) => {
  const gate = await openGate(sink);
  const inbox = await openInbox(ALICE, { url: gate.url });
  await sendCode(sink, '111111');
  expect(await inbox.waitForCode()).toBe('111111');
  const wait = inbox.waitForCode();
  gate.shut();
  await sendCode(sink, '222222');
  gate.reopen();
  expect(await wait).toBe('222222');
  expect((await inbox.messages()).map(({ text }) => text.trim())).toEqual(
    ['111111', '222222'].map((code) => `Your verification code is ${code}.`),
  );
});

test('the same holds for two inboxes of one address that have received different messages', async ({
  openGate,
  openSource,
  sink,
}) => {
  const gate = await openGate(sink);
  const source = openSource(gate.url);
  const first = await openInboxAt(source);
  await sendCode(sink, '111111');
  expect(await first.waitForCode()).toBe('111111');
  const second = await openInboxAt(source);
  gate.shut();
  await sendCode(sink, '222222');
  gate.reopen();
  expect([await first.waitForCode(), await second.waitForCode()]).toEqual(['222222', '222222']);
  await sendCode(sink, '333333');
  expect([await first.waitForCode(), await second.waitForCode()]).toEqual(['333333', '333333']);
  expect([(await first.messages()).length, (await second.messages()).length]).toEqual([3, 2]);
});
