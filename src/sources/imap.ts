import { TwoFactorError } from '../core/errors.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { PushConnection, SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './polling/driver.ts';
import { ImapMailbox, type ImapMessage, type ImapTls } from './imap-mailbox.ts';

/** Maximum length of a local part in octets, RFC 5321 section 4.5.3.1.1. */
const MAX_LOCAL = 64;

export interface ImapOptions {
  readonly host: string;
  /** @default 993, or 143 if `secure` is false */
  readonly port?: number;
  /** TLS from the start. If false, the connection uses STARTTLS, except on loopback. @default true */
  readonly secure?: boolean;
  readonly user: string;
  /** @default `IMAP_PASSWORD` of the environment */
  readonly password?: string;
  /** Returns an OAuth2 access token (Gmail, Outlook). Called for each connection, instead of a password. */
  readonly accessToken?: () => string | Promise<string>;
  /** Folders to read. @default INBOX and the junk folder */
  readonly folders?: readonly string[];
  /** Address of the mailbox. @default `user`, if it is an address */
  readonly address?: string;
  /**
   * Address of a fresh persona. `plus`: one of its own with a plus (`qa+name@acme.com`). `shared`: the address of the
   * mailbox; each message then goes to the first waiter.
   *
   * @default 'plus'
   */
  readonly addresses?: 'plus' | 'shared';
  /** Mark messages as read. @default false: nothing in the mailbox is changed */
  readonly markAsRead?: boolean;
  /** Options of Node's `tls.connect()`, for a server with a certificate of your own. */
  readonly tls?: ImapTls;
}

/** By folder, the lowest UID that its next message can have. */
type Mark = ReadonlyMap<string, number>;

/**
 * E-mail of a real mailbox. New mail is pushed over one connection per process (IDLE). The mailbox is also polled every
 * few seconds, because such connections may die unnoticed. Needs the package `imapflow`.
 *
 * @example
 * export default withTwoFactor(config, { mail: imap({ host: 'imap.acme.com', user: 'qa@acme.com' }) }); // with the password in IMAP_PASSWORD
 *
 * @see RFC 3501, RFC 2177
 */
export function imap(options: ImapOptions): DefinedSource {
  return defineSource(new Imap(options));
}

class Imap implements SourceDriver<Mark> {
  readonly name: string;
  readonly kinds = ['email'] as const;
  /** Mail takes seconds between servers. */
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
    const isNew = ({ folder, uid }: ImapMessage): boolean => uid >= (mark.get(folder) ?? 1);
    const isRecipient = ({ to }: ImapMessage): boolean =>
      to.some((address) => foldAddress('email', address) === folded);
    return this.#mailbox.messages().filter((message) => isNew(message) && isRecipient(message));
  }

  async others(): Promise<SourceSighting[]> {
    return this.#mailbox.messages().toReversed();
  }

  async push(connection: PushConnection): Promise<void> {
    await this.#mailbox.listen(connection);
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
    const text = `\`user\` "${given}" is not an e-mail address, so no addresses can be derived from it. Pass \`address\` to imap({ … }).`;
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }

  async #secrets(): Promise<{ readonly pass: string } | { readonly accessToken: string }> {
    const { password = this.#env['IMAP_PASSWORD'], accessToken, user } = this.#options;
    if (accessToken) return { accessToken: registerSecret(`${user}/accessToken`, await accessToken()) };
    if (password) return { pass: registerSecret(`${user}/password`, password) };
    const text = `${this.name} cannot be opened without a password. Set IMAP_PASSWORD, or pass \`password\` or \`accessToken\` to imap({ … }).`;
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
}
