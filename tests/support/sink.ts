import { test as base } from '@playwright/test';
import nodemailer, { type SendMailOptions, type SentMessageInfo } from 'nodemailer';
import { plainRuntime } from '../../src/runtime.ts';
import { type Sink, type SinkOptions, startSink } from '../../src/sink/sink.ts';
import { Inbox, Sms } from '../../src/sources/inbox.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import type { Source } from '../../src/sources/source.ts';

export { expect } from '@playwright/test';

export const ALICE = 'alice@persona.test';
export const BOB = 'bob@persona.test';
export const ALICE_NUMBER = '+12025550143';
export const CODE = '482913';

interface Closable {
  close(): unknown;
}

export interface SinkFixtures {
  /** What the sink of the test is started with, beside free ports. */
  readonly sinkOptions: SinkOptions;
  /** A running sink of the test's own. */
  readonly sink: Sink;
  /** Closes what it is given when the test is over, the last first. */
  readonly closing: <T extends Closable>(thing: T) => T;
  /** A client of the sink, as a test process has one. */
  readonly source: Source;
  /** The inbox of an address, by default Alice's, that already watches. Its waits take 5 s at most. */
  readonly openInbox: (address?: string) => Promise<Inbox>;
  /** The same for a number. */
  readonly openSms: (number?: string) => Promise<Sms>;
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

  sink: async ({ sinkOptions, closing }, use) => {
    await use(closing(await startSink({ smtpPort: 0, httpPort: 0, ...sinkOptions })));
  },

  source: async ({ sink, closing }, use) => {
    await use(closing(sinkSource({ url: sink.url })));
  },

  openInbox: async ({ source }, use) => {
    await use((address = ALICE) => openInboxAt(source, address));
  },

  openSms: async ({ source }, use) => {
    await use(async (number = ALICE_NUMBER) => {
      return new Sms(number, { watch: Promise.resolve(await source.watch('sms', number)), runtime: plainRuntime(5000) });
    });
  },
});

export async function openInboxAt(source: Source, address: string = ALICE): Promise<Inbox> {
  const watch = Promise.resolve(await source.watch('email', address));
  return new Inbox(address, { watch, runtime: plainRuntime(5000) });
}

type Transport = Parameters<typeof nodemailer.createTransport>[0] & object;

/** Sends one mail over a connection of its own, by default from Acme to Alice. */
export async function sendMail(
  { smtpPort }: Pick<Sink, 'smtpPort'>,
  content: SendMailOptions = {},
  transport: Transport = {},
): Promise<SentMessageInfo> {
  const mailer = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ...transport } as Transport);
  return await mailer.sendMail({ from: 'Acme <no-reply@acme.example>', to: ALICE, text: 'Hello', ...content });
}

/** Sends a mail with a code in its text. */
export async function sendCode(sink: Sink, code: string, content: SendMailOptions = {}): Promise<void> {
  await sendMail(sink, { subject: 'Your code', text: `Your verification code is ${code}.`, ...content });
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the sink for JSON. */
export async function api({ url }: Pick<Sink, 'url'>, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(new URL(path, url), init);
  return { status: response.status, body: await response.json() };
}

export async function postSms(sink: Sink, fields: Readonly<Record<string, string>>): Promise<Reply> {
  return await api(sink, '/sms', { method: 'POST', body: JSON.stringify({ from: 'ACME', to: ALICE_NUMBER, ...fields }) });
}

export interface Listed {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly size: number;
}

/** The messages that the sink lists. */
export async function list(sink: Sink, query = ''): Promise<readonly Listed[]> {
  const { body } = await api(sink, `/api/messages${query}`);
  return (body as { messages: Listed[] }).messages;
}

/** How many SMTP connections are open at the sink. */
export async function openSessions(sink: Sink): Promise<number> {
  const { body } = await api(sink, '/api/health');
  return (body as { openSessions: number }).openSessions;
}
