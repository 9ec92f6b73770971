import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { HAS_POSTFIX, PostfixServer, WITHOUT_POSTFIX } from '../support/postfix-server.ts';
import { ALICE, BOB, expect, test } from '../support/sink-test.ts';

/** Runs swaks against a sink. */
async function swaks(port: number, ...args: string[]): Promise<string> {
  const child = spawn('swaks', ['--server', `127.0.0.1:${port}`, '--from', 'no-reply@acme.example', ...args]);
  let dialogue = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (dialogue += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, dialogue).toBe(0);
  return dialogue;
}

test.describe('swaks', () => {
  test.skip(spawnSync('swaks', ['--version']).status !== 0, 'swaks is not installed: apt-get install swaks');

  test('sends a mail to two recipients, with an attachment and a custom header', async ({ sink, openInbox }) => {
    const [alice, bob] = [await openInbox(ALICE), await openInbox(BOB)];
    const mail = ['--header', 'Subject: Ihr Code für Acme', '--body', 'Ihr Bestätigungscode lautet 482913.\n'];
    await swaks(sink.smtpPort, '--to', `${ALICE},${BOB}`, ...mail, '--attach-name', 'terms.txt', '--attach', '1234');
    expect([await alice.waitForCode(), await bob.waitForCode()]).toEqual(['482913', '482913']);
  });

  test('sends lines that begin with dots, with and without pipelining', async ({ sink, openInbox }) => {
    const inbox = await openInbox();
    for (const [args, code] of [
      [[], '482913'],
      [['--pipeline'], '771204'],
    ] as const) {
      const body = `.\n..\n.Your verification code is ${code}.\n.\n`;
      await swaks(
        sink.smtpPort,
        '--to',
        ALICE,
        '--body',
        body,
        '--header',
        `Message-ID: <${code}@acme.example>`,
        ...args,
      );
      const message = await inbox.waitForMessage();
      expect(message.text).toContain(`.\n..\n.Your verification code is ${code}.\n.\n`);
    }
  });
});

test.describe('postfix', () => {
  test.skip(!HAS_POSTFIX, WITHOUT_POSTFIX);

  test('relays the mail of a local program to the sink over one connection', async ({ sink, openInbox }) => {
    const postfix = await PostfixServer.start(sink.smtpPort);
    try {
      const inbox = await openInbox();
      for (const code of ['482913', '771204']) {
        await postfix.send(
          `From: Acme <no-reply@acme.example>\nTo: ${ALICE}\nBcc: ${BOB}\nSubject: Sign in\n\nYour verification code is ${code}.\n`,
        );
        expect(await inbox.waitForCode({ timeout: 20_000 })).toBe(code);
      }
      expect([...sink.store.since(0)].map(({ folded }) => folded)).toEqual([
        [ALICE, BOB],
        [ALICE, BOB],
      ]);
    } finally {
      await postfix.stop();
    }
  });
});
