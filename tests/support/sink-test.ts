import { test as base } from '@playwright/test';
import type { MessageKind } from '../../src/message/address.ts';
import type { Runtime } from '../../src/runtime.ts';
import { plainRuntime } from '../../src/runtime.ts';
import { type Sink, type SinkOptions, startSink } from '../../src/sink/sink.ts';
import { Inbox, Sms } from '../../src/sources/inbox.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import type { Source } from '../../src/sources/source.ts';
import { PushClient } from './push-client.ts';
import { Relay } from './relay.ts';
import { SmtpSession } from './smtp-session.ts';

export { expect } from '@playwright/test';

interface BoxOptions {
  readonly url?: string;
  readonly runtime?: Runtime;
}

interface SinkFixtures {
  /** Starts a sink on free ports, unless others are given. */
  startSink: (options?: SinkOptions) => Promise<Sink>;
  /** A sink as it is by default. */
  sink: Sink;
  openSmtp: (sink?: Sink) => SmtpSession;
  /** A client of the stream that was greeted. */
  openStream: (query?: string, url?: string) => Promise<PushClient>;
  /** A line to the HTTP port of a sink. */
  openRelay: (httpPort: number) => Promise<{ readonly line: Relay; readonly url: string }>;
  /** Another process's connection to the sink. */
  openSource: (url?: string) => Source;
  /** A box that watches from now on. */
  openInbox: (address: string, options?: BoxOptions) => Promise<Inbox>;
  openSms: (number: string, options?: BoxOptions) => Promise<Sms>;
}

/** Everything that a test opens here is closed after it. */
export const test = base.extend<SinkFixtures>({
  startSink: async ({}, use) => {
    const started: Sink[] = [];
    await use(async (options = {}) => {
      const sink = await startSink({ smtpPort: 0, httpPort: 0, ...options });
      started.push(sink);
      return sink;
    });
    await Promise.all(started.map((sink) => sink.close()));
  },

  sink: async ({ startSink }, use) => use(await startSink()),

  openSmtp: async ({ sink }, use) => {
    const opened: SmtpSession[] = [];
    await use((to = sink) => {
      const session = new SmtpSession(to.smtpPort);
      opened.push(session);
      return session;
    });
    for (const session of opened) session.close();
  },

  openStream: async ({ sink }, use) => {
    const opened: PushClient[] = [];
    await use(async (query = '', url = sink.url) => {
      const client = new PushClient(url, query);
      opened.push(client);
      await client.answer();
      return client;
    });
    for (const client of opened) client.close();
  },

  openRelay: async ({}, use) => {
    const opened: Relay[] = [];
    await use(async (httpPort) => {
      const line = new Relay(httpPort);
      opened.push(line);
      return { line, url: await line.open() };
    });
    for (const line of opened) line.close();
  },

  openSource: async ({ sink }, use) => {
    const opened: Source[] = [];
    await use((url = sink.url) => {
      const source = sinkSource({ url });
      opened.push(source);
      return source;
    });
    await Promise.all(opened.map((source) => source.close()));
  },

  openInbox: async ({ openSource }, use) => {
    await use(async (address, options = {}) => new Inbox(address, await watching(openSource(options.url), 'email', address, options)));
  },

  openSms: async ({ openSource }, use) => {
    await use(async (number, options = {}) => new Sms(number, await watching(openSource(options.url), 'sms', number, options)));
  },
});

async function watching(source: Source, kind: MessageKind, address: string, { runtime = plainRuntime(5000) }: BoxOptions) {
  const watch = source.watch(kind, address);
  await watch;
  return { watch, runtime };
}
