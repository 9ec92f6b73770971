import { once } from 'node:events';
import { connect } from 'node:net';
import { ALICE, ALICE_NUMBER, BOB, api, expect, postSms, sendMail, test } from '../support/sink-test.ts';

const MEGABYTE = 1024 * 1024;

/** Mails that no parser reads within its limits. */
const HOSTILE: Readonly<Record<string, string>> = {
  'parts in parts, 1000 deep': `${Array.from(
    { length: 1000 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
  ).join('')}\r\n`,
  '100,000 headers': 'X-Filler: b\r\n'.repeat(100_000),
  '100,000 parts': `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}--b--\r\n`,
  '50,000 recipients in a header': `To: ${'a@acme.test,\r\n '.repeat(50_000)}b@acme.test\r\n`,
};

for (const [what, rest] of Object.entries(HOSTILE)) {
  test(`a mail with ${what} costs only itself`, async ({ openInbox, openSmtp, sink }) => {
    const inbox = await openInbox();
    const client = await openSmtp();
    const wait = inbox.waitForCode();
    expect(await client.sendRaw(ALICE, Buffer.from(`Subject: Hostile\r\n${rest}\r\nYour code is 771203.\r\n`))).toMatch(
      /^250/,
    );
    const start = performance.now();
    const { status, body } = await api(sink, '/api/messages');
    expect(performance.now() - start).toBeLessThan(1000);
    expect([status, (body as { messages: { subject: string }[] }).messages.map(({ subject }) => subject)]).toEqual([
      200,
      ['Hostile'],
    ]);
    await expect(inbox.waitForCode({ timeout: 300 })).rejects.toThrow(
      /cannot be read: (?:Max .* exceeded|it has more than 500 parts)/,
    );
    await sendMail(sink, { text: 'Your sign-in code is 482913.' });
    expect(await wait).toBe('482913');
    const [hostile] = await inbox.messages();
    expect(hostile).toMatchObject({
      subject: 'Hostile',
      text: '',
      unreadable: expect.stringMatching(/exceeded|500 parts/),
    });
    const [listed] = (body as { messages: { id: string }[] }).messages;
    expect((await api(sink, `/api/messages/${listed?.id}`)).body).toMatchObject({ unreadable: hostile?.unreadable });
  });
}

test('a mail takes 1000 recipients', async ({ openSmtp, sink }) => {
  const client = await openSmtp();
  for (const line of ['EHLO test', 'MAIL FROM:<a@acme.example>']) await client.command(line);
  for (let count = 0; count < 1000; count++) await client.command(`RCPT TO:<u${count}@acme.test>`);
  expect(await client.command(`RCPT TO:<${BOB}>`)).toMatch(/^452 A mail has more than 1000 recipients/);
  await client.command('DATA');
  expect(await client.command('Subject: All\r\n\r\nx\r\n.')).toMatch(/^250/);
  expect([...sink.store.since(0)][0]?.envelope.to).toHaveLength(1000);
});

test.describe('with a store of 20,000 bytes', () => {
  test.use({ sinkOptions: { maxBytes: 20_000, maxSize: MEGABYTE } });

  test('long numbers count for the size of the store', async ({ sink }) => {
    for (let count = 0; count < 20; count++) await postSms(sink, { to: `+1${'0'.repeat(10_000)}${count}`, body: 'x' });
    expect(sink.store.size.messages).toBeLessThan(3);
    expect(sink.store.size.bytes).toBeLessThanOrEqual(20_000);
    await postSms(sink, { to: ALICE_NUMBER, body: 'x' });
    expect([...sink.store.since(0)].at(-1)?.envelope.to).toEqual([ALICE_NUMBER]);
  });

  test('mails that are being sent together are limited in size, and others get through', async ({ openSmtp, sink }) => {
    const line = `${'x'.repeat(1022)}\r\n`;
    const floods = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = await openSmtp();
        await client.startMail(ALICE);
        client.socket.write(line.repeat(500));
        return client;
      }),
    );
    const replies = await Promise.all(floods.map((client) => client.command('.')));
    expect(replies.filter((reply) => reply.startsWith('452')).length).toBeGreaterThan(0);
    expect(replies.every((reply) => /^(?:250|452 The mails that are being sent)/.test(reply))).toBe(true);
    const start = performance.now();
    await sendMail(sink, { to: BOB, text: 'x' });
    expect(performance.now() - start).toBeLessThan(1000);
    expect([...sink.store.since(0)].at(-1)?.envelope.to).toEqual([BOB]);
  });
});

test('a client that has only connected delays nothing for more than a second', async ({ openInbox, openSmtp }) => {
  const inbox = await openInbox();
  await openSmtp();
  expect(await inbox.pendingMessages({ timeout: 10_000 })).toEqual([]);
});

test('connections over the limit do not count as open', async ({ sink, closing }) => {
  const sockets = await Promise.all(
    Array.from({ length: 520 }, async () => {
      const socket = connect(sink.smtpPort, '127.0.0.1');
      socket.on('error', () => undefined);
      closing({ close: () => socket.destroy() });
      const [greeting] = (await once(socket, 'data')) as [Buffer];
      return { socket, isGreeted: greeting.toString().startsWith('220') };
    }),
  );
  expect(sockets.filter(({ isGreeted }) => !isGreeted)).not.toEqual([]);
  for (const { socket } of sockets) socket.destroy();
  await expect.poll(() => sink.store.openSessions).toBe(0);
});

test('a request that is cut off prints nothing', async ({ sink }) => {
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (...args) => void printed.push(args);
  try {
    for (let round = 0; round < 5; round++) {
      const socket = connect(sink.httpPort, '127.0.0.1');
      socket.write(
        'POST /sms HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"to"',
      );
      await once(socket, 'connect');
      await expect.poll(() => sink.store.deliveries.count).toBe(1);
      socket.destroy();
      await expect.poll(() => sink.store.deliveries.count).toBe(0);
    }
    expect((await api(sink, '/api/health')).status).toBe(200);
  } finally {
    console.error = error;
  }
  expect(printed).toEqual([]);
});
