import { retain } from '../../src/sink/retention.ts';
import { MessageStore } from '../../src/sink/store.ts';
import { ALICE, BOB, expect, sendCode, test } from '../support/sink-test.ts';

const OWNER = { persona: 'alice', title: 'a test' };

/** A clock whose timers run when the time is set. */
function manualClock(): { now(): number; after(ms: number, work: () => void): void; advance(ms: number): void } {
  let time = Date.now();
  let timers: { at: number; work: () => void }[] = [];
  return {
    now: () => time,
    after: (ms, work) => void timers.push({ at: time + ms, work }),
    advance(ms) {
      time += ms;
      const due = timers.filter(({ at }) => at <= time);
      timers = timers.filter(({ at }) => at > time);
      for (const { work } of due) work();
    },
  };
}

test('a message is gone once all its recipients have claimed it', () => {
  const store = new MessageStore();
  const clock = manualClock();
  retain(store, 'claimed', clock);
  const { envelope } = store.add('email', '', [ALICE, BOB], [Buffer.from('x')]);
  store.claim(envelope.id, ALICE, OWNER);
  clock.advance(1);
  expect(store.size.messages).toBe(1);
  store.claim(envelope.id, BOB, OWNER);
  clock.advance(1);
  expect(store.size.messages).toBe(0);
});

test('a message is gone after its age, and later ones stay', () => {
  const store = new MessageStore();
  const clock = manualClock();
  retain(store, 60_000, clock);
  store.add('email', '', [ALICE], [Buffer.from('x')]);
  clock.advance(50_000);
  expect(store.size.messages).toBe(1);
  clock.advance(11_000);
  expect(store.size.messages).toBe(0);
});

test.describe('with a sink', () => {
  test.use({ sinkOptions: { retention: 'claimed' } });

  test('the test that waits gets its code, and the message is gone', async ({ sink, openSource }) => {
    const watch = await openSource().watch('email', ALICE);
    await sendCode(sink, '123456');
    await watch.more(0, AbortSignal.timeout(5000));
    const [arrival] = watch.arrivals;
    watch.claimed!(arrival!.envelope.id, OWNER);
    await expect.poll(() => sink.store.size.messages).toBe(0);
    expect((await arrival!.message()).text).toContain('123456');
  });
});
