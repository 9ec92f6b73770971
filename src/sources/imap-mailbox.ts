import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { race, sleep } from '../core/abortable.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import type { PushConnection, SourceMessage } from './polling/driver.ts';

export type ImapTls = Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized' | 'servername'>;

export interface ImapMailboxOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly folders: readonly string[] | undefined;
  readonly markAsRead: boolean;
  readonly tls: ImapTls | undefined;
  readonly secrets: () => Promise<{ readonly pass: string } | { readonly accessToken: string }>;
}

/** A message and its place in the mailbox. */
export interface ImapMessage extends SourceMessage {
  readonly folder: string;
  readonly uid: number;
  readonly subject: string;
}

/** Time limit for one answer, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;
/** A connection that is silent for this long is checked, in milliseconds. */
const MAX_SILENCE = 10_000;
/** Time limit for the logout, in milliseconds. */
const LOGOUT_TIMEOUT = 1000;
/** Header fields in which servers note the recipient of a delivery. */
const DELIVERED_TO = ['delivered-to', 'x-delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-rcpt-to'];

interface Folder {
  readonly path: string;
  readonly uidValidity: bigint;
  /** UID of the next message. */
  nextUid: number;
}

/** The folders of one mailbox, over one connection that is opened again after it broke. */
export class ImapMailbox {
  readonly #options: ImapMailboxOptions;
  readonly #folders = new Map<string, Folder>();
  readonly #messages: ImapMessage[] = [];
  #client: Promise<ImapFlow> | undefined;
  /** The last command of the queue. One command runs at a time. */
  #lastCommand: Promise<unknown> = Promise.resolve();

  constructor(options: ImapMailboxOptions) {
    this.#options = options;
  }

  /** The messages that came since the first refresh. */
  messages(): readonly ImapMessage[] {
    return this.#messages;
  }

