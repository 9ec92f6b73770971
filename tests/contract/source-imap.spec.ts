import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeSource } from '../../fixtures/testing/index.ts';
import { plainRuntime } from '../../src/core/runtime.ts';
import { type ImapOptions, imap } from '../../src/sources/imap.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import type { Source } from '../../src/sources/source.ts';
import { HAS_OPENSSL, WITHOUT_OPENSSL, makeCertificate } from '../support/certificate.ts';
import {
  DOVECOT_PASSWORD,
  DOVECOT_USER,
  DovecotServer,
  HAS_DOVECOT,
  WITHOUT_DOVECOT,
} from '../support/dovecot-server.ts';
import { CROWD } from '../support/full.ts';
import { Gate } from '../support/gate.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

describeSource(
  'IMAP',
  async () => {
    const server = await DovecotServer.start();
    const gate = await Gate.open(server.port);
    return {
      open: () =>
        imap({ host: '127.0.0.1', port: gate.port, secure: false, user: DOVECOT_USER, password: DOVECOT_PASSWORD }),
      address: (name) => `qa+${name}@acme.test`,
      deliver: ({ to, raw }) => server.deliver(to, raw),
      faults: {
        reset: () => {
          gate.shut();
          gate.reopen();
        },
        refused: async () => {
          await server.setPassword('another');
          gate.shut();
          gate.reopen();
        },
        down: () => gate.shut(),
      },
      close: async () => {
        gate.close();
        await server.stop();
      },
    };
  },
  { crowd: CROWD, skip: !HAS_DOVECOT && WITHOUT_DOVECOT },
);

interface Mailbox {
  readonly server: DovecotServer;
  readonly gate: Gate;
  /** Opens an inbox that watches from now on. */
  readonly openInbox: (name?: string, options?: Partial<ImapOptions>) => Promise<Inbox>;
  readonly openSource: (options?: Partial<ImapOptions>) => Source;
}

const test = base.extend<Mailbox>({
  server: async ({}, use) => {
    const server = await DovecotServer.start();
    await use(server);
    await server.stop();
  },
  gate: async ({ server }, use) => {
    const gate = await Gate.open(server.port);
    await use(gate);
    gate.close();
  },
  openSource: async ({ gate }, use) => {
    const opened: Source[] = [];
    await use((options = {}) => {
      const given = { host: '127.0.0.1', port: gate.port, secure: false, user: DOVECOT_USER };
      const source = imap({ ...given, ...(options.accessToken ? {} : { password: DOVECOT_PASSWORD }), ...options });
      opened.push(source);
      return source;
    });
    for (const source of opened) await source.close();
  },
  openInbox: async ({ openSource }, use) => {
    await use(async (name = 'alice', options = {}) => await inboxAt(openSource(options), `qa+${name}@acme.test`));
  },
});

test.skip(!HAS_DOVECOT, WITHOUT_DOVECOT);

async function inboxAt(source: Source, address: string, timeout = 8000): Promise<Inbox> {
  const watch = await source.watch('email', address);
  return new Inbox(address, { watch: Promise.resolve(watch), runtime: plainRuntime(timeout) });
}

function mail(to: string, code = '123456', from = 'no-reply@acme.example'): string {
  return `From: ${from}\r\nTo: ${to}\r\nSubject: Sign in\r\nMessage-ID: <${randomUUID()}@acme.example>\r\n\r\nYour code is ${code}.\r\n`;
}

test('a code in the junk folder is found', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  const raw = mail('qa+alice@acme.test');
  server.save('Junk', raw);
  expect(await inbox.waitForCode()).toBe('123456');
});

test('a message in both folders counts once', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  const raw = mail('qa+alice@acme.test');
  for (const folder of ['Junk', 'INBOX']) server.save(folder, raw);
  expect(await inbox.waitForCode()).toBe('123456');
  await expectThrown(() => inbox.waitForCode({ timeout: 800 }), 'CODE_TIMEOUT', 'already claimed by an earlier wait');
});

test('the error for a missing folder names those that exist', async ({ openInbox }) => {
  await expectThrown(() => openInbox('alice', { folders: ['INBOX', 'Spam'] }), 'SETTINGS_INVALID', '"Spam"', 'Junk');
});

