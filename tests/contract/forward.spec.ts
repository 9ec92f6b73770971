import { once } from 'node:events';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import type { Owner } from '../../src/message/owner.ts';
import { Forwarder } from '../../src/sink/forward/forwarder.ts';
import { type ForwardServer, readForwardUrl } from '../../src/sink/forward/forward-url.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { MessageStore } from '../../src/sink/store.ts';
import { ALICE, BOB, expect, test as base } from '../support/sink-test.ts';

const FROM = 'no-reply@acme.example';
const QA = 'qa@people.test';
const MAIL = Buffer.from(
  `DKIM-Signature: v=1; d=acme.example; h=from:subject; b=abc\r\nFrom: ${FROM}\r\nTo: ${ALICE}\r\nSubject:  Two  spaces\r\n\r\nCode: 482913 \t\r\n.dot\r\n\xff\r\n`,
  'latin1',
);

interface Copy {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

interface Relay {
  readonly port: number;
  readonly copies: readonly Copy[];
}

interface ForwardFixtures {
  /** Starts a mail server of the people who get copies. */
  readonly startRelay: (options?: SMTPServerOptions) => Promise<Relay>;
}

const test = base.extend<ForwardFixtures>({
  startRelay: async ({ closing }, use) => {
    await use(async (options = {}) => {
      const copies: Copy[] = [];
      const server = new SMTPServer({
        authOptional: true,
        allowInsecureAuth: true,
        disabledCommands: ['STARTTLS'],
        onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            const from = mailFrom ? mailFrom.address : '';
            copies.push({ from, to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) });
            done();
          });
        },
        ...options,
      });
      server.on('error', () => undefined);
      server.listen(0, '127.0.0.1');
      await once(server.server, 'listening');
      closing({ close: () => new Promise<void>((done) => server.close(() => done())) });
      const { port } = server.server.address() as { readonly port: number };
      return { port, copies };
    });
  },
});

function serverAt(port: number, query: string, user = ''): ForwardServer {
  const server = readForwardUrl(`smtp://${user}127.0.0.1:${port}?${query}`);
  if ('problem' in server) throw new Error(server.problem);
  return server;
}

const OWNER: Owner = { persona: 'alice', title: 'signs in' };

function receive({ store }: { readonly store: MessageStore }, to: readonly string[], raw: Buffer = MAIL): void {
  store.add('email', FROM, to, [raw]);
}

async function forwards(sink: Sink): Promise<Record<string, unknown>> {
  return (await (await fetch(new URL('/api/forwards', sink.url))).json()) as Record<string, unknown>;
}

async function setRule(sink: Sink, address: string, to: unknown): Promise<Response> {
  return await fetch(new URL(`/api/forwards/${address}`, sink.url), {
    method: 'PUT',
    body: JSON.stringify({ to }),
  });
}

test('a copy of each mail is forwarded, and its bytes follow one header of the sink', async ({
  startRelay,
  startSink,
}) => {
  const { port, copies } = await startRelay();
  const sink = await startSink({ forwardTo: serverAt(port, `to=${QA}`) });
  receive(sink, [ALICE, BOB]);
  await expect.poll(() => copies.length).toBe(1);
  const header = `X-Playwright-2FA-Forwarded: ${sink.store.instance}\r\n`;
  expect(copies).toEqual([{ from: FROM, to: [QA], raw: Buffer.concat([Buffer.from(header), MAIL]) }]);
  await expect.poll(() => forwards(sink)).toMatchObject({ to: [QA], rules: [], waiting: 0, sent: 1, refused: 0 });
});

test('rules forward the mail to one address, to the allowed domains only', async ({ startRelay, startSink }) => {
  const { port, copies } = await startRelay();
  const sink = await startSink({ forwardTo: serverAt(port, 'allow=people.test&from=sink@people.test') });
  expect((await setRule(sink, ALICE, 'anybody@elsewhere.test')).status).toBe(403);
  for (const wrong of [undefined, [], 'nobody', ['qa@people.test\r\nRCPT TO:<x@people.test>'], 7])
    expect((await setRule(sink, ALICE, wrong)).status, String(wrong)).toBe(400);
  expect((await setRule(sink, ALICE, [QA])).status).toBe(200);
  receive(sink, [BOB]);
  receive(sink, [ALICE.toUpperCase()]);
  await expect.poll(() => copies.map(({ from, to }) => [from, to])).toEqual([['sink@people.test', [QA]]]);
  const rule = new URL(`/api/forwards/${ALICE}`, sink.url);
  expect((await fetch(rule, { method: 'DELETE' })).status).toBe(200);
  expect((await fetch(rule, { method: 'DELETE' })).status).toBe(404);
  expect((await forwards(sink))['rules']).toEqual([]);
});

