import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { MessageStore, type StoreOptions } from '../../src/sink/store.ts';

const ALICE = 'alice@acme.test';
const START = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };

/** Returns a store with a mail of the given size for each address. */
function filled(options: StoreOptions, ...mails: (readonly [to: string, bytes: number])[]): MessageStore {
  const store = new MessageStore(options);
  for (const [to, bytes] of mails) add(store, to, 'x'.repeat(bytes));
  return store;
}

function add(store: MessageStore, to: string, text: string): string {
  return store.add('email', 'no-reply@acme.test', [to], [Buffer.from(text)]).envelope.id;
}

function seqs(store: MessageStore, since = 0): number[] {
  return [...store.since(since)].map(({ envelope }) => envelope.seq);
}

test('messages are listed in the order of arrival, after any sequence number', () => {
  const store = filled({}, [ALICE, 1], [ALICE, 2], [ALICE, 3]);
  expect([seqs(store), seqs(store, 1), seqs(store, 3)]).toEqual([[1, 2, 3], [2, 3], []]);
});

test('an envelope has all facts that need no decoding', () => {
  const store = new MessageStore();
  const before = Date.now();
  const { envelope, folded } = store.add(
    'email',
    'a@acme.test',
    ['Bob@Acme.TEST', '"c"@acme.test'],
    [Buffer.from('two '), Buffer.from('pieces')],
  );
  expect(envelope).toMatchObject({
    kind: 'email',
    seq: 1,
    from: 'a@acme.test',
    to: ['Bob@Acme.TEST', '"c"@acme.test'],
    size: 10,
  });
  expect(folded).toEqual(['bob@acme.test', 'c@acme.test']);
  expect(envelope.receivedAt).toBeGreaterThanOrEqual(before);
  expect(store.find(envelope.id)?.raw.toString()).toBe('two pieces');
});

test('`raw` is a copy that stays intact after its message is removed', () => {
  const store = filled({ maxMessages: 1 }, [ALICE, 3]);
  const [message] = [...store.since(0)];
  const raw = message?.raw;
  for (let count = 0; count < 20; count++) store.add('email', '', [ALICE], [Buffer.alloc(1024 * 1024, 'y')]);
  expect(raw?.toString()).toBe('xxx');
  expect(() => message?.raw).toThrow('freed');
});

test('the oldest message is evicted when there are too many', () => {
  const store = filled({ maxMessages: 2 }, [ALICE, 1], [ALICE, 1], [ALICE, 1], [ALICE, 1]);
  expect([seqs(store), store.size]).toEqual([[3, 4], { messages: 2, bytes: 2 }]);
});

test('the oldest messages are evicted when they are too large', () => {
  const store = filled({ maxBytes: 100 }, [ALICE, 40], [ALICE, 40], [ALICE, 90]);
  expect([seqs(store), store.size]).toEqual([[3], { messages: 1, bytes: 90 }]);
});

test('a message larger than the cap is still passed to listeners', () => {
  const store = new MessageStore({ maxBytes: 100 });
  const heard: string[] = [];
  store.onMessage(({ raw }) => heard.push(raw.toString()));
  add(store, ALICE, 'x'.repeat(500));
  expect([heard, store.size.messages]).toEqual([['x'.repeat(500)], 0]);
});

test('evicted messages are counted by address, since any mark', () => {
  const store = filled({ maxMessages: 2 }, [ALICE, 1], ['bob@acme.test', 1], [ALICE, 1], [ALICE, 1]);
  const mark = store.mark();
  expect([
    store.evictedSince(START, ALICE),
    store.evictedSince(START, 'bob@acme.test'),
    store.evictedSince(mark, ALICE),
  ]).toEqual([1, 1, 0]);
  add(store, 'bob@acme.test', 'x');
  expect([store.evictedSince(mark, ALICE), mark.evicted, store.mark().evicted]).toEqual([1, 2, 3]);
});

test('a mark counts messages, sessions and refusals', () => {
  const store = filled({}, [ALICE, 1]);
  store.sessionOpened();
  store.sessionOpened();
  store.sessionClosed();
  store.refused('too large');
  const mark = store.mark();
  store.refused('no recipient');
  expect([mark, store.openSessions, store.refusalsSince(mark), store.refusalsSince(START)]).toEqual([
    { seq: 1, sessions: 2, refusals: 1, evicted: 0 },
    1,
    ['no recipient'],
    ['too large', 'no recipient'],
  ]);
});

test('a deleted message is counted once, and its sequence number is not reused', () => {
  const store = filled({}, [ALICE, 1], [ALICE, 2]);
  const messages = [...store.since(1)];
  expect([store.delete(messages), store.delete(messages), store.size]).toEqual([1, 0, { messages: 1, bytes: 1 }]);
  add(store, ALICE, 'x');
  expect(seqs(store)).toEqual([1, 3]);
});

test('the id of another store finds nothing', () => {
  const [one, other] = [new MessageStore(), new MessageStore()];
  add(one, ALICE, 'x');
  const id = add(other, ALICE, 'x');
  expect([one.find(id), one.find(''), one.find(`${one.instance}-2`), one.find(`${one.instance}-x`)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a removed listener is not called', () => {
  const store = new MessageStore();
  const heard: number[] = [];
  const stop = store.onMessage(({ envelope }) => heard.push(envelope.seq));
  add(store, ALICE, 'x');
  stop();
  add(store, ALICE, 'x');
  expect(heard).toEqual([1]);
});

test('stored messages keep their bytes, whatever is added and deleted', () => {
  const size = fc.oneof(fc.nat(200), fc.constantFrom(0, 400_000, 1024 * 1024, 1024 * 1024 + 1, 1_500_000));
  const turn = fc.oneof(
    { weight: 4, arbitrary: size.map((bytes) => ({ bytes })) },
    { weight: 1, arbitrary: fc.nat(9).map((drop) => ({ drop })) },
  );
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 40 }), (turns) => {
      const store = new MessageStore({ maxMessages: 6, maxBytes: 4 * 1024 * 1024 });
      const came = new Map<number, Buffer>();
      for (const [index, turn] of turns.entries()) {
        if ('drop' in turn) {
          store.delete([...store.since(0)].slice(turn.drop, turn.drop + 1));
          continue;
        }
        const raw = Buffer.alloc(turn.bytes, index + 1);
        came.set(store.add('email', '', [ALICE], [raw.subarray(0, 10), raw.subarray(10)]).envelope.seq, raw);
      }
      const kept = [...store.since(0)];
      for (const { envelope, raw } of kept) expect(came.get(envelope.seq)?.equals(raw)).toBe(true);
      expect(store.size).toEqual({
        messages: kept.length,
        bytes: kept.reduce((sum, { envelope }) => sum + envelope.size, 0),
      });
      expect(store.size.messages).toBeLessThanOrEqual(6);
      expect(store.size.bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    }),
    { numRuns: 50 },
  );
});