test('nothing in the mailbox is changed, unless `markAsRead` is set', async ({ server, openInbox }) => {
  const unseen = (): number =>
    Number(server.admin('mailbox', 'status', '-u', DOVECOT_USER, 'unseen', 'INBOX').split('=')[1]);
  for (const [markAsRead, left] of [
    [false, 1],
    [true, 1],
  ] as const) {
    const inbox = await openInbox('alice', { markAsRead });
    await server.deliver('qa+alice@acme.test', mail('qa+alice@acme.test'));
    await inbox.waitForCode();
    expect(unseen(), `markAsRead: ${markAsRead}`).toBe(left);
  }
});

test('a blind copy is found by the header fields of the server', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await server.deliver('qa+alice@acme.test', mail('undisclosed-recipients:;'));
  expect(await inbox.waitForCode()).toBe('123456');
});

test('the report of a timeout names messages to other addresses', async ({ server, openInbox }) => {
  const inbox = await openInbox();
  await inbox.mark();
  await server.deliver('qa+alcie@acme.test', mail('qa+alcie@acme.test'));
  const texts = ['1 message went to other addresses', 'to qa+alcie@acme.test', 'given the address qa+alice@acme.test'];
  await expectThrown(() => inbox.waitForCode({ timeout: 3000 }), 'CODE_TIMEOUT', ...texts);
});

test('a wait continues after a restart of the server', async ({ server, openInbox }) => {
  const wait = (await openInbox()).waitForCode();
  await server.halt();
  await server.run();
  await server.deliver('qa+alice@acme.test', mail('qa+alice@acme.test'));
  expect(await wait).toBe('123456');
});

test('a wait continues after its connection died unnoticed', async ({ server, gate, openInbox }) => {
  const inbox = await openInbox();
  const wait = inbox.waitForCode({ timeout: 40_000 });
  gate.freeze();
  await server.deliver('qa+alice@acme.test', mail('qa+alice@acme.test'));
  expect(await wait).toBe('123456');
});

test('new mail is pushed: a wait does not depend on polls', async ({ server, openSource }) => {
  const inbox = await inboxAt(openSource(), 'qa+alice@acme.test');
  const times: number[] = [];
  for (let code = 111_111; code < 111_116; code++) {
    const wait = inbox.waitForCode();
    await expect.poll(() => server.admin('who', '-1', DOVECOT_USER)).toContain('imap');
    await server.deliver('qa+alice@acme.test', mail('qa+alice@acme.test', String(code), `s${code}@acme.example`));
    const delivered = Date.now();
    expect(await wait).toBe(String(code));
    times.push(Date.now() - delivered);
  }
  expect(Math.min(...times)).toBeLessThan(1000); // polls are 5 s apart
});

test('one connection serves all waits of a source', async ({ server, openSource }) => {
  const source = openSource();
  const names = ['alice', 'bob', 'carol', 'dave', 'erin'];
  const inboxes = await Promise.all(names.map((name) => inboxAt(source, `qa+${name}@acme.test`)));
  const waits = inboxes.map((inbox) => inbox.waitForCode());
  for (const [index, name] of names.entries())
    await server.deliver(`qa+${name}@acme.test`, mail(`qa+${name}@acme.test`, `11111${index}`));
  expect(await Promise.all(waits)).toEqual(names.map((_, index) => `11111${index}`));
  expect(server.admin('who', '-1', DOVECOT_USER).match(/ imap /g)).toHaveLength(1);
});

test('an access token is requested for each connection', async ({ server, gate, openInbox }) => {
  let asked = 0;
  const accessToken = async (): Promise<string> => {
    asked++;
    return DOVECOT_PASSWORD;
  };
  const inbox = await openInbox('alice', { accessToken });
  const wait = inbox.waitForCode();
  gate.shut();
  gate.reopen();
  await server.deliver('qa+alice@acme.test', mail('qa+alice@acme.test'));
  expect(await wait).toBe('123456');
  expect(asked).toBeGreaterThan(1);
});

test('the password is read from the environment, and a missing one is reported', async ({ gate, server }) => {
  const source = imap({ host: '127.0.0.1', port: gate.port, secure: false, user: DOVECOT_USER });
  source.useEnvironment?.({});
  await expectThrown(() => source.watch('email', 'qa@acme.test'), 'SETTINGS_INVALID', 'IMAP_PASSWORD');
  source.useEnvironment?.({ IMAP_PASSWORD: DOVECOT_PASSWORD });
  const inbox = await inboxAt(source, 'qa@acme.test');
  await server.deliver('qa@acme.test', mail('qa@acme.test'));
  expect(await inbox.waitForCode()).toBe('123456');
  await source.close();
});

