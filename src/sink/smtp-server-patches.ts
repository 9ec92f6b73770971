import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { SMTPConnection as Connection, SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { skipAhead } from './smtp-stream.ts';

// Required, not imported: as CommonJS it loads in half the time, which is most of the start of a sink.
const require = createRequire(import.meta.url);
const smtpServer = require('smtp-server') as typeof import('smtp-server');
const smtpConnection =
  require('smtp-server/lib/smtp-connection.js') as typeof import('smtp-server/lib/smtp-connection.js');

/** What the server's own hooks do not tell. */
export interface Watcher {
  /** A mail is over, or a client gave it up. */
  onReset(session: SMTPServerSession): void;
  /** A command got an error for an answer. */
  onRefusal(session: SMTPServerSession, text: string): void;
}

/** What to do about the commands that a sink refuses unless it is told otherwise. */
const ADVICE: Readonly<Record<string, string>> = {
  AUTH: ': the application sends a user name and a password; give it none, or start the sink with --accept-auth',
};
const TLS_BROKEN_OFF =
  "A client asked for TLS and hung up: it does not trust the sink's own certificate. Turn TLS off, or let the application take any certificate";
/** The first byte of a TLS handshake, RFC 8446 section 5.1. */
const TLS_HANDSHAKE = 0x16;

type ValidateMail = Connection['_validateMailParams'];

/**
 * Greets at once. `smtp-server` holds its greeting back for 100 ms on every connection to catch early talkers; on a
 * test machine that guard is most of the time between sending a mail and reading its code, and guards nothing.
 */
class EagerConnection extends smtpConnection.SMTPConnection {
  /** Set from STARTTLS to the first command that comes over TLS. */
  #asksForTls = false;

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
        'A client began with TLS, which the sink does not speak: turn it off (nodemailer: `secure: false`)',
      );
      return this.close();
    }
    this.#asksForTls = /^starttls\b/i.test(command.toString('latin1', 0, 9));
    super._onCommand(command, callback);
  }

  override _onClose(): void {
    if (this.#asksForTls) watcherOf(this).onRefusal(this.session, TLS_BROKEN_OFF);
    this.#asksForTls = false;
    super._onClose();
  }

  override _createParser(): SMTPStream {
    return skipAhead(super._createParser());
  }

  /** A mail that is announced as too large is refused by `onMailFrom`, in the words of one that turns out to be. */
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

/** `smtp-server` without what only guards the open internet. */
export class PatchedSmtpServer extends smtpServer.SMTPServer {
  readonly watcher: Watcher;

  constructor(options: SMTPServerOptions, watcher: Watcher) {
    super(options);
    this.watcher = watcher;
  }

  override connect(socket: Socket, socketOptions?: SMTPConnectionOptions): void {
    const connection = new EagerConnection(this, socket, socketOptions);
    this.connections.add(connection);
    connection.on('error', (error) => this._onError(error));
    connection.on('connect', (data) => this._onClientConnect(data));
    connection.init();
  }
}

function watcherOf(connection: EagerConnection): Watcher {
  return (connection._server as PatchedSmtpServer).watcher;
}
