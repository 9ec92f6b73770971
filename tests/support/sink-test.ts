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

/** The counters of a new sink. */
export const START = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };

/** Opens an inbox that watches from now on. */
export async function openInboxAt(
  source: Source,
  address: string = ALICE,
  { runtime }: InboxOptions = {},
): Promise<Inbox> {
  const watch = await source.watch('email', address);
  return new Inbox(address, { watch: Promise.resolve(watch), runtime: runtime ?? plainRuntime(5000) });
}

interface Closable {
  close(): unknown;
}

interface InboxOptions {
  /** URL of the sink. @default the test's own sink */
  readonly url?: string;
  /** @default a runtime with a timeout of 5 s */
  readonly runtime?: Runtime;
}

interface SinkFixtures {
  /** Options of the test's own sink. Its ports are free ones. */
  readonly sinkOptions: SinkOptions;
  /** The test's own sink. */
  readonly sink: Sink;
  /** Closes an object after the test, in reverse order of registration. */
  readonly closing: <T extends Closable>(thing: T) => T;
  /** Starts another sink, by default on free ports. */
  readonly startSink: (options?: SinkOptions) => Promise<Sink>;
  /** Connects a mail client and reads the greeting. */
  readonly openSmtp: () => Promise<SmtpClient>;
  /** Connects a client to the push stream and reads the greeting. */
  readonly openStream: (query?: string, url?: string) => Promise<PushClient>;
  /** Opens a source at the sink. */
  readonly openSource: (url?: string) => Source;
  /** Opens a TCP proxy to a sink that can be shut. */
  readonly openGate: (to?: Sink) => Promise<Gate>;
  /** Opens an inbox that watches from now on. */
  readonly openInbox: (address?: string, options?: InboxOptions) => Promise<Inbox>;
  /** Opens an SMS inbox that watches from now on. */
  readonly openSms: (number?: string, options?: InboxOptions) => Promise<Sms>;
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
    await use((address = ALICE, options = {}) => openInboxAt(openSource(options.url), address, options));
  },

  openSms: async ({ openSource }, use) => {
    await use(async (number = ALICE_NUMBER, { url, runtime = plainRuntime(5000) } = {}) => {
      return new Sms(number, { watch: Promise.resolve(await openSource(url).watch('sms', number)), runtime });
    });
  },
});