test('a wrong password appears in no error, and the error says what to do', async ({ openInbox }) => {
  const { message } = await expectThrown(
    () => openInbox('alice', { password: 'not-the-one' }),
    'SOURCE_REFUSED',
    'Check the user and the password',
    'accessToken',
  );
  expect(message).not.toContain('not-the-one');
});

test.describe('over TLS', () => {
  test.skip(!HAS_OPENSSL, WITHOUT_OPENSSL);
  let server: DovecotServer;
  let ca = '';

  test.beforeAll(async () => {
    if (!HAS_DOVECOT || !HAS_OPENSSL) return;
    const certificate = makeCertificate();
    ca = certificate.cert;
    server = await DovecotServer.start(certificate);
  });
  test.afterAll(async () => await server?.stop());

  for (const [what, options] of [
    ['from the start', () => ({ host: '127.0.0.1', port: server.securePort, secure: true })],
    // Another name of this machine: STARTTLS is required of all servers that are not on loopback.
    ['after STARTTLS', () => ({ host: '0.0.0.0', port: server.port, tls: { ca, servername: 'localhost' } })],
  ] as const) {
    test(`a code is read ${what}`, async ({ openInbox }) => {
      const inbox = await openInbox('alice', { tls: { ca }, ...options() });
      await server.deliver('qa+alice@acme.test', mail('qa+alice@acme.test'));
      expect(await inbox.waitForCode()).toBe('123456');
    });
  }

  test('the error for an untrusted certificate says what to do', async ({ openInbox }) => {
    const given = { port: server.securePort, secure: true };
    const texts = ['self-signed certificate', 'tls: { ca'];
    await expectThrown(() => openInbox('alice', given), 'SOURCE_REFUSED', ...texts);
  });

  test('no password is sent to a remote server without STARTTLS', async ({ openInbox, server: plain }) => {
    const given = { host: '0.0.0.0', port: plain.port };
    await expectThrown(() => openInbox('alice', given), 'SOURCE_REFUSED', 'STARTTLS');
  });
});

test('a fresh persona gets a plus address, or shares the one there is', async ({ openSource }) => {
  const name = 'signs-in.0123456789.0-1';
  expect(await openSource().createAddress?.('email', name)).toBe(`qa+${name}@acme.test`);
  expect(await openSource({ address: `${'q'.repeat(50)}@acme.test` }).createAddress?.('email', name)).toBe(
    `${'q'.repeat(50)}+123456789.0-1@acme.test`,
  );
  const shared = openSource({ addresses: 'shared' });
  expect(await shared.createAddress?.('email', name)).toBe('qa@acme.test');
  expect(shared.isShared?.('email')).toBe(true);
  await expectThrown(
    () => openSource({ user: 'qa' }).createAddress?.('email', name),
    'SETTINGS_INVALID',
    'Pass `address`',
  );
});

test('two processes at one mailbox claim each of 100 codes once', async ({ server, gate, folder }) => {
  const script = fileURLToPath(new URL('../support/code-reader-process.mjs', import.meta.url));
  const env = { ...process.env, IMAP_PASSWORD: DOVECOT_PASSWORD };
  const takers = [1, 2].map(() => {
    const args = [script, String(gate.port), folder, 'qa@acme.test'];
    return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  });
  const claimed = takers.map((): string[] => []);
  const lines = takers.map(({ stdout }) => createInterface({ input: stdout }));
  await Promise.all(lines.map(async (line) => await once(line, 'line')));
  const ends = takers.map(async (taker) => await once(taker, 'exit'));
  for (const [index, line] of lines.entries()) line.on('line', (code) => claimed[index]?.push(code));
  const codes = Array.from({ length: 100 }, (_, index) => String(500_000 + index));
  for (const code of codes) await server.deliver('qa@acme.test', mail('qa@acme.test', code, `s${code}@acme.example`));
  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(claimed.flat().toSorted()).toEqual(codes);
  expect(Math.min(...claimed.map(({ length }) => length))).toBeGreaterThan(0);
});
