import { ALICE, START, api, expect, sendMail, test } from '../support/sink-test.ts';

const LIMIT = 200_000;
const LINE = `${'x'.repeat(76)}\r\n`;

test.describe('with a limit of 200 kB', () => {
  test.use({ sinkOptions: { maxSize: LIMIT } });

  test('a larger mail is refused with both sizes and the flag, and is not stored', async ({ openSource, sink }) => {
    const watch = await openSource().watch('email', ALICE);
    const response = expect.stringMatching(
      /^552 .*A mail of 3[12]\d{4} bytes is over the sink's limit of 200000 bytes.*--max-size/,
    );
    await expect(sendMail(sink, { text: LINE.repeat(4000) })).rejects.toMatchObject({ responseCode: 552, response });
    expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
    expect((await watch.sightings()).refusals).toEqual([
      expect.stringContaining("over the sink's limit of 200000 bytes"),
    ]);
  });

  test('a mail announced as larger is refused before it is sent, with the same error, and recorded once', async ({
    openSmtp,
    sink,
  }) => {
    const client = await openSmtp();
    expect(await client.command('EHLO test')).toContain(`SIZE ${LIMIT}`);
    const reply = await client.command('MAIL FROM:<a@acme.example> SIZE=312000');
    expect(reply).toMatch(/^552 .*A mail of 312000 bytes is over the sink's limit of 200000 bytes.*--max-size/);
    await client.command('QUIT');
    await expect.poll(async () => (await api(sink, '/api/health')).body).toMatchObject({ openSessions: 0 });
    expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('A mail of 312000 bytes')]);
  });

  test('a mail of exactly that size is accepted, and one byte more is refused', async ({ openSmtp, sink }) => {
    const client = await openSmtp();
    const head = 'Subject: Size\r\n\r\n';
    const mail = (size: number): Buffer => Buffer.from(`${head}${'x'.repeat(size - head.length - 2)}\r\n`);
    expect(await client.sendRaw(ALICE, mail(LIMIT))).toMatch(/^250 /);
    expect(await client.sendRaw(ALICE, mail(LIMIT + 1))).toMatch(/^552 .*A mail of 200001 bytes/);
    expect(sink.store.size).toEqual({ messages: 1, bytes: LIMIT });
  });

  test('the connection accepts the next mail after a refusal', async ({ openSmtp, sink }) => {
    const client = await openSmtp();
    expect(await client.sendRaw(ALICE, Buffer.from(LINE.repeat(4000)))).toMatch(/^552 /);
    expect(await client.sendRaw(ALICE, Buffer.from('Subject: smaller\r\n\r\nHello\r\n'))).toMatch(/^250 /);
    expect(sink.store.size.messages).toBe(1);
  });
});

test('by default a mail of 60 MB is over the limit of 25 MiB', async ({ openSmtp, sink }) => {
  const count = Math.ceil(60_000_000 / LINE.length);
  const reply = await (await openSmtp()).sendRaw(ALICE, Buffer.alloc(count * LINE.length, LINE));
  expect(reply).toMatch(/^552 .*--max-size/);
  expect(reply).toContain(`A mail of ${count * LINE.length} bytes is over the sink's limit of 26214400 bytes`);
  expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
});

test('by default a mail of 20 MB arrives complete', async ({ openInbox, sink }) => {
  const inbox = await openInbox();
  await sendMail(sink, {
    subject: 'Large',
    attachments: [{ filename: 'a.bin', content: Buffer.alloc(15_000_000, 7) }],
  });
  expect(await inbox.waitForMessage()).toMatchObject({ subject: 'Large', text: 'Hello' });
  expect(sink.store.size.bytes).toBeGreaterThan(20_000_000);
});
