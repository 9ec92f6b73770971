import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { SMTPConnection as Connection, SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { LINE_END_TIMEOUT, watchLineEnds } from './line-ends.ts';
import { skipAhead } from './smtp-stream.ts';

// Required, not imported: CommonJS loads in half the time, and loading is most of the start-up time of a sink.
const require = createRequire(import.meta.url);
const smtpServer = require('smtp-server') as typeof import('smtp-server');
const smtpConnection =
  require('smtp-server/lib/smtp-connection.js') as typeof import('smtp-server/lib/smtp-connection.js');

/** Events that `smtp-server` has no hooks for. */
export interface Watcher {
  /** A mail was completed or abandoned. */
  onReset(session: SMTPServerSession): void;
  /** A command got an error reply. */
  onRefusal(session: SMTPServerSession, text: string): void;
  /** A client waits for a reply that would not come, because its line ends are wrong. It gets an error reply. */
  onWrongLineEnd(session: SMTPServerSession, text: string): void;
}

/** Advice for commands that the sink refuses by default. */
const ADVICE: Readonly<Record<string, string>> = {
  AUTH: ': the application sends a user name and a password; remove them, or accept them with `acceptAuth: true` of withTwoFactor (sink --accept-auth)',
};
const STARTTLS_ABORTED =
  "A client asked for TLS and hung up: it does not trust the sink's self-signed certificate. Turn TLS off, or let the application accept any certificate";
/** The first byte of a TLS handshake, RFC 8446 section 5.1. */
const TLS_HANDSHAKE = 0x16;

/** Stands for a quoted local part while `smtp-server` parses a command. */
const PLACEHOLDER = 'quoted-local-part';

type ValidateMail = Connection['_validateMailParams'];
type ParseAddress = Connection['_parseAddressCommand'];

/**
 * A connection that greets at once and reports every refusal.
 *
 * `smtp-server` delays its greeting by 100 ms on every connection, to catch spammers that talk first, and has no option to
 * turn this off. On a test machine the delay is most of the time between sending a mail and reading its code. This class
 * overrides underscored methods, which `smtp-server` may change in any release: its version is pinned in package.json.
 */
class PatchedConnection extends smtpConnection.SMTPConnection {
  /** True from STARTTLS until the first command over TLS. */
  #isStartingTls = false;
  override _resetSession(): void {
    super._resetSession();
    watcherOf(this).onReset(this.session);
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (code >= 400) {
      const command = typeof context === 'string' ? context : '';
      watcherOf(this).onRefusal(this.session, `${command} ${code} ${String(data)}${ADVICE[command] ?? ''}`.trim());
    }
    super.send(code, data, context);
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    if (command[0] === TLS_HANDSHAKE) {
      watcherOf(this).onRefusal(
        this.session,
        'A client began with TLS, which this port does not support: turn it off (nodemailer: `secure: false`)',
      );
      return this.close();
    }
    this.#isStartingTls = /^starttls\b/i.test(command.toString('latin1', 0, 9));
    super._onCommand(command, callback);
  }

  override _onClose(): void {
    if (this.#isStartingTls) watcherOf(this).onRefusal(this.session, STARTTLS_ABORTED);
    this.#isStartingTls = false;
    super._onClose();
  }

  override _createParser(): SMTPStream {
    const parser = skipAhead(super._createParser());
    const timeout = (this._server as PatchedSmtpServer).lineEndTimeout;
    watchLineEnds(parser, { timeout, onWrongEnd: (text) => this.#refuseLineEnd(text) });
    return parser;
  }

  /** The bytes behind a wrong end are not obeyed: the connection ends. */
  #refuseLineEnd(text: string): void {
    watcherOf(this).onWrongLineEnd(this.session, text);
    this.send(554, text);
    this.close();
  }

  /** Accepts a quoted local part with spaces or an at sign (RFC 5321 section 4.1.2), which `smtp-server` splits. */
  override _parseAddressCommand(...[name, command]: Parameters<ParseAddress>): ReturnType<ParseAddress> {
    const text = command.toString();
    const quoted = /<("(?:[^"\\\r\n]|\\[^\r\n])+")@/.exec(text)?.[1];
    if (quoted === undefined) return super._parseAddressCommand(name, command);
    const parsed = super._parseAddressCommand(
      name,
      text.replace(quoted, () => PLACEHOLDER),
    );
    return parsed && { ...parsed, address: parsed.address.replace(PLACEHOLDER, () => quoted) };
  }

  /** Leaves a SIZE over the limit to `onMailFrom`, whose error text is that of a mail that turns out to be too large. */
  override _validateMailParams(...parsed: Parameters<ValidateMail>): ReturnType<ValidateMail> {
    const problem = super._validateMailParams(...parsed);
    return problem?.code === 552 ? null : problem;
  }

  override init(): void {
    this._setListeners(() => {
      if (this._server.connections.size > this._server.options.maxClients!)
        this.send(421, 'Too many connections, try again', false);
      else this.connectionReady();
    });
  }
}

/** `smtp-server` without its protection against spammers, which a local sink does not need. */
export class PatchedSmtpServer extends smtpServer.SMTPServer {
  readonly watcher: Watcher;
  readonly lineEndTimeout: number;

  constructor(options: SMTPServerOptions, watcher: Watcher, lineEndTimeout: number = LINE_END_TIMEOUT) {
    super(options);
    this.watcher = watcher;
    this.lineEndTimeout = lineEndTimeout;
  }

  override connect(socket: Socket, socketOptions?: SMTPConnectionOptions): void {
    const connection = new PatchedConnection(this, socket, socketOptions);
    this.connections.add(connection);
    connection.on('error', (error) => this._onError(error));
    connection.on('connect', (data) => this._onClientConnect(data));
    connection.init();
  }
}

function watcherOf(connection: PatchedConnection): Watcher {
  return (connection._server as PatchedSmtpServer).watcher;
}
