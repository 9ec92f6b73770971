import { setTimeout as sleep } from 'node:timers/promises';
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
/** Delays between polls that Mailosaur has asked its clients for, in milliseconds. */
const DELAYS = '500,1000,1000,2000';

/** Returns the time from the start of a wait to its message, in milliseconds. All sources get the same times. */
type Arrivals = (round: number) => number;

/** Evenly distributed over 2 s. */
const evenly: Arrivals = (round) => part(round) * 2000;
/** About the same time in each round, as of a real site: log-normal with a median of 3 s, two thirds within 30 %. */
const aroundMedian: Arrivals = (round) =>
  3000 * Math.exp(0.3 * Math.sqrt(-2 * Math.log(1 - part(round))) * Math.cos(2 * Math.PI * part(round, 0.754_877)));

function part(round: number, step = 0.618_034): number {
  return ((round + 1) * step) % 1;
}

interface Measured {
  readonly name: string;
  /** Resolves when the code is there. */
  readonly wait: () => Promise<unknown>;
  readonly deliver: (code: string) => Promise<void>;
  /** Called before each round. */
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

/** Each code goes to a new address, as in a suite. */
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

async function ofOfficialClient(): Promise<Measured> {
  const server = await MailosaurStandIn.start();
  server.delays = DELAYS;
  const client = server.officialClient();
  let [to, rounds] = ['', 0];
  return {
    name: 'its official client, same stand-in',
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
    await sleep(arrivals(round));
    await deliver(String(200_000 + round));
    const delivered = performance.now();
    await waiting;
    times.push(performance.now() - delivered);
  }
  const perCode = requests && (requests() - before) / ROUNDS;
  await close();
  return { name, p50: quantile(times, 0.5), p95: quantile(times, 0.95), requests: perCode };
}

interface Row {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  /** Requests per code. */
  readonly requests: number | undefined;
}

function print(title: string, rows: readonly Row[]): void {
  const cells = rows.map(({ name, p50, p95, requests }) => [
    name,
    Math.round(p50),
    Math.round(p95),
    requests?.toFixed(1),
  ]);
  printTable(title, ['source', 'p50 ms', 'p95 ms', 'requests per code'], cells);
}

test('from delivery to code', async () => {
  // These mostly sleep, so they run at the same time.
  const hosted = [ofTwilio, ofMailosaur, ofOfficialClient];
  const usual = await Promise.all(hosted.map((start) => measure(start, aroundMedian)));
  const random = await Promise.all(hosted.map((start) => measure(start, evenly)));
  const local: Row[] = [];
  for (const start of [ofSink, ofMailpit, ...(HAS_DOVECOT ? [ofImap] : [])]) local.push(await measure(start, evenly));
  print('From delivery to code: messages at a random moment within 2 s of the wait', [...local, ...random]);
  print('From delivery to code: messages that take about 3 s', usual);
  const [, own, official] = usual;
  const faster = official.p50 / own.p50;
  const requests = own.requests! / official.requests!;
  const targets = [
    { what: 'mailosaur: times faster than its client, p50', least: 3, of: () => Number(faster.toFixed(1)) },
    { what: 'mailosaur: requests, relative to its client', most: 1, of: () => Number(requests.toFixed(2)) },
  ];
  printTargets(judge(targets));
});
