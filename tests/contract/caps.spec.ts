import type { Sink } from '../../src/sink/sink.ts';
import { ALICE_NUMBER, api, expect, postSms, sendMail, test as base } from '../support/sink-test.ts';

interface Filling {
  /** Sends texts of these sizes. Returns the sequence numbers of the messages that are still stored. */
  readonly fill: (...sizes: number[]) => Promise<number[]>;
}

const test = base.extend<Filling>({
  fill: async ({ sink }, use) => {
    await use(async (...sizes) => {
      for (const size of sizes) await postSms(sink, { body: 'x'.repeat(size) });
      return (await list(sink)).map(({ seq }) => seq);
    });
  },
});

async function list(sink: Sink): Promise<readonly { readonly id: string; readonly seq: number }[]> {
  const { body } = await api(sink, '/api/messages');
  return (body as { messages: { id: string; seq: number }[] }).messages;
}

test.describe('with a cap of three messages', () => {
  test.use({ sinkOptions: { maxMessages: 3 } });

  test('the oldest messages are evicted, and reported as evicted', async ({ fill, openSource, sink }) => {
    const watch = await openSource().watch('sms', ALICE_NUMBER);
    await fill(1);
    const [first] = await list(sink);
    await postSms(sink, { to: '+12025550199', body: 'of another' });
    expect(await fill(1, 1, 1)).toEqual([3, 4, 5]);
    const { status, body } = await api(sink, `/api/messages/${first?.id}`);
    expect(status).toBe(404);
    expect(body).toEqual({ error: expect.stringContaining('evicted by a cap (3 messages, 67108864 bytes)') });
    const { evicted } = await watch.sightings();
    expect(evicted).toMatchObject({ count: 2, toAddress: 1, cap: expect.stringContaining('3 messages or 64 MiB') });
  });
});

test.describe('with a cap of 3000 bytes', () => {
  test.use({ sinkOptions: { maxBytes: 3000 } });

  test('the oldest messages are evicted until the newest fits, and deleting makes room', async ({ fill, sink }) => {
    expect(await fill(1000, 1000, 1000)).toEqual([1, 2, 3]);
    expect(await fill(1000)).toEqual([2, 3, 4]);
    expect(await fill(1001)).toEqual([4, 5]);
    await api(sink, '/api/messages', { method: 'DELETE' });
    expect(await fill(1000, 1000, 1000)).toEqual([6, 7, 8]);
  });

  test('a larger message still reaches a waiting test, and is not stored', async ({ fill, openInbox, sink }) => {
    await fill(100);
    const inbox = await openInbox();
    const waiting = inbox.waitForCode();
    await sendMail(sink, { text: `Your verification code is 482913.\n${'long '.repeat(1000)}` });
    expect(await waiting).toBe('482913');
    expect(await list(sink)).toEqual([]);
    expect(await fill(100)).toEqual([3]);
  });
});
