import { test as base } from '@playwright/test';
import { type Runtime, plainRuntime } from '../../src/core/runtime.ts';
import { type Sink, type SinkOptions, startSink } from '../../src/sink/sink.ts';
import { Inbox, Sms } from '../../src/inbox/inbox.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import type { Source } from '../../src/sources/source.ts';
import { Gate } from './gate.ts';
import { PushClient } from './push-client.ts';
import { ALICE, ALICE_NUMBER } from './sink-clients.ts';
import { SmtpClient } from './smtp-client.ts';

export { expect } from '@playwright/test';
export * from './sink-clients.ts';

/** What the counters of a sink are before anything happened. */
export const START = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };

/** An inbox that watches from now on. */
export async function openInboxAt(source: Source, address: string = ALICE, { runtime }: Watching = {}): Promise<Inbox> {
  const watch = await source.watch('email', address);
  return new Inbox(address, { watch: Promise.resolve(watch), runtime: runtime ?? plainRuntime(5000) });
}

interface Closable {
  close(): unknown;
}

interface Watching {
  /** @default that of the test's own sink */
  readonly url?: string;
  /** @default one whose waits take 5 s at most */
  readonly runtime?: Runtime;
}

interface SinkFixtures {
  /** What the sink of the test is started with, beside free ports. */
  readonly sinkOptions: SinkOptions;
  /** A running sink of the test's own. */
  readonly sink: Sink;
  /** Closes what it is given when the test is over, the last first. */
  readonly closing: <T extends Closable>(thing: T) => T;
  /** Starts one more sink, on free ports unless others are given. */
  readonly startSink: (options?: SinkOptions) => Promise<Sink>;
  /** A mail client that was greeted by the sink. */
  readonly openSmtp: () => Promise<SmtpClient>;
  /** A client of the stream that was greeted. */
  readonly openStream: (query?: string, url?: string) => Promise<PushClient>;
  /** A connection to the sink, as a test process has one. */
  readonly openSource: (url?: string) => Source;
  /** A way to a sink that can be shut. */
  readonly openGate: (to?: Sink) => Promise<Gate>;
  /** An inbox that watches from now on. */
  readonly openInbox: (address?: string, watching?: Watching) => Promise<Inbox>;
  readonly openSms: (number?: string, watching?: Watching) => Promise<Sms>;
}

export const test = base.extend<SinkFixtures>({
  sinkOptions: [{}, { option: true }],

  closing: async ({}, use) => {
    const things: Closable[] = [];
    await use((thing) => {
      things.push(thing);
      return thing;
    });
    for (const thing of things.toReversed()) await thing.close();
  },

  startSink: async ({ closing }, use) => {
    await use(async (options = {}) => closing(await startSink({ smtpPort: 0, httpPort: 0, ...options })));
  },

  sink: async ({ sinkOptions, startSink }, use) => {
    await use(await startSink(sinkOptions));
  },

  openSmtp: async ({ sink, closing }, use) => {
    await use(async () => closing(await SmtpClient.connect(sink.smtpPort)));
  },

  openStream: async ({ sink, closing }, use) => {
    await use(async (query = '', url = sink.url) => {
      const client = closing(new PushClient(url, query));
      await client.answer();
      return client;
    });
  },

  openSource: async ({ sink, closing }, use) => {
    await use((url = sink.url) => closing(sinkSource({ url })));
  },

  openGate: async ({ sink, closing }, use) => {
    await use(async (to = sink) => closing(await Gate.open(to.httpPort)));
  },

  openInbox: async ({ openSource }, use) => {
    await use((address = ALICE, watching = {}) => openInboxAt(openSource(watching.url), address, watching));
  },

  openSms: async ({ openSource }, use) => {
    await use(async (number = ALICE_NUMBER, { url, runtime = plainRuntime(5000) } = {}) => {
      return new Sms(number, { watch: Promise.resolve(await openSource(url).watch('sms', number)), runtime });
    });
  },
});