  /** Reads the headers of all new messages. @returns the UID of the next message, by folder */
  async refresh(): Promise<ReadonlyMap<string, number>> {
    return await this.#enqueue(async (client) => {
      // The first folder is read last, so that it stays selected: IDLE reports new mail of the selected folder.
      for (const folder of [...this.#folders.values()].toReversed()) await this.#refresh(client, folder);
      return new Map([...this.#folders.values()].map(({ path, nextUid }) => [path, nextUid]));
    });
  }

  /** Notifies of new mail until the connection breaks or the signal is aborted. */
  async listen({ opened, notify, signal }: PushConnection): Promise<void> {
    const client = await this.#connected();
    const onMail = (): void => notify();
    const over = new AbortController();
    const end = (): void => over.abort();
    client.on('exists', onMail);
    client.on('close', end);
    signal.addEventListener('abort', end);
    if (signal.aborted || !client.usable) end();
    opened();
    while (!over.signal.aborted) {
      await settled(this.#lastCommand, over.signal);
      const silence = AbortSignal.timeout(MAX_SILENCE);
      // Each command ends the IDLE; the loop starts the next one after it.
      await settled(client.idle(), AbortSignal.any([silence, over.signal]));
      if (silence.aborted && !over.signal.aborted) await this.#enqueue((same) => same.noop()).catch(() => undefined);
    }
    client.off('exists', onMail);
    signal.removeEventListener('abort', end);
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    if (client?.usable)
      await Promise.race([client.logout().catch(() => undefined), sleep(LOGOUT_TIMEOUT, { ref: false })]);
    client?.close();
  }

  /**
   * Runs a command after those before it. A command that fails closes the connection.
   *
   * @throws Error a transient fault
   */
  async #enqueue<T>(run: (client: ImapFlow) => Promise<T>): Promise<T> {
    const before = this.#lastCommand;
    const command = (async (): Promise<T> => {
      await before.catch(() => undefined);
      const client = await this.#connected();
      const timeout = new AbortController();
      const reason = new Error(`no answer within ${ANSWER_TIMEOUT / 1000} s`);
      const timer = setTimeout(() => timeout.abort(reason), ANSWER_TIMEOUT);
      try {
        return await race(run(client), timeout.signal);
      } catch (error) {
        if (error instanceof TwoFactorError) throw error;
        client.close(); // its state is unknown
        throw new Error(detailOf(error), { cause: error });
      } finally {
        clearTimeout(timer);
      }
    })();
    this.#lastCommand = command;
    return await command;
  }

  #connected(): Promise<ImapFlow> {
    if (this.#client) return this.#client;
    const opening = this.#open();
    const forget = (): void => {
      if (this.#client === opening) this.#client = undefined;
    };
    opening.then((client) => client.on('close', forget), forget);
    return (this.#client = opening);
  }

  async #open(): Promise<ImapFlow> {
    const { name, host, port, secure, user, tls, secrets } = this.#options;
    const { ImapFlow } = await loadImapflow(name);
    const client = new ImapFlow({
      ...{ host, port, secure, logger: false, disableAutoIdle: true },
      ...(secure || isLoopback(host) ? {} : { doSTARTTLS: true }),
      auth: { user, ...(await secrets()) },
      ...(tls ? { tls } : {}),
      ...{ connectionTimeout: ANSWER_TIMEOUT, greetingTimeout: ANSWER_TIMEOUT, socketTimeout: 3 * MAX_SILENCE },
    });
    client.on('error', () => undefined); // a close follows, and the next command reports it
    try {
      await client.connect();
      await this.#openFolders(client);
      return client;
    } catch (error) {
      client.close();
      if (error instanceof TwoFactorError) throw error;
      const remedy = remedyFor(error);
      if (remedy) throw notOpened(name, error, remedy);
      throw new Error(detailOf(error), { cause: error });
    }
  }

  /** Opens the folders and notes their positions. A later connection must find the same folders. */
  async #openFolders(client: ImapFlow): Promise<void> {
    const paths = [...this.#folders.keys()];
    for (const path of (paths.length > 0 ? paths : await this.#paths(client)).toReversed()) {
      const { uidValidity, uidNext } = await client.mailboxOpen(path, { readOnly: !this.#options.markAsRead });
      const known = this.#folders.get(path);
      if (known && known.uidValidity !== uidValidity) throw folderReplaced(this.#options.name, path);
      if (!known) this.#folders.set(path, { path, uidValidity, nextUid: uidNext });
    }
    if (paths.length === 0) {
      const opened = [...this.#folders].toReversed();
      this.#folders.clear();
      for (const [path, folder] of opened) this.#folders.set(path, folder);
    }
  }

  async #paths(client: ImapFlow): Promise<readonly string[]> {
    const { name, folders } = this.#options;
    const existing = await client.list();
    const missing = folders?.filter((folder) => !existing.some(({ path }) => path === folder)) ?? [];
    const paths = existing.map(({ path }) => path);
    if (missing.length > 0) throw folderMissing(name, missing, paths);
    return (
      folders ?? ['INBOX', ...existing.filter(({ specialUse }) => specialUse === '\\Junk').map(({ path }) => path)]
    );
  }

  async #refresh(client: ImapFlow, folder: Folder): Promise<void> {
    const lock = await client.getMailboxLock(folder.path, { readOnly: !this.#options.markAsRead });
    try {
      await client.noop(); // without it a server may show an old state of the folder
      const query = { uid: true, envelope: true, internalDate: true, headers: DELIVERED_TO };
      const fetched = await client.fetchAll(`${folder.nextUid}:*`, query, { uid: true });
      for (const message of fetched.toSorted((one, other) => one.uid - other.uid)) {
        if (message.uid < folder.nextUid) continue; // `*` is the newest message, even if its UID is lower
        folder.nextUid = message.uid + 1;
        this.#messages.push(this.#messageOf(folder, message));
      }
    } finally {
      lock.release();
    }
  }

  #messageOf(folder: Folder, { uid, envelope, internalDate, headers }: FetchMessageObject): ImapMessage {
    const { to = [], cc = [], bcc = [], from = [] } = envelope ?? {};
    const named = [...to, ...cc, ...bcc].flatMap(({ address }) => address ?? []);
    return {
      id: `${folder.path}/${folder.uidValidity}/${uid}`,
      ...{ folder: folder.path, uid, subject: envelope?.subject ?? '' },
      from: from[0]?.address ?? '',
      to: [...new Set([...named, ...addressesIn(headers)])],
      receivedAt: internalDate instanceof Date ? internalDate : Date.parse(internalDate ?? ''),
      read: () => this.#read(folder, uid),
    };
  }

  async #read({ path }: Folder, uid: number): Promise<Buffer | undefined> {
    const { markAsRead } = this.#options;
    return await this.#enqueue(async (client) => {
      const lock = await client.getMailboxLock(path, { readOnly: !markAsRead });
      try {
        const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
        if (message && markAsRead) await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
        return message ? message.source : undefined;
      } finally {
        lock.release();
      }
    });
  }
}

/** Returns the addresses in header fields that hold nothing but addresses. */
function addressesIn(headers: Buffer | undefined): string[] {
  return headers?.toString('latin1').match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? [];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Returns the server's answer if there is one, else the message and the code of the error. */
function detailOf(error: unknown): string {
  const { responseText, code } = error as { responseText?: string; code?: string };
  const text = reasonOf(error);
  return responseText ? `it answered: ${responseText}` : code && !text.includes(code) ? `${text} (${code})` : text;
}

/** Waits until the work ends in any way, or the signal is aborted. */
async function settled(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  await race(work, signal).catch(() => undefined);
}

async function loadImapflow(name: string): Promise<typeof import('imapflow')> {
  try {
    return await import('imapflow');
  } catch (error) {
    const text = `${name} needs the package "imapflow", which is not installed. Run: npm install -D imapflow`;
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}

/** Returns advice for an error that a retry does not fix. */
function remedyFor(error: unknown): string | undefined {
  const { authenticationFailed, code = '' } = error as { authenticationFailed?: boolean; code?: string };
  if (authenticationFailed)
    return 'Check the user and the password. Gmail and Outlook need an app password, or `accessToken`.';
  if (/CERT|SIGNATURE|TLS_ALTNAME/.test(code))
    return 'Check `host`. If the server has a certificate of your own, pass its CA: `tls: { ca: readFileSync(…) }`.';
  if (reasonOf(error).includes('does not support STARTTLS'))
    return 'The password is not sent over an unencrypted connection. Remove `secure: false`, or set the TLS port.';
  return undefined;
}

function notOpened(name: string, cause: unknown, remedy: string): TwoFactorError {
  return new TwoFactorError('SOURCE_REFUSED', `${name} could not be opened: ${detailOf(cause)}. ${remedy}`, { cause });
}

function folderMissing(name: string, missing: readonly string[], existing: readonly string[]): TwoFactorError {
  const text = `${name} has no folder ${missing.map((path) => `"${path}"`).join(', ')}. Its folders: ${existing.join(', ')}.`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}

function folderReplaced(name: string, path: string): TwoFactorError {
  const text = `${name} has replaced its folder "${path}" (UIDVALIDITY changed), so old and new messages cannot be told apart. Run the test again.`;
  return new TwoFactorError('SOURCE_REFUSED', text);
}
