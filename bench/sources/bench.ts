import { setTimeout as after } from 'node:timers/promises';
import { test } from '@playwright/test';
import { plainRuntime } from '../../src/runtime.ts';
import { startSink } from '../../src/sink/sink.ts';
import { imap } from '../../src/sources/imap.ts';
import { Inbox } from '../../src/sources/inbox.ts';
import { mailosaur } from '../../src/sources/mailosaur.ts';
import { mailpit } from '../../src/sources/mailpit.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import type { Source } from '../../src/sources/source.ts';
import { twilio } from '../../src/sources/twilio.ts';
import { DOVECOT_PASSWORD, DOVECOT_USER, DovecotServer, HAS_DOVECOT } from '../../tests/support/dovecot-server.ts';
import { API_KEY, MailosaurStandIn, SERVER_ID } from '../../tests/support/mailosaur-stand-in.ts';
import { MailpitStandIn } from '../../tests/support/mailpit-stand-in.ts';
import { deliverBySmtp } from '../../tests/support/smtp-client.ts';
import { ACCOUNT_SID, AUTH_TOKEN, TwilioStandIn } from '../../tests/support/twilio-stand-in.ts';
import { printTable, quantile } from '../lib/report.mjs';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 8);
/** A message comes this long after somebody began to wait for it, at most, in milliseconds. */
const LATEST = 2000;
/** What Mailosaur has said to its clients, in milliseconds between two looks. */
const DELAYS = '500,1000,1000,2000';

interface Measured {
  readonly name: string;
  /** Ends with the code. */
  readonly wait: () => Promise<unknown>;
  readonly deliver: (code: string) => Promise<void>;
  readonly requests?: () => number;
  readonly close: () => Promise<void>;
}

function mail(to: string, code: string): string {
  return `From: s${code}@acme.example\r\nTo: ${to}\r\nSubject: Sign in\r\n\r\nYour code is ${code}.\r\n`;
}

async function inboxAt(source: Source, kind: 'email' | 'sms', address: string): Promise<Inbox> {
  const watch = await source.watch(kind, address);
  return new Inbox(address, { watch: Promise.resolve(watch), runtime: plainRuntime(30_000) });
}

async function ofSink(): Promise<Measured> {
  const [sink, to] = [await startSink({ smtpPort: 0, httpPort: 0 }), 'alice@persona.test'];
  const source = sinkSource({ url: sink.url });
  const inbox = await inboxAt(source, 'email', to);
  const close = async (): Promise<void> => void (await Promise.all([source.close(), sink.close()]));
  const deliver = (code: string): Promise<void> => deliverBySmtp(sink.smtpPort, to, mail(to, code));
  return { name: 'sink', wait: () => inbox.waitForCode(), deliver, close };
}

async function ofMailpit(): Promise<Measured> {
  const [server, to] = [await MailpitStandIn.start(), 'alice@persona.test'];
  const source = mailpit({ url: server.url });
  const inbox = await inboxAt(source, 'email', to);
  return {
    name: 'mailpit (stand-in)',
    wait: () => inbox.waitForCode(),
    deliver: (code) => deliverBySmtp(server.smtpPort, to, mail(to, code)),
    requests: () => server.http.requests,
    close: async () => void (await Promise.all([source.close(), server.close()])),
  };
}

async function ofImap(): Promise<Measured> {
  const [server, to] = [await DovecotServer.start(), 'qa+alice@acme.test'];
  const source = imap({
    ...{ host: '127.0.0.1', port: server.port, secure: false },
    ...{ user: DOVECOT_USER, password: DOVECOT_PASSWORD },
  });
  const inbox = await inboxAt(source, 'email', to);
  const close = async (): Promise<void> => {
    await source.close();
    await server.stop();
  };
  return {
    name: 'imap (Dovecot)',
    wait: () => inbox.waitForCode(),
    deliver: (code) => server.deliver(to, mail(to, code)),
    close,
  };
}

async function ofMailosaur(isOfficial: boolean): Promise<Measured> {
  const [server, to] = [await MailosaurStandIn.start(), `alice@${SERVER_ID}.mailosaur.net`];
  server.delays = DELAYS;
  const source = mailosaur({ serverId: SERVER_ID, apiKey: API_KEY, url: server.url, fetch: server.fetch });
  const inbox = await inboxAt(source, 'email', to);
  const client = server.officialClient();
  const official = async (): Promise<unknown> =>
    await client.messages.get(SERVER_ID, { sentTo: to }, { timeout: 30_000, receivedAfter: new Date() });
  return {
    name: isOfficial ? 'its official client, at the same stand-in' : 'mailosaur (stand-in)',
    wait: isOfficial ? official : () => inbox.waitForCode(),
    deliver: (code) => server.deliverMail(to, mail(to, code)),
    requests: () => server.http.requests,
    close: async () => void (await Promise.all([source.close(), server.close()])),
  };
}

async function ofTwilio(): Promise<Measured> {
  const [server, to] = [await TwilioStandIn.start(), '+12025550143'];
  const account = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
  const source = twilio({ ...account, number: to, url: server.http.url, fetch: server.fetch });
  const sms = await inboxAt(source, 'sms', to);
  return {
    name: 'twilio (stand-in)',
    wait: () => sms.waitForCode(),
    deliver: async (code) => server.deliver(to, `+1202555${code.slice(-4)}`, `Your code is ${code}.`),
    requests: () => server.http.requests,
    close: async () => void (await Promise.all([source.close(), server.close()])),
  };
}

async function measure(start: () => Promise<Measured>): Promise<(string | number | undefined)[]> {
  const { name, wait, deliver, requests, close } = await start();
  const before = requests?.() ?? 0;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const waiting = wait();
    // Spread evenly, and the same for all.
    await after(((round * 0.618_034) % 1) * LATEST);
    await deliver(String(200_000 + round));
    const delivered = performance.now();
    await waiting;
    times.push(performance.now() - delivered);
  }
  const asked = requests && (requests() - before) / ROUNDS;
  await close();
  return [name, ...[0.5, 0.95].map((share) => Math.round(quantile(times, share))), asked?.toFixed(1)];
}

test('from delivery to code', async () => {
  const starts = [ofSink, ofMailpit, ...(HAS_DOVECOT ? [ofImap] : []), ofTwilio];
  const rows: (string | number | undefined)[][] = [];
  for (const start of [...starts, () => ofMailosaur(false), () => ofMailosaur(true)]) rows.push(await measure(start));
  printTable('From delivery to code', ['source', 'p50 ms', 'p95 ms', 'requests a code'], rows);
});
