import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sendMail } from '../support/mail.ts';
import { expect, test } from '../support/sink-test.ts';

const LIMIT = 200_000;
const MEGABYTE = 1024 * 1024;
const START = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };

/** Bytes of buffers that are still wanted. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

test.describe('a mail over the limit', () => {
  test.use({ sink: async ({ startSink }, use) => use(await startSink({ maxSize: LIMIT })) });

  test('is refused with a reply that names the limit, and how to raise it', async ({ sink }) => {
    const sent = sendMail(sink.smtpPort, { to: 'alice@persona.test', text: 'x'.repeat(2 * LIMIT) });
    await expect(sent).rejects.toMatchObject({ responseCode: 552, response: expect.stringMatching(/limit of 200000 bytes.*--max-size/) });
    expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
  });

  test('is told to who waits in vain', async ({ openStream, sink }) => {
    await sendMail(sink.smtpPort, { to: 'alice@persona.test', text: 'x'.repeat(2 * LIMIT) }).catch(() => undefined);
    const stream = await openStream();
    const { sightings } = await stream.ask({ op: 'sightings', ref: 1, kind: 'email', to: 'alice@persona.test', mark: START });
    expect(sightings).toMatchObject({ sessions: 1, refusals: [expect.stringContaining('limit of 200000 bytes')] });
  });

  test('is refused before it is sent, when the client says how large it is', async ({ openSmtp, sink }) => {
    const session = openSmtp();
    await session.reply();
    expect(await session.command('EHLO test')).toContain(`SIZE ${LIMIT}`);
    expect(await session.command(`MAIL FROM:<a@acme.example> SIZE=${LIMIT + 1}`)).toMatch(/^552 .*200000/);
    expect(await session.command('QUIT')).toMatch(/^221/);
    await session.reply(); // the sink hung up
    await expect.poll(() => sink.store.refusalsSince(START)).toEqual([expect.stringContaining('200000')]);
  });

  test('leaves the connection as it was: the next mail is taken', async ({ openSmtp, sink }) => {
    const session = openSmtp();
    await session.begin();
    await session.write(`Subject: large\r\n\r\n${'x'.repeat(LIMIT)}\r\n.\r\n`);
    expect(await session.reply()).toMatch(/^552/);
    await session.command('MAIL FROM:<a@acme.example>');
    await session.command('RCPT TO:<alice@persona.test>');
    await session.command('DATA');
    expect(await session.command('Subject: small\r\n\r\nx\r\n.')).toMatch(/^250/);
    expect(sink.store.size.messages).toBe(1);
  });

  test('is not what is just within it', async ({ openSmtp, sink }) => {
    const session = openSmtp();
    await session.begin();
    const head = 'Subject: x\r\n\r\n';
    await session.write(`${head}${'x'.repeat(LIMIT - head.length - 2)}\r\n.\r\n`);
    expect(await session.reply()).toMatch(/^250/);
    expect(sink.store.size).toEqual({ messages: 1, bytes: LIMIT });
  });
});

test('a mail of 60 MB is refused by default, and nothing of it stays in memory', async ({ openSmtp, sink }) => {
  const line = Buffer.from(`${'x'.repeat(1022)}\r\n`);
  const piece = Buffer.concat(Array.from({ length: 1024 }, () => line));
  const session = openSmtp();
  await session.begin();
  const before = heldBytes();
  for (let sent = 0; sent < 60; sent++) await session.write(piece);
  await expect.poll(() => heldBytes() - before, 'while it still comes').toBeLessThan(8 * MEGABYTE);
  await session.write('.\r\n');
  expect(await session.reply()).toMatch(/^552 .*limit of 26214400 bytes/);
  await expect.poll(() => heldBytes() - before, 'when it was refused').toBeLessThan(8 * MEGABYTE);
  expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
});

test('a mail of 20 MB is taken by default, and is whole', async ({ sink }) => {
  const text = 'A line of a long mail.\n'.repeat((20 * MEGABYTE) / 23);
  await sendMail(sink.smtpPort, { to: 'alice@persona.test', text, textEncoding: 'quoted-printable' });
  const [message] = [...sink.store.since(0)];
  expect(message?.raw.includes('A line of a long mail.\r\n')).toBe(true);
  expect(message?.envelope.size).toBeGreaterThan(19 * MEGABYTE);
});
