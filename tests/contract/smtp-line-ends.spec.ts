import { ALICE, BOB, START, expect, test } from '../support/sink-test.ts';
import type { SmtpClient } from '../support/smtp-client.ts';
import type { Sink } from '../../src/sink/sink.ts';

const TIMEOUT = 300;

test.use({ sinkOptions: { lineEndTimeout: TIMEOUT } });

/** Sends lines with one line end, and reads the reply to each. */
async function converse(client: SmtpClient, lines: readonly string[], lineEnd: string): Promise<string[]> {
  const replies: string[] = [];
  for (const line of lines) {
    client.socket.write(line + lineEnd);
    replies.push((await client.reply()).slice(0, 3));
  }
  return replies;
}

const START_MAIL = ['HELO test', 'MAIL FROM:<a@acme.example>', `RCPT TO:<${ALICE}>`, 'DATA'];

function mailsOf(sink: Sink): string[] {
  return [...sink.store.since(0)].map(({ raw }) => raw.toString('latin1'));
}

test('a client that ends all lines with LF delivers its mails', async ({ openSmtp, sink }) => {
  const client = await openSmtp();
  expect(await converse(client, START_MAIL, '\n')).toEqual(['250', '250', '250', '354']);
  expect(await converse(client, ['Subject: one\n\nHello\n..dotted\n.'], '\n')).toEqual(['250']);
  expect(await converse(client, [...START_MAIL.slice(1), '.'], '\n')).toEqual(['250', '250', '354', '250']);
  expect(await converse(client, [...START_MAIL.slice(1), 'Subject: three\n\n\n.', 'QUIT'], '\n')).toHaveLength(5);
  expect(mailsOf(sink)).toEqual(['Subject: one\r\n\r\nHello\r\n.dotted\r\n', '', 'Subject: three\r\n\r\n\r\n']);
});

test('such a client may send all at once, or byte by byte', async ({ openSmtp, sink }) => {
  const session = `${START_MAIL.join('\n')}\nSubject: x\n\nHello\n.\nQUIT\n`;
  for (const pieces of [[session], [...session]]) {
    const client = await openSmtp();
    for (const piece of pieces) client.socket.write(piece);
    for (const code of ['250', '250', '250', '354', '250', '221']) expect(await client.reply()).toContain(code);
  }
  expect(mailsOf(sink)).toEqual(Array.from({ length: 2 }, () => 'Subject: x\r\n\r\nHello\r\n'));
});

for (const [name, body] of Object.entries({
  'LF.LF': 'Subject: x\n\nHello\n.\n',
  'LF.CRLF': 'Subject: x\n\nHello\n.\r\n',
  'CRLF.LF': 'Subject: x\r\n\r\nHello\r\n.\n',
  'CR.CR': 'Subject: x\r\rHello\r.\r',
  'a dot and LF, and nothing before': '.\n',
})) {
  test(`a client whose commands end with CRLF, and its mail with ${name}, gets an error that says so`, async ({
    openSmtp,
    openInbox,
    sink,
  }) => {
    const inbox = await openInbox();
    const other = await openInbox(BOB);
    const client = await openSmtp();
    await client.startMail(ALICE);
    client.socket.write(body);
    const sent = performance.now();
    expect(await other.pendingMessages()).toEqual([]);
    expect(await client.reply()).toMatch(/^554 .*<CRLF>\.<CRLF>.*RFC 5321 section 2\.3\.8/);
    expect(performance.now() - sent).toBeLessThan(10 * TIMEOUT);
    await expect(client.reply()).rejects.toThrow('closed the connection');
    expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('not with <CRLF>.<CRLF>')]);
    expect(await inbox.pendingMessages()).toEqual([]);
    await expect(inbox.waitForMessage({ timeout: 50 })).rejects.toThrow('not with <CRLF>.<CRLF>');
    expect(mailsOf(sink)).toEqual([]);
  });
}

test('a command that ends with CR gets an error that says so', async ({ openSmtp, sink }) => {
  const client = await openSmtp();
  client.socket.write('EHLO test\r');
  expect(await client.reply()).toMatch(/^554 .*must end with CRLF/);
  expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('The command ends with CR')]);
});

test('text with a dot on a line of its own and commands behind it stays the text of its mail', async ({
  openSmtp,
  sink,
}) => {
  const commands = `MAIL FROM:<evil@acme.example>\r\nRCPT TO:<${BOB}>\r\nDATA\r\nSubject: smuggled\r\n\r\nHi`;
  for (const end of ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r.\r\n', '\n.\r', '\r\n.\r']) {
    const client = await openSmtp();
    const body = `Subject: x\r\n\r\nHello${end}${commands}\r\n`;
    await client.startMail(ALICE);
    client.socket.write(`${body}.\r\n`);
    expect(await client.reply()).toMatch(/^250 /);
    expect(await client.command('NOOP')).toMatch(/^250 /);
    expect(mailsOf(sink).at(-1)).toBe(body);
  }
  expect([...sink.store.since(0)].flatMap(({ envelope }) => envelope.to)).toEqual(
    Array.from({ length: 7 }, () => ALICE),
  );
});

test('a pause in a mail, after bytes that may be half an end, is allowed', async ({ openSmtp, sink }) => {
  const client = await openSmtp();
  for (const half of ['\r', '\r\n', '\r\n.', '\r\n.\r']) {
    await client.startMail(ALICE);
    client.socket.write(`Subject: x\r\n\r\nHello${half}`);
    // Another client has been refused meanwhile.
    const other = await openSmtp();
    await other.startMail(BOB);
    other.socket.write('\n.\n');
    expect(await other.reply()).toMatch(/^554 /);
    client.socket.write('\r\n.\r\n'.slice(half.length));
    expect(await client.reply(), JSON.stringify(half)).toMatch(/^250 /);
  }
  expect(mailsOf(sink)).toEqual(Array.from({ length: 4 }, () => 'Subject: x\r\n\r\nHello\r\n'));
});
