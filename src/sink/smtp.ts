import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { SMTPServer as Server, SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { SMTPConnection as Connection, SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { foldAddress } from '../message/address.ts';
import { skipAhead } from './smtp-stream.ts';
import type { MessageStore } from './store.ts';

// Required, not imported: as CommonJS it loads in half the time, which is most of the start of a sink.
const require = createRequire(import.meta.url);
const { SMTPServer } = require('smtp-server') as typeof import('smtp-server');
const { SMTPConnection } =
  require('smtp-server/lib/smtp-connection.js') as typeof import('smtp-server/lib/smtp-connection.js');

export interface SmtpOptions {
  /** Announce AUTH and take any credentials. @default false: a client with empty credentials would fail */
  readonly acceptAuth?: boolean;
  /** Offer STARTTLS with a self-signed certificate. @default false: most clients would refuse the certificate */
  readonly startTls?: boolean;
  /** Bytes of the largest mail. @default 25 MiB */
  readonly maxSize?: number;
}

/** More than any test suite opens, fewer than a process has file descriptors. */
const MAX_CLIENTS = 500;

/** An SMTP server that takes any sender and any recipient and puts each mail into the store. Not yet listening. */
export function createSmtpServer(store: MessageStore, options: SmtpOptions = {}): Server {
  const maxSize = options.maxSize ?? 25 * 1024 * 1024;
  /** Those whose present mail was refused in words of our own. */
  const refused = new WeakSet<SMTPServerSession>();
  const { deliveries } = store;
  const watcher: Watcher = {
    onReset(session) {
      refused.delete(session);
      deliveries.over(session);
    },
    onRefusal(session, text) {
      if (!refused.has(session)) store.refused(text);
    },
  };
  const server = {
    banner: 'playwright-2fa sink',
    size: maxSize,
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: [...(options.acceptAuth ? [] : ['AUTH']), ...(options.startTls ? [] : ['STARTTLS'])],
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    hideSTARTTLS: !options.startTls,
    disableReverseLookup: true,
    lenientAddressParsing: true,
    maxClients: MAX_CLIENTS,
    closeTimeout: 100,
    logger: false,
    onConnect(session, done) {
      store.sessionOpened();
      deliveries.opened('email', session);
      done();
    },
    onMailFrom({ args }, session, done) {
      deliveries.begun('email', session);
      const announced = Number(args ? args['SIZE'] : 0);
      done(announced > maxSize ? refuse(session, new Refusal(552, tooLarge(announced))) : null);
    },
    onRcptTo: (_address, _session, done) => done(),
    onData(stream, session, done) {
      deliveries.addressed(
        session,
        session.envelope.rcptTo.map(({ address }) => foldAddress('email', address)),
      );
      collect(stream, (error, chunks) => {
        if (!error) {
          const { mailFrom, rcptTo } = session.envelope;
          const to = rcptTo.map(({ address }) => address);
          const { envelope } = store.add('email', mailFrom ? mailFrom.address : '', to, chunks);
          return done(null, `OK: message ${envelope.id} stored`);
        }
        return done(refuse(session, error));
      });
    },
    onClose(session) {
      store.sessionClosed();
      deliveries.closed(session);
    },
  } satisfies SMTPServerOptions;
  return new EagerServer(server, watcher);

  function refuse(session: SMTPServerSession, refusal: Refusal): Refusal {
    refused.add(session);
    store.refused(refusal.message);
    return refusal;
  }

  function collect(
    stream: SMTPServerDataStream,
    done: (error: Refusal | null, chunks: readonly Buffer[]) => void,
  ): void {
    let chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => {
      if (stream.sizeExceeded) chunks = [];
      else chunks.push(chunk);
    });
    stream.on('error', () => {
      chunks = [];
      store.refused('A client hung up in the middle of a mail');
    });
    stream.on('end', () => {
      if (stream.sizeExceeded) done(new Refusal(552, tooLarge(stream.byteLength)), []);
      else done(null, chunks);
    });
  }

  function tooLarge(bytes: number): string {
    return `A mail of ${bytes} bytes is over the sink's limit of ${maxSize} bytes; start the sink with --max-size`;
  }
}

/** An error with the SMTP reply code it causes. */
class Refusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** What the server's own hooks do not tell. */
interface Watcher {
  /** A mail is over, or a client gave it up. */
  onReset(session: SMTPServerSession): void;
  /** A command got an error for an answer. */
  onRefusal(session: SMTPServerSession, text: string): void;
}

/** What to do about the commands that a sink refuses unless it is told otherwise. */
const ADVICE: Readonly<Record<string, string>> = {
  AUTH: ': the application sends a user name and a password; give it none, or start the sink with --accept-auth',
  STARTTLS: ': the application insists on TLS; turn that off, or start the sink with --starttls',
};
/** The first byte of a TLS handshake, RFC 8446 section 5.1. */
const TLS_HANDSHAKE = 0x16;

type ValidateMail = Connection['_validateMailParams'];

/**
 * Greets at once. `smtp-server` holds its greeting back for 100 ms on every connection to catch early talkers; on a
 * test machine that guard is most of the time between sending a mail and reading its code, and guards nothing.
 */
class EagerConnection extends SMTPConnection {
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
    super._onCommand(command, callback);
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
      if (this._server.connections.size > MAX_CLIENTS) this.send(421, 'Too many connections, try again', false);
      else this.connectionReady();
    });
  }
}

class EagerServer extends SMTPServer {
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
  return (connection._server as EagerServer).watcher;
}