test('a rule with a * matches each address of its form, and no other', async ({ startRelay, startSink }) => {
  const { port, copies } = await startRelay();
  const rules = [
    { address: 'alice@*', to: ['one@people.test'] },
    { address: '*+x@shop.test', to: ['two@people.test'] },
  ];
  const sink = await startSink({ forwardTo: serverAt(port, 'allow=people.test'), forwards: rules });
  for (const to of ['Alice@any.test', 'malice@any.test', 'alice@any.test@x', 'bob+X@shop.test', 'bob+x@shopxtest'])
    receive(sink, [to]);
  receive(sink, ['alice@shop.test', 'carol+x@shop.test']);
  await expect.poll(() => forwards(sink)).toMatchObject({ waiting: 0, sent: 4, refused: 0 });
  expect(copies.map(({ to }) => to.join()).toSorted()).toEqual([
    'one@people.test',
    'one@people.test,two@people.test',
    'two@people.test',
  ]);
  expect((await setRule(sink, '*a*@shop.test', QA)).status, 'several in one part').toBe(400);
  const statuses: number[] = [];
  for (let count = 0; count < 99; count++) statuses.push((await setRule(sink, `a${count}@*`, QA)).status);
  expect(statuses.indexOf(403), 'the limit of 100 patterns').toBe(98);
});

/** Returns a bounce of a copy, as Postfix writes it. */
function bounceOf(copy: Buffer, address: string): Buffer {
  return Buffer.from(`From: MAILER-DAEMON@people.test
To: sink@people.test
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; people.test

Final-Recipient: rfc822; ${address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such
    mailbox

--b
Content-Type: message/rfc822

${copy.toString('latin1')}
--b--
`);
}

test('a bounce of a copy is shown with its reason, and is not forwarded', async ({ startRelay, startSink }) => {
  const { port, copies } = await startRelay();
  const sink = await startSink({ forwardTo: serverAt(port, `to=${QA}&from=sink@people.test`) });
  const mark = sink.store.mark();
  receive(sink, [ALICE]);
  await expect.poll(() => copies.length).toBe(1);
  sink.store.add('email', '', ['sink@people.test'], [bounceOf(copies[0]?.raw ?? MAIL, QA)]);
  expect(sink.store.refusalsSince(mark)).toEqual([
    `A mail was not forwarded to ${QA}: its mail server returned it: 550 5.1.1 No such mailbox`,
  ]);
  await expect.poll(() => forwards(sink)).toMatchObject({ waiting: 0, sent: 1, refused: 1 });
});

test('the bounce of another mail is forwarded without a sender, so that it causes no further one', async ({
  startRelay,
  startSink,
}) => {
  const { port, copies } = await startRelay();
  const sink = await startSink({ forwardTo: serverAt(port, `to=${QA}&from=sink@people.test`) });
  sink.store.add('email', '', [ALICE], [bounceOf(MAIL, 'somebody@people.test')]);
  await expect.poll(() => copies.map(({ from }) => from)).toEqual(['']);
  expect(sink.store.refusals).toEqual([]);
});

test('a mail that was forwarded before, or went through too many servers, is not forwarded', async ({
  startRelay,
  startSink,
}) => {
  const { port, copies } = await startRelay();
  const sink = await startSink({ forwardTo: serverAt(port, `to=${QA}`) });
  const mark = sink.store.mark();
  receive(sink, [ALICE]);
  await expect.poll(() => copies.length).toBe(1);
  receive(sink, [ALICE], copies[0]?.raw ?? MAIL); // came back
  receive(sink, [ALICE], Buffer.concat([Buffer.from('Received: from a\r\n by b\r\n'.repeat(50)), MAIL]));
  // The body has no headers.
  receive(sink, [ALICE], Buffer.concat([MAIL, Buffer.from('\r\nX-Playwright-2FA-Forwarded: no\r\n')]));
  await expect.poll(() => copies.length).toBe(2);
  expect(sink.store.refusalsSince(mark)).toEqual([
    `A mail was not forwarded to ${QA}: it was forwarded by a sink already (a loop)`,
    `A mail was not forwarded to ${QA}: it has 50 Received headers (a loop)`,
  ]);
});

