import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import type { Owner } from '../../src/message/owner.ts';
import { ALICE, BOB, expect, sendCode, test } from '../support/sink-test.ts';

const OWNER: Owner = {
  persona: 'alice',
  title: 'group › signs in',
  file: 'e2e/sign-in.spec.ts',
  line: 12,
  worker: 1,
  retry: 0,
};

test('the sink learns whose an address is', async ({ openSource, sink }) => {
  const watch = openSource().watch('email', ALICE);
  const inbox = new Inbox(ALICE, { watch, runtime: plainRuntime(5000), owner: OWNER });
  await inbox.mark();
  await expect.poll(() => sink.store.ownerOf('email', [ALICE])).toEqual(OWNER);
  expect(sink.store.ownerOf('email', [BOB])).toBeUndefined();
});

test('the sink learns who claimed a message', async ({ openSource, sink }) => {
  const claimed: string[] = [];
  sink.store.onClaim(({ message, claim }) => claimed.push(`${message.envelope.id} ${claim.owner.title}`));
  const inbox = new Inbox(ALICE, {
    ...{ watch: openSource().watch('email', ALICE), runtime: plainRuntime(5000), owner: OWNER },
  });
  await inbox.mark();
  await sendCode(sink, '482913');
  await inbox.peekMessage();
  expect(await inbox.waitForCode()).toBe('482913');
  const [message] = [...sink.store.since(0)];
  await expect.poll(() => message?.claims.map(({ owner }) => owner)).toEqual([OWNER]);
  expect(claimed).toEqual([`${message?.envelope.id} ${OWNER.title}`]);
});

test('a restarted sink learns whose an address is', async ({ openSource, sink, startSink }) => {
  const watch = openSource().watch('email', ALICE);
  const inbox = new Inbox(ALICE, { watch, runtime: plainRuntime(5000), owner: OWNER });
  await inbox.mark();
  await sink.close();
  const again = await startSink({ smtpPort: sink.smtpPort, httpPort: sink.httpPort });
  await expect.poll(() => again.store.ownerOf('email', [ALICE])).toEqual(OWNER);
});

test('an owner is shortened, and a request that is not one changes nothing', async ({ openStream, sink }) => {
  const stream = await openStream();
  const long = 'x'.repeat(5000);
  await stream.ask({
    op: 'owner',
    ref: 1,
    kind: 'email',
    to: ALICE,
    owner: { persona: 'a\nb', title: long, line: -1 },
  });
  expect(sink.store.ownerOf('email', [ALICE])).toEqual({ persona: 'a b', title: `${'x'.repeat(199)}…` });
  for (const owner of [undefined, null, 'alice', {}, { persona: 'alice' }, { persona: 1, title: 'x' }])
    await stream.ask({ op: 'owner', ref: 2, kind: 'email', to: BOB, owner });
  expect(sink.store.ownerOf('email', [BOB])).toBeUndefined();
});

test('the sink remembers a limited number of owners, the newest', async ({ sink }) => {
  for (let count = 0; count < 10_001; count++) sink.store.own('email', `user-${count}@persona.test`, OWNER);
  expect(sink.store.ownerOf('email', ['user-0@persona.test'])).toBeUndefined();
  expect(sink.store.ownerOf('email', ['user-1@persona.test'])).toEqual(OWNER);
  expect(sink.store.ownerOf('email', ['user-10000@persona.test'])).toEqual(OWNER);
});

test('a claim of an unknown message, of another address, or of a claimed message is not recorded', async ({ sink }) => {
  const { envelope } = sink.store.add('email', 'no-reply@acme.example', [ALICE, BOB], [Buffer.from('Subject: x\n\nx')]);
  expect(sink.store.claim('other-1', ALICE, OWNER)).toBe(false);
  expect(sink.store.claim(envelope.id, 'carol@persona.test', OWNER)).toBe(false);
  expect(sink.store.claim(envelope.id, 'Alice@persona.test', OWNER)).toBe(true);
  expect(sink.store.claim(envelope.id, ALICE, OWNER)).toBe(false);
  expect(sink.store.claim(envelope.id, BOB, OWNER)).toBe(true);
});

test('a note that the sink refuses disturbs nobody', async ({ openSource, sink }) => {
  const failures: unknown[] = [];
  const note = (reason: unknown): void => void failures.push(reason);
  process.on('unhandledRejection', note);
  const watch = await openSource().watch('email', ALICE);
  void watch.claimed?.('x'.repeat(20_000), OWNER); // too long for a request, so that the sink closes the connection
  const inbox = new Inbox(ALICE, { watch: Promise.resolve(watch), runtime: plainRuntime(5000), owner: OWNER });
  await sendCode(sink, '482913');
  expect(await inbox.waitForCode()).toBe('482913');
  process.off('unhandledRejection', note);
  expect(failures).toEqual([]);
});
