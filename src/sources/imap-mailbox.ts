import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import type { SourceMessage, PushConnection } from './polling/driver.ts';

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

/** A message, and where it lies. */
export interface Placed extends SourceMessage {
  readonly folder: string;
  readonly uid: number;
  readonly subject: string;
}

/** How long an answer may take, in milliseconds. */
const ANSWER_WITHIN = 10_000;
/** How long a line that says nothing is believed to be alive, in milliseconds. */
const BELIEVED_FOR = 10_000;
/** Where servers write to whom they have delivered, beside what the mail itself says. */
const DELIVERED_TO = ['delivered-to', 'x-delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-rcpt-to'];

/** What has come to a folder since it was first looked at. */
interface Folder {
  readonly path: string;
  readonly uidValidity: bigint;
  /** Where the next message will stand. */
  next: number;
}

/** The folders of one mailbox, over one connection that is opened again when it breaks. */
export class ImapMailbox {
  readonly #options: ImapMailboxOptions;
  readonly #folders = new Map<string, Folder>();
  readonly #known: Placed[] = [];
  #client: Promise<ImapFlow> | undefined;
  /** Whoever talks to the server takes a turn. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ImapMailboxOptions) {
    this.#options = options;
  }

  /** What has come since the first look, in the order of the folders. */
  known(): readonly Placed[] {
    return this.#known;
  }

