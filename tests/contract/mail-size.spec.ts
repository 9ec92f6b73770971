import { ALICE, expect, list, sendMail, test } from '../support/sink.ts';
import { SmtpClient } from '../support/smtp-client.ts';

const LINE = `${'x'.repeat(76)}\r\n`;

test.describe('with a limit of 200 kB', () => {
  test.use({ sinkOptions: { maxSize: 200_000 } });

  test('a mail over it is refused with both sizes and the flag, and is not stored', async ({ sink, source }) => {
    const watch = await source.watch('email', ALICE);
    const failure = await sendMail(sink, { text: LINE.repeat(4000) }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ responseCode: 552 });
    const { response } = failure as { response: string };
    expect(response).toMatch(/^552 .*A mail of 3[12]\d{4} bytes is over the sink's limit of 200000 bytes/);
    expect(response).toContain('--max-size');
    expect(await list(sink)).toEqual([]);
    const { refusals } = await watch.sightings();
    expect(refusals).toEqual([expect.stringContaining("over the sink's limit of 200000 bytes")]);
  });

  test('a mail that is announced as larger is refused before it is sent, in the same words', async ({
    sink,
    source,
    closing,
  }) => {
    const watch = await source.watch('email', ALICE);
    const client = closing(await SmtpClient.connect(sink));
    await client.command('EHLO test');
    const reply = await client.command('MAIL FROM:<a@acme.example> SIZE=312000');
    expect(reply).toMatch(/^552 .*A mail of 312000 bytes is over the sink's limit of 200000 bytes/);
    expect(reply).toContain('--max-size');
    const { refusals } = await watch.sightings();
    expect(refusals).toEqual([expect.stringContaining('A mail of 312000 bytes')]);
    await client.command('QUIT');
    await expect.poll(async () => (await watch.sightings()).openSessions).toBe(0);
    expect((await watch.sightings()).refusals).toHaveLength(1);
  });

  test('a mail of just that size is taken, one byte more is not', async ({ sink, closing }) => {
    const client = closing(await SmtpClient.connect(sink));
    const head = 'Subject: Size\r\n\r\n';
    const body = (size: number): Buffer => Buffer.from(`${head}${'x'.repeat(size - head.length - 2)}\r\n`);
    expect(await client.sendRaw(ALICE, body(200_000))).toMatch(/^250 /);
    expect(await client.sendRaw(ALICE, body(200_001))).toMatch(/^552 .*A mail of 200001 bytes/);
    expect(await list(sink)).toMatchObject([{ size: 200_000 }]);
  });

  test('the connection takes the next mail after a refusal', async ({ sink, closing }) => {
    const client = closing(await SmtpClient.connect(sink));
    expect(await client.sendRaw(ALICE, Buffer.from(LINE.repeat(4000)))).toMatch(/^552 /);
    expect(await client.sendRaw(ALICE, Buffer.from('Subject: smaller\r\n\r\nHello\r\n'))).toMatch(/^250 /);
    expect(await list(sink)).toMatchObject([{ subject: 'smaller' }]);
  });
});

test('a mail of 60 MB is over the limit of 25 MiB', async ({ sink, closing }) => {
  const client = closing(await SmtpClient.connect(sink));
  const count = Math.ceil(60_000_000 / LINE.length);
  const reply = await client.sendRaw(ALICE, Buffer.alloc(count * LINE.length, LINE));
  expect(reply).toMatch(/^552 /);
  expect(reply).toContain(`A mail of ${count * LINE.length} bytes is over the sink's limit of 26214400 bytes`);
  expect(reply).toContain('--max-size');
  expect(await list(sink)).toEqual([]);
});

test('a mail of 20 MB comes whole', async ({ sink, openInbox }) => {
  const inbox = await openInbox();
  await sendMail(sink, { subject: 'Large', attachments: [{ filename: 'a.bin', content: Buffer.alloc(15_000_000, 7) }] });
  expect(await inbox.waitForMessage()).toMatchObject({ subject: 'Large', text: 'Hello' });
  expect((await list(sink))[0]?.size).toBeGreaterThan(20_000_000);
});
