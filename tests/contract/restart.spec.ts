import { once } from 'node:events';
import { createServer } from 'node:net';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import { ALICE, BOB, expect, sendMail, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

interface Closed {
  /** Rejects the first `count` connections to a port. */
  readonly turnAway: (port: number, calls: number) => Promise<void>;
}

const test = base.extend<Closed>({
  turnAway: async ({}, use) => {
    await use(async (port, calls) => {
      const server = createServer((socket) => socket.destroy());
      server.listen(port, '127.0.0.1');
      for (let count = 0; count < calls; count++) await once(server, 'connection');
      server.close();
      await once(server, 'close');
    });
  },
});

test.beforeEach(async ({ sink }) => {
  for (const subject of ['one', 'two']) await sendMail(sink, { to: BOB, subject });
});

test('the counts of a restarted sink begin at its start', async ({ openInbox, sink, startSink }) => {
  const inbox = await openInbox();
  await sendMail(sink, { to: BOB, subject: 'three' });
  await sink.close();
  const again = await startSink({ smtpPort: sink.smtpPort, httpPort: sink.httpPort });
  await sendMail(again, { subject: 'after' });
  expect(await inbox.waitForMessage()).toMatchObject({ subject: 'after' });
  const error = await expectThrown(
    () => inbox.waitForCode({ timeout: 100 }),
    'CODE_TIMEOUT',
    'The sink was restarted in the meantime; its earlier messages are lost.',
    'The sink saw 1 SMTP connection in that time',
  );
  expect(error.message).not.toContain('other addresses');
});

test('the same holds for a wait that ends before its source has reconnected', async ({
  openSource,
  sink,
  startSink,
  turnAway,
}) => {
  const source = openSource();
  const watch = await source.watch('email', ALICE);
  const inbox = new Inbox(ALICE, { watch: Promise.resolve(watch), runtime: plainRuntime() });
  await sink.close();
  await turnAway(sink.httpPort, 5); // the source retries after almost a second
  await expectThrown(() => source.watch('email', BOB), 'SOURCE_UNREACHABLE'); // and does not retry now
  await startSink({ smtpPort: sink.smtpPort, httpPort: sink.httpPort });
  await expectThrown(
    () => inbox.waitForCode({ timeout: 1 }),
    'CODE_TIMEOUT',
    'The sink was restarted in the meantime',
    'The sink saw 0 SMTP connections in that time.',
  );
});