test('a refusal of the mail server is shown with its reason, and without a password or a code', async ({
  startRelay,
  startSink,
}) => {
  const { port, copies } = await startRelay({
    onRcptTo: ({ address }, _session, done) =>
      done(address === QA ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
  });
  const sink = await startSink({ forwardTo: serverAt(port, `to=${QA}&to=boss@people.test`) });
  const mark = sink.store.mark();
  receive(sink, [ALICE]);
  await expect.poll(() => forwards(sink)).toMatchObject({ sent: 1, refused: 1, waiting: 0 });
  expect(copies.map(({ to }) => to)).toEqual([['boss@people.test']]);
  const [reason = ''] = sink.store.refusalsSince(mark);
  expect(reason).toMatch(new RegExp(`^A mail was not forwarded to ${QA}: .*550.*No such mailbox`));
  expect(reason).not.toContain('482913');
});

test('a temporary fault is retried, for the recipients that had it', async ({ startRelay, closing }) => {
  let faults = 2;
  const { port, copies } = await startRelay({
    onRcptTo: ({ address }, _session, done) =>
      done(address === QA && faults-- > 0 ? Object.assign(new Error('Busy'), { responseCode: 451 }) : null),
  });
  const store = new MessageStore();
  const forwarder = closing(new Forwarder(store, serverAt(port, `to=${QA}&to=boss@people.test`), [1, 1, 1]));
  receive({ store }, [ALICE]);
  await expect.poll(() => forwarder.counts).toEqual({ waiting: 0, sent: 2, refused: 0 });
  expect(copies.map(({ to }) => to)).toEqual([['boss@people.test'], [QA]]);
});

test('a server that cannot be reached is reported after the last attempt', async ({ startRelay, closing }) => {
  const { port } = await startRelay({ onConnect: (_session, done) => done(new Error('Not today')) });
  const store = new MessageStore();
  const forwarder = closing(new Forwarder(store, serverAt(port, `to=${QA}`, 'qa:Wr0ng-pa55word@'), [1, 1]));
  receive({ store }, [ALICE]);
  await expect.poll(() => forwarder.counts).toEqual({ waiting: 0, sent: 0, refused: 1 });
  const [reason = ''] = store.refusalsSince({ seq: 0, sessions: 0, refusals: 0, evicted: 0 });
  expect(reason).toContain(`A mail was not forwarded to ${QA}: `);
  expect(reason).not.toContain('Wr0ng');
});

test('the server of the people gets the user name and the password', async ({ startRelay, startSink }) => {
  const seen: string[] = [];
  const { port, copies } = await startRelay({
    authOptional: false,
    onAuth({ username, password }, _session, done) {
      seen.push(`${username}:${password}`);
      done(null, { user: username ?? '' });
    },
  });
  const sink = await startSink({ forwardTo: serverAt(port, `to=${QA}`, 'q%40a:pass%3Aword@') });
  receive(sink, [ALICE]);
  await expect.poll(() => copies.length).toBe(1);
  expect(seen).toEqual(['q@a:pass:word']);
  expect(JSON.stringify(await forwards(sink))).not.toContain('pass:word');
});

test('a message is gone once each recipient has claimed it, and its copy is forwarded all the same', async ({
  startRelay,
  startSink,
}) => {
  const { port, copies } = await startRelay();
  const sink = await startSink({ retention: 'claimed', forwardTo: serverAt(port, `to=${QA}`) });
  receive(sink, [ALICE, BOB]);
  const [message] = [...sink.store.since(0)];
  const id = message?.envelope.id ?? '';
  sink.store.claim(id, ALICE, OWNER);
  expect(sink.store.size.messages).toBe(1);
  sink.store.claim(id, BOB, OWNER);
  expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
  await expect.poll(() => copies.length).toBe(1);
});

test('a mail is gone once a test has read its code, and the mail of others stays', async ({
  startSink,
  openSource,
}) => {
  const sink = await startSink({ retention: 'claimed' });
  const watch = openSource(sink.url).watch('email', ALICE);
  const inbox = new Inbox(ALICE, { watch, runtime: plainRuntime(5000), owner: OWNER });
  await inbox.mark();
  receive(sink, [BOB]);
  receive(sink, [ALICE]);
  expect(await inbox.waitForCode()).toBe('482913');
  await expect.poll(() => [...sink.store.since(0)].map(({ folded }) => folded)).toEqual([[BOB]]);
});

test('a message is gone after the maximum age', async ({ startSink }) => {
  const sink = await startSink({ retention: { maxAge: 50 } });
  for (let count = 0; count < 3; count++) receive(sink, [ALICE]);
  expect(sink.store.size.messages).toBe(3);
  await expect.poll(() => sink.store.size.messages).toBe(0);
  receive(sink, [BOB]);
  expect(sink.store.size.messages).toBe(1);
  await expect.poll(() => sink.store.size.messages).toBe(0);
});

test('a sink without a forwarding says so', async ({ sink }) => {
  for (const answer of [await setRule(sink, ALICE, QA), await fetch(new URL('/api/forwards', sink.url))])
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: expect.stringContaining('PLAYWRIGHT_2FA_FORWARD_TO') },
    ]);
});