  /** Reads the heads of all that is new, and answers where each folder stands now. */
  async refresh(): Promise<ReadonlyMap<string, number>> {
    return await this.#inTurn(async (client) => {
      // The one that new mail is told of is read last, and stays selected.
      for (const folder of [...this.#folders.values()].toReversed()) await this.#refresh(client, folder);
      return new Map([...this.#folders.values()].map(({ path, next }) => [path, next]));
    });
  }

  /** Rings whenever the server says that something came, until the connection breaks. */
  async listen({ opened, notify: rang, signal }: PushConnection): Promise<void> {
    const client = await this.#connected();
    const ring = (): void => rang();
    const over = new AbortController();
    const end = (): void => over.abort();
    const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    client.on('exists', ring);
    client.on('close', end);
    signal.addEventListener('abort', end);
    if (signal.aborted || !client.usable) end();
    opened();
    while (!over.signal.aborted) {
      await Promise.race([this.#turn.catch(() => undefined), ended]);
      const timer = AbortSignal.timeout(BELIEVED_FOR);
      const silence = new Promise<void>((resolve) => timer.addEventListener('abort', () => resolve()));
      // A look breaks it, and it is begun again behind that.
      await Promise.race([client.idle().catch(() => undefined), silence, ended]);
      if (timer.aborted && !over.signal.aborted) await this.#inTurn((same) => same.noop()).catch(() => undefined);
    }
    client.off('exists', ring);
    signal.removeEventListener('abort', end);
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    if (client?.usable) await Promise.race([client.logout().catch(() => undefined), after(1000)]);
    client?.close();
  }

  /** @throws Error a fault that may pass; the connection is given up if it does not answer */
  async #inTurn<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const before = this.#turn;
    const turn = (async (): Promise<T> => {
      await before.catch(() => undefined);
      const client = await this.#connected();
      let timer: NodeJS.Timeout | undefined;
      const overdue = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN / 1000} s`)), ANSWER_WITHIN);
      });
      try {
        return await Promise.race([work(client), overdue]);
      } catch (error) {
        if (error instanceof TwoFactorError) throw error;
        client.close(); // its state is not known any more
        throw new Error(told(error), { cause: error });
      } finally {
        clearTimeout(timer);
      }
    })();
    this.#turn = turn;
    return await turn;
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
      ...{ connectionTimeout: ANSWER_WITHIN, greetingTimeout: ANSWER_WITHIN, socketTimeout: 3 * BELIEVED_FOR },
    });
    client.on('error', () => undefined); // a close follows, and whoever asks hears of it
    try {
      await client.connect();
      await this.#openFolders(client);
      return client;
    } catch (error) {
      client.close();
      if (error instanceof TwoFactorError) throw error;
      const remedy = remedyFor(error);
      if (remedy) throw notOpened(name, error, remedy);
      throw new Error(told(error), { cause: error });
    }
  }

  /** Where a folder stands is known from the first time on; later it has to be the same folder. */
  async #openFolders(client: ImapFlow): Promise<void> {
    const paths = [...this.#folders.keys()];
    for (const path of (paths.length > 0 ? paths : await this.#paths(client)).toReversed()) {
      const { uidValidity, uidNext } = await client.mailboxOpen(path, { readOnly: !this.#options.markAsRead });
      const known = this.#folders.get(path);
      if (known && known.uidValidity !== uidValidity) throw madeAnew(this.#options.name, path);
      if (!known) this.#folders.set(path, { path, uidValidity, next: uidNext });
    }
    if (paths.length === 0) {
      const opened = [...this.#folders].toReversed();
      this.#folders.clear();
      for (const [path, folder] of opened) this.#folders.set(path, folder);
    }
  }

  async #paths(client: ImapFlow): Promise<readonly string[]> {
    const { name, folders } = this.#options;
    const there = await client.list();
    const missing = folders?.filter((folder) => !there.some(({ path }) => path === folder)) ?? [];
    if (missing.length > 0)
      throw noFolder(
        name,
        missing,
        there.map(({ path }) => path),
      );
    return folders ?? ['INBOX', ...there.filter(({ specialUse }) => specialUse === '\\Junk').map(({ path }) => path)];
  }

  async #refresh(client: ImapFlow, folder: Folder): Promise<void> {
    const lock = await client.getMailboxLock(folder.path, { readOnly: !this.#options.markAsRead });
    try {
      await client.noop(); // without it a server may go on to show a folder as it was
      const query = { uid: true, envelope: true, internalDate: true, headers: DELIVERED_TO };
      const { next } = folder;
      const heads = await client.fetchAll(`${next}:*`, query, { uid: true });
      for (const head of heads.toSorted((one, other) => one.uid - other.uid)) {
        if (head.uid < folder.next) continue; // `*` is the newest, whatever came before it
        folder.next = head.uid + 1;
        this.#known.push(this.#placed(folder, head));
      }
    } finally {
      lock.release();
    }
  }

  #placed(folder: Folder, { uid, envelope, internalDate, headers }: FetchMessageObject): Placed {
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
    return await this.#inTurn(async (client) => {
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

/** The addresses in header lines that hold nothing else. */
function addressesIn(headers: Buffer | undefined): string[] {
  return headers?.toString('latin1').match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? [];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** What the server said, else what the system did. */
function told(error: unknown): string {
  const { responseText, code } = error as { responseText?: string; code?: string };
  const text = reasonOf(error);
  return responseText ? `it answered: ${responseText}` : code && !text.includes(code) ? `${text} (${code})` : text;
}

async function after(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}

async function loadImapflow(name: string): Promise<typeof import('imapflow')> {
  try {
    return await import('imapflow');
  } catch (error) {
    const text = `${name} needs the package "imapflow", which is not installed. Run: npm install -D imapflow`;
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}

/** What to do about a fault that does not pass by itself. */
function remedyFor(error: unknown): string | undefined {
  const { authenticationFailed, code = '' } = error as { authenticationFailed?: boolean; code?: string };
  if (authenticationFailed)
    return 'Check user and password. Gmail and Outlook take a password made for one application, or `accessToken`.';
  if (/CERT|SIGNATURE|TLS_ALTNAME/.test(code))
    return 'Check `host`. If the certificate is one of your own, give what vouches for it: `tls: { ca: readFileSync(…) }`.';
  if (reasonOf(error).includes('does not support STARTTLS'))
    return 'A password does not go over an open line. Leave out `secure: false`, or give the port where it speaks TLS.';
  return undefined;
}

function notOpened(name: string, cause: unknown, remedy: string): TwoFactorError {
  return new TwoFactorError('SOURCE_REFUSED', `${name} was not opened: ${told(cause)}. ${remedy}`, { cause });
}

function noFolder(name: string, missing: readonly string[], there: readonly string[]): TwoFactorError {
  const text = `${name} has no folder ${missing.map((path) => `"${path}"`).join(', ')}. It has: ${there.join(', ')}.`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}

function madeAnew(name: string, path: string): TwoFactorError {
  const text = `${name} has made its folder "${path}" anew (UIDVALIDITY), so that old messages cannot be told from new ones. Run the test again.`;
  return new TwoFactorError('SOURCE_REFUSED', text);
}
