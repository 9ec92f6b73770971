import { TwoFactorError } from '../core/errors.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceMailbox, SourceMessage, PushConnection, SourceSighting, SourceDriver } from './polling/driver.ts';
import { ImapMailbox, type ImapTls, type Placed } from './imap-mailbox.ts';

/** How many octets a local part has at most, RFC 5321 section 4.5.3.1.1. */
const MAX_LOCAL = 64;

export interface ImapOptions {
  readonly host: string;
  /** @default 993, or 143 where `secure` is false */
  readonly port?: number;
  /** TLS from the start. Where it is false, STARTTLS is asked for, but on loopback. @default true */
  readonly secure?: boolean;
  readonly user: string;
  /** @default `IMAP_PASSWORD` of the environment */
  readonly password?: string;
  /** Gets an OAuth2 access token, each time a connection is opened, where there is no password (Gmail, Outlook). */
  readonly accessToken?: () => string | Promise<string>;
  /** Which folders are read. @default INBOX, and the one for junk */
  readonly folders?: readonly string[];
  /** The address of the mailbox. @default `user`, where that is one */
  readonly address?: string;
  /**
   * What address a fresh persona gets: `plus`, its own with a plus (`qa+name@acme.com`), or `shared`, that of the mailbox,
   * whose messages then go to the first who waits. @default 'plus'
   */
  readonly addresses?: 'plus' | 'shared';
  /** Mark a message as read once it was. @default false: nothing in the mailbox is changed */
  readonly markAsRead?: boolean;
  /** As Node's `tls.connect()` takes them, for a server with a certificate of one's own. */
  readonly tls?: ImapTls;
}

/** Where each folder stood: its next message has this UID or a higher one. */
type Mark = ReadonlyMap<string, number>;

/**
 * E-mail of a real mailbox, over one connection of the process, which is told of new mail at once (IDLE) and looked at
 * every few seconds beside, since such lines die unnoticed.
 *
 * @see RFC 3501, RFC 2177; it needs the package `imapflow`
 */
export function imap(options: ImapOptions): DefinedSource {
  return defineSource(new Imap(options));
}

class Imap implements SourceDriver<Mark> {
  readonly name: string;
  readonly kinds = ['email'] as const;
  /** Mail takes its time between servers. */
  readonly lag = 3000;
  readonly #options: ImapOptions;
  readonly #mailbox: ImapMailbox;
  #env: Readonly<Record<string, string | undefined>> = process.env;

  constructor(options: ImapOptions) {
    const { host, secure = true, port = secure ? 993 : 143, user, folders, markAsRead = false, tls } = options;
    this.#options = options;
    this.name = `the mailbox of ${user} at ${host}:${port}`;
    this.#mailbox = new ImapMailbox({
      ...{ name: this.name, host, port, secure, user, folders, markAsRead, tls },
      secrets: () => this.#secrets(),
    });
  }

  async mark(): Promise<Mark> {
    return await this.#mailbox.refresh();
  }

  async since(mark: Mark, { folded }: SourceMailbox): Promise<SourceMessage[]> {
    await this.#mailbox.refresh();
    const isNew = ({ folder, uid }: Placed): boolean => uid >= (mark.get(folder) ?? 1);
    const isMeant = ({ to }: Placed): boolean => to.some((address) => foldAddress('email', address) === folded);
    return this.#mailbox.known().filter((message) => isNew(message) && isMeant(message));
  }

  async others(): Promise<SourceSighting[]> {
    return this.#mailbox.known().toReversed();
  }

  async push(line: PushConnection): Promise<void> {
    await this.#mailbox.listen(line);
  }

  async createAddress(_kind: MessageKind, name: string): Promise<string> {
    const address = this.#address();
    if (this.isShared()) return address;
    const at = address.lastIndexOf('@');
    const room = MAX_LOCAL - at - 1;
    return `${address.slice(0, at)}+${name.slice(-room).replace(/^[.-]+/, '')}${address.slice(at)}`;
  }

  isShared(): boolean {
    return this.#options.addresses === 'shared';
  }

  useEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    this.#env = env;
  }

  async close(): Promise<void> {
    await this.#mailbox.close();
  }

  #address(): string {
    const { address, user } = this.#options;
    const given = address ?? user;
    if (given.includes('@')) return given;
    const text = `"${given}" is no address to make others from. Give \`address\` to imap({ … }).`;
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }

  async #secrets(): Promise<{ readonly pass: string } | { readonly accessToken: string }> {
    const { password = this.#env['IMAP_PASSWORD'], accessToken, user } = this.#options;
    if (accessToken) return { accessToken: registerSecret(`${user}/accessToken`, await accessToken()) };
    if (password) return { pass: registerSecret(`${user}/password`, password) };
    const text = `${this.name} cannot be opened without a password. Set IMAP_PASSWORD, or give \`password\` or \`accessToken\` to imap({ … }).`;
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
}
