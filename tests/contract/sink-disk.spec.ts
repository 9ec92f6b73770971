import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import nodemailer from 'nodemailer';
import { MAIN } from '../support/cli-test.ts';
import { FULL } from '../support/full.ts';
import { ALICE, BOB, api, expect, postSms, sendCode, sendMail } from '../support/sink-test.ts';
import { type Started, test } from '../support/kept-sink.ts';
import { expectThrown } from '../support/thrown.ts';

const KILLS = FULL ? 100 : 3;
/** Debian's postfix has it. A regular user's PATH lacks this folder. */
const SMTP_SOURCE = '/usr/sbin/smtp-source';

function digest(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Sends mails and SMS until the sink is killed. Calls `onAcknowledged` with the id and the digest of each. */
async function load({ smtpPort, url }: Started, onAcknowledged: (id: string, hash: string) => void): Promise<void> {
  const mails = async (): Promise<void> => {
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, pool: true, maxConnections: 1 });
    try {
      for (;;) {
        const text = randomBytes(randomInt(10, 20_000)).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
        const raw = `Subject: ${randomInt(1e9)}\r\n\r\n${text}\r\n`;
        const { response } = await transport.sendMail({ envelope: { from: 'a@a.test', to: [ALICE] }, raw });
        onAcknowledged(/message (\S+) stored/.exec(response)![1]!, digest(raw));
      }
    } finally {
      transport.close();
    }
  };
  const sms = async (): Promise<void> => {
    for (;;) {
      const body = `Grüße ${randomBytes(20).toString('hex')}`;
      const answer = await fetch(`${url}/sms`, { method: 'POST', body: JSON.stringify({ to: '+12025550143', body }) });
      onAcknowledged(((await answer.json()) as { id: string }).id, digest(body));
    }
  };
  await Promise.allSettled([mails(), mails(), mails(), sms()]);
}

test('what was acknowledged survives a sink that is killed under load, once and byte for byte', async ({
  folder,
  spawnSink,
}) => {
  test.setTimeout(KILLS * 20_000);
  const acknowledged = new Map<string, string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const sink = await spawnSink();
    const source = existsSync(SMTP_SOURCE)
      ? spawn(SMTP_SOURCE, ['-s', '4', '-m', '100000', '-d', '-t', BOB, `127.0.0.1:${sink.smtpPort}`], {
          stdio: 'ignore',
        })
      : undefined;
    const until = acknowledged.size + randomInt(1, 120);
    await load(sink, (id, hash) => {
      expect(acknowledged.has(id), 'an id is given out once').toBe(false);
      acknowledged.set(id, hash);
      if (acknowledged.size === until) sink.child.kill('SIGKILL');
    });
    if (source && source.exitCode === null) source.kill('SIGKILL');
    const again = await spawnSink();
    const { messages } = (await (await fetch(`${again.url}/api/messages?to=${ALICE}&limit=1000`)).json()) as Listing;
    const { messages: sms } = (await (
      await fetch(`${again.url}/api/messages?to=%2B12025550143&limit=1000`)
    ).json()) as Listing;
    const ids = [...messages, ...sms].map(({ id }) => id);
    const hashes = new Map<string, string>();
    for (const id of ids) {
      const raw = await (await fetch(`${again.url}/api/messages/${id}/raw`)).arrayBuffer();
      hashes.set(id, digest(new Uint8Array(raw)));
    }
    expect([...acknowledged].filter(([id, hash]) => hashes.get(id) !== hash)).toEqual([]);
    expect(new Set(hashes.values()).size, 'no message is there twice').toBe(ids.length);
    // The next round begins empty, so that the cap of the sink evicts nothing.
    await fetch(`${again.url}/api/messages`, { method: 'DELETE' });
    acknowledged.clear();
    again.child.kill('SIGKILL');
    await once(again.child, 'exit');
    expect(await readdir(join(folder, 'data/mail/new'))).toEqual([]);
  }
});

interface Listing {
  readonly messages: readonly { readonly id: string }[];
}

