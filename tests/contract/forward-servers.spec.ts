import nodemailer from 'nodemailer';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import { type ForwardServer, readForwardUrl } from '../../src/sink/forward/forward-url.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { imap } from '../../src/sources/imap.ts';
import type { Source } from '../../src/sources/source.ts';
import {
  DOVECOT_PASSWORD,
  DOVECOT_USER,
  DovecotServer,
  HAS_DOVECOT,
  WITHOUT_DOVECOT,
} from '../support/dovecot-server.ts';
import { HAS_POSTFIX, PostfixServer, WITHOUT_POSTFIX } from '../support/postfix-server.ts';
import { freePort } from '../support/redis-server.ts';
import { ALICE, expect, test } from '../support/sink-test.ts';

const FROM = 'no-reply@portal.example';
const HEADERS = `DKIM-Signature: v=1; a=rsa-sha256; d=portal.example; s=a; h=from:subject; bh=abc;\r\n b=def\r\nFrom: ${FROM}\r\nTo: ${ALICE}\r\nSubject:  Two  spaces\r\nDate: Tue, 01 Dec 2026 12:00:00 +0000\r\nMessage-ID: <482913@portal.example>\r\n`;
const MAIL = `${HEADERS}\r\nYour code is 482913. \t\r\n.dot\r\n`;
/** Postfix starts its processes when they are needed. */
const TIMEOUT = 20_000;

test.skip(!HAS_POSTFIX, WITHOUT_POSTFIX);

function relayAt(port: number, query: string): ForwardServer {
  const server = readForwardUrl(`smtp://127.0.0.1:${port}?${query}`);
  if ('problem' in server) throw new Error(server.problem);
  return server;
}

async function send({ smtpPort }: Sink, to: string): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true });
  await transport.sendMail({ envelope: { from: FROM, to: [to] }, raw: MAIL });
  transport.close();
}

async function openInboxOf(source: Source, address: string): Promise<Inbox> {
  const watch = Promise.resolve(await source.watch('email', address));
  return new Inbox(address, { watch, runtime: plainRuntime(TIMEOUT), owner: { persona: 'alice', title: 'signs in' } });
}

test('a person reads the copy in a mailbox, with the bytes of the mail, and the sink deletes what a test has claimed', async ({
  startSink,
  openSource,
  closing,
}) => {
  test.skip(!HAS_DOVECOT, WITHOUT_DOVECOT);
  const dovecot = await DovecotServer.start();
  closing({ close: () => dovecot.stop() });
  const smtpPort = await freePort();
  const sink = await startSink({
    retention: 'claimed',
    forwardTo: relayAt(smtpPort, 'allow=acme.test'),
    forwards: [{ address: 'alice@*', to: ['qa+alice@acme.test'] }],
  });
  const postfix = await PostfixServer.start(sink.smtpPort, { smtpPort, lmtpPort: dovecot.lmtpPort });
  closing({ close: () => postfix.stop() });
  const mailbox = closing(
    imap({ host: '127.0.0.1', port: dovecot.port, secure: false, user: DOVECOT_USER, password: DOVECOT_PASSWORD }),
  );
  const person = await openInboxOf(mailbox, 'qa+alice@acme.test');
  const inbox = await openInboxOf(openSource(sink.url), ALICE);
  await Promise.all([person.mark(), inbox.mark()]);
  await send(sink, ALICE);
  expect(await person.waitForCode()).toBe('482913');
  const delivered = dovecot.admin('fetch', '-u', DOVECOT_USER, 'text', 'mailbox', 'INBOX').replaceAll('\r\n', '\n');
  expect(delivered).toContain(MAIL.replaceAll('\r\n', '\n'));
  expect(sink.store.size.messages).toBe(1);
  expect(await inbox.waitForCode()).toBe('482913');
  await expect.poll(() => sink.store.size.messages).toBe(0);
  expect(sink.store.refusals).toEqual([]);
});

test('a refusal of Postfix, and a bounce that it sends later, are shown with the reason', async ({
  startSink,
  closing,
}) => {
  const smtpPort = await freePort();
  const query = 'to=gone@acme.test&to=returned@acme.test&from=sink@codes.test';
  const sink = await startSink({ forwardTo: relayAt(smtpPort, query) });
  const postfix = await PostfixServer.start(sink.smtpPort, { smtpPort });
  closing({ close: () => postfix.stop() });
  await send(sink, ALICE);
  await expect
    .poll(() => sink.store.refusals.map(({ reason }) => reason), { timeout: TIMEOUT })
    .toEqual([
      expect.stringMatching(/^A mail was not forwarded to gone@acme\.test: .*550.*No such mailbox/),
      expect.stringMatching(/^A mail was not forwarded to returned@acme\.test: its mail server returned it: ./),
    ]);
  // The mail and its bounce: nothing goes around.
  expect([...sink.store.since(0)].map(({ envelope }) => envelope.from)).toEqual([FROM, '']);
});

test('Postfix pipes the mail of a domain into the webhook of the sink', async ({ sink, openInbox, closing }) => {
  const hook = `${sink.url}/inbound/mail?to=\${recipient}&from=\${sender}`;
  const postfix = await PostfixServer.start(sink.smtpPort, { hook });
  closing({ close: () => postfix.stop() });
  const inbox = await openInbox('carol@piped.test', { runtime: plainRuntime(TIMEOUT) });
  await postfix.send(`From: Portal <${FROM}>\nTo: carol@piped.test\nSubject: Sign in\n\nYour code is 771204.\n`);
  expect(await inbox.waitForCode()).toBe('771204');
  expect([...sink.store.since(0)].map(({ envelope }) => [envelope.to, envelope.via])).toEqual([
    [['carol@piped.test'], 'inbound/mail'],
  ]);
});
