import { setTimeout as after } from 'node:timers/promises';
import { test } from '@playwright/test';
import { plainRuntime } from '../../src/core/runtime.ts';
import { startSink } from '../../src/sink/sink.ts';
import { imap } from '../../src/sources/imap.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
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
import { judge, printTable, printTargets, quantile } from '../lib/report.mjs';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 8);
/** What Mailosaur has said to its clients, in milliseconds between two looks. */
const DELAYS = '500,1000,1000,2000';

/** How long after the beginning of a wait its message comes, in milliseconds; the same for all that are compared. */
type Arrivals = (round: number) => number;

/** Spread evenly. */
const anyMoment: Arrivals = (round) => part(round) * 2000;
/** A service and a site take about as long each time: log-normal, 3 s in the middle, two thirds of all within 30 %. */
const asUsual: Arrivals = (round) =>
  3000 * Math.exp(0.3 * Math.sqrt(-2 * Math.log(1 - part(round))) * Math.cos(2 * Math.PI * part(round, 0.754_877)));

function part(round: number, step = 0.618_034): number {
  return ((round + 1) * step) % 1;
}

interface Measured {
  readonly name: string;
  /** Ends with the code. */
  readonly wait: () => Promise<unknown>;
  readonly deliver: (code: string) => Promise<void>;
  /** Before each round. */
  readonly prepare?: () => Promise<void>;
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

/** Each code goes to an address that was never used before, as in a suite. */
async function ofMailosaur(): Promise<Measured> {
  const server = await MailosaurStandIn.start();
  server.delays = DELAYS;
  const source = mailosaur({ serverId: SERVER_ID, apiKey: API_KEY, url: server.url, fetch: server.fetch });
  let [to, rounds] = ['', 0];
  let inbox: Inbox;
  return {
    name: 'mailosaur (stand-in)',
    prepare: async () => {
      to = (await source.createAddress?.('email', `persona-${rounds++}`)) ?? '';
      inbox = await inboxAt(source, 'email', to);
    },
    wait: () => inbox.waitForCode(),
    deliver: (code) => server.deliverMail(to, mail(to, code)),
    requests: () => server.http.requests,
    close: async () => void (await Promise.all([source.close(), server.close()])),
  };
}

async function ofItsClient(): Promise<Measured> {
  const server = await MailosaurStandIn.start();
  server.delays = DELAYS;
  const client = server.officialClient();
  let [to, rounds] = ['', 0];
  return {
    name: 'its official client, at the same',
    prepare: async () => void (to = `persona-${rounds++}@${SERVER_ID}.mailosaur.net`),
    wait: () => client.messages.get(SERVER_ID, { sentTo: to }, { timeout: 30_000, receivedAfter: new Date() }),
    deliver: (code) => server.deliverMail(to, mail(to, code)),
    requests: () => server.http.requests,
    close: () => server.close(),
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

async function measure(start: () => Promise<Measured>, arrivals: Arrivals): Promise<Row> {
  const { name, wait, deliver, prepare, requests, close } = await start();
  const before = requests?.() ?? 0;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await prepare?.();
    const waiting = wait();
    await after(arrivals(round));
    await deliver(String(200_000 + round));
    const delivered = performance.now();
    await waiting;
    times.push(performance.now() - delivered);
  }
  const asked = requests && (requests() - before) / ROUNDS;
  await close();
  return { name, p50: quantile(times, 0.5), p95: quantile(times, 0.95), asked };
}

interface Row {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly asked: number | undefined;
}

function print(title: string, rows: readonly Row[]): void {
  const cells = rows.map(({ name, p50, p95, asked }) => [name, Math.round(p50), Math.round(p95), asked?.toFixed(1)]);
  printTable(title, ['source', 'p50 ms', 'p95 ms', 'requests a code'], cells);
}

test('from delivery to code', async () => {
  // What waits for most of the time may as well wait at the same time.
  const hosted = [ofTwilio, ofMailosaur, ofItsClient];
  const usual = await Promise.all(hosted.map((start) => measure(start, asUsual)));
  const random = await Promise.all(hosted.map((start) => measure(start, anyMoment)));
  const local: Row[] = [];
  for (const start of [ofSink, ofMailpit, ...(HAS_DOVECOT ? [ofImap] : [])])
    local.push(await measure(start, anyMoment));
  print('From delivery to code: messages within 2 s of the wait, at any moment', [...local, ...random]);
  print('From delivery to code: messages that take about 3 s', usual);
  const [, own, official] = usual;
  const faster = official.p50 / own.p50;
  const asked = own.asked! / official.asked!;
  const targets = [
    { what: 'mailosaur: times as fast as its client, at p50', least: 3, of: () => Number(faster.toFixed(1)) },
    { what: 'mailosaur: requests, of those of its client', most: 1, of: () => Number(asked.toFixed(2)) },
  ];
  printTargets(judge(targets));
});
