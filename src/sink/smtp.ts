import type { SMTPServer, SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { foldAddress } from '../message/address.ts';
import { PatchedSmtpServer, type Watcher } from './smtp-server-patches.ts';
import type { MessageStore } from './store.ts';

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
export function createSmtpServer(store: MessageStore, options: SmtpOptions = {}): SMTPServer {
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
    disabledCommands: options.acceptAuth ? [] : ['AUTH'],
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
  return new PatchedSmtpServer(server, watcher);

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