test.describe('in one process', () => {
  test('messages, their order and their numbers survive a restart', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await sendMail(sink, { to: BOB, subject: 'one' });
    await postSms(sink, { body: 'two 漢字' });
    await sendMail(sink, { to: BOB, subject: 'three' });
    const before = [...sink.store.since(0)].map(({ envelope, raw }) => ({ envelope, raw }));
    await sink.close();
    const again = await startSink({ data });
    expect([...again.store.since(0)].map(({ envelope, raw }) => ({ envelope, raw }))).toEqual(before);
    expect(before).toHaveLength(3);
    await sendMail(again);
    const [newest] = [...again.store.since(0)].slice(-1);
    expect(newest!.envelope.seq).toBeGreaterThan(before[2]!.envelope.seq);
  });

  test('a number is never given out again, even if its message was deleted', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await sendMail(sink);
    const { seq } = sink.store.mark();
    await api(sink, '/api/messages', { method: 'DELETE' });
    await sink.close();
    const again = await startSink({ data });
    expect(again.store.size.messages).toBe(0);
    expect(again.store.mark().seq).toBeGreaterThanOrEqual(seq);
  });

  test('evicted and deleted messages are gone on disk', async ({ folder, startSink }) => {
    const sink = await startSink({ data: join(folder, 'data'), maxMessages: 2 });
    for (const subject of ['one', 'two', 'three']) await sendMail(sink, { subject });
    await sink.store.keeper!.settled();
    expect(await readdir(join(folder, 'data/mail/new'))).toHaveLength(2);
    await api(sink, '/api/messages', { method: 'DELETE' });
    expect(await readdir(join(folder, 'data/mail/new'))).toEqual([]);
  });

  test('only the owner can read the folder and its files', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await sendMail(sink);
    await postSms(sink, { body: 'hello' });
    const entries = await readdir(data, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect(mode & 0o777, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
    expect(entries.filter((entry) => entry.isFile()).length).toBeGreaterThanOrEqual(4);
    expect((await stat(data)).mode & 0o777).toBe(0o700);
  });

  test('a damaged file is skipped and named', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await sendMail(sink, { subject: 'cut' });
    await sendMail(sink, { subject: 'whole' });
    await sink.close();
    const [cut = ''] = (await readdir(join(data, 'mail/new'))).toSorted();
    const path = join(data, 'mail/new', cut);
    await writeFile(path, (await readFile(path)).subarray(0, -10));
    const problems: string[] = [];
    const again = await startSink({ data, onProblem: (problem) => problems.push(problem) });
    expect(again.store.size.messages).toBe(1);
    expect(problems).toEqual([expect.stringContaining(path)]);
  });

  test('a folder has one sink, and a folder of other files none', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await expectThrown(() => startSink({ data }), 'SINK_START_FAILED', `process ${process.pid} uses it`);
    await sink.close();
    await startSink({ data });
    await expectThrown(() => startSink({ data: folder }), 'SINK_START_FAILED', '"data", which is not of a sink');
  });

  test('files of others are left alone, also behind links', async ({ folder, startSink }) => {
    const [mails, linked, outside] = [join(folder, 'mails'), join(folder, 'linked'), join(folder, 'outside')];
    await mkdir(join(mails, 'mail/tmp'), { recursive: true });
    await mkdir(join(outside, 'tmp'), { recursive: true });
    for (const path of [join(mails, 'mail/tmp/precious'), join(outside, 'tmp/1.Q1.abc')]) await writeFile(path, 'x');
    await expectThrown(() => startSink({ data: mails }), 'SINK_START_FAILED', 'it is not empty, and has no sink.json');
    await (await startSink({ data: linked })).close();
    await rm(join(linked, 'mail'), { recursive: true });
    await symlink(outside, join(linked, 'mail'));
    await expectThrown(() => startSink({ data: linked }), 'SINK_START_FAILED', '"mail" in it is not a folder');
    expect(existsSync(join(mails, 'mail/tmp/precious'))).toBe(true);
    expect(existsSync(join(outside, 'tmp/1.Q1.abc'))).toBe(true);
  });

  test('what is not a file is skipped and named', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    await (await startSink({ data })).close();
    execFileSync('mkfifo', [join(data, 'mail/new/1.Q1.abc')]);
    await symlink('/dev/zero', join(data, 'sms/new/1.Q2.abc.json'));
    const problems: string[] = [];
    await startSink({ data, onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([
      expect.stringContaining('it is not a file'),
      expect.stringContaining('it is not a file'),
    ]);
  });

  test('a message that cannot be written is refused and not kept', async ({ folder, startSink }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await rm(join(data, 'mail/tmp'), { recursive: true });
    await rm(join(data, 'sms/tmp'), { recursive: true });
    await expect(sendMail(sink)).rejects.toThrow('452');
    expect(await postSms(sink, { body: 'hello' })).toMatchObject({ status: 500 });
    expect(sink.store.size.messages).toBe(0);
  });

  test('a wait goes on over a restart, and is not given what came before it', async ({
    folder,
    startSink,
    openInbox,
  }) => {
    const data = join(folder, 'data');
    const sink = await startSink({ data });
    await sendCode(sink, '111111');
    const inbox = await openInbox(ALICE, { url: sink.url });
    await sink.close();
    const again = await startSink({ data, smtpPort: sink.smtpPort, httpPort: sink.httpPort });
    await sendCode(again, '222222');
    expect(await inbox.waitForCode()).toBe('222222');
    expect(await inbox.messages()).toHaveLength(1);
  });
});

test('the sink reads its folder and its retention from variables', async ({ folder }) => {
  const start = (variables: Record<string, string>): ChildProcess =>
    spawn(process.execPath, [MAIN, 'sink', '--smtp-port', '0', '--http-port', '0'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...variables },
    });
  const data = join(folder, "it's here");
  const sink = start({ PLAYWRIGHT_2FA_DATA: data, PLAYWRIGHT_2FA_RETENTION: '15m' });
  await once(createInterface({ input: sink.stdout! }), 'line');
  expect(await readdir(data)).toContain('mail');
  sink.kill('SIGKILL');
  const wrong = start({ PLAYWRIGHT_2FA_RETENTION: 'soon' });
  expect(await text(wrong.stderr!)).toContain('the retention must be all, claimed, or a time such as 90s');
});
