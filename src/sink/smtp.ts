import type { SMTPServer, SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { reasonOf } from '../core/errors.ts';
import { foldAddress } from '../message/address.ts';
import { ownText } from './own-text.ts';
import { UnfinishedRecipients } from './unfinished-recipients.ts';
import { PatchedSmtpServer, type Watcher } from './smtp-server-patches.ts';
import type { Keeper } from './keeper.ts';
import type { MessageStore } from './store.ts';
import type { StoredMessage } from './stored-message.ts';

export interface SmtpOptions {
  /** Offer AUTH and accept any credentials. Clients with empty credentials would then fail. @default false */
  readonly acceptAuth?: boolean;
  /** Offer STARTTLS with a self-signed certificate. Most clients refuse such a certificate. @default false */
  readonly startTls?: boolean;
  /** Time without a byte after which a client with wrong line ends gets an error, in milliseconds. @default 3000 */
  readonly lineEndTimeout?: number;
}

const LEFT =
  'A client greeted the sink and left without a mail. If it has a user name and a password, the sink must announce AUTH: `acceptAuth: true` of withTwoFactor (sink --accept-auth); if it requires TLS, `starttls: true` (sink --starttls)';

/** Maximum number of recipients of a mail. Servers must take 100 (RFC 5321 section 4.5.3.1.8). */
const MAX_RECIPIENTS = 1000;

/** More connections than a test suite opens, and fewer than a process has file descriptors. */
const MAX_CLIENTS = 500;

/** Creates an SMTP server that accepts any sender and recipient and stores each mail. It is not listening yet. */
export function createSmtpServer(store: MessageStore, options: SmtpOptions = {}): SMTPServer {
  /** Sessions whose current mail was refused with an error of our own, which is already recorded. */
  const refused = new WeakSet<SMTPServerSession>();
  /** Sessions that began a mail, or got an error that is recorded. */
  const active = new WeakSet<SMTPServerSession>();
  const { deliveries, maxSize, unfinished } = store;
  /** Sessions that count as open. A connection over the limit is closed without having been opened. */
  const open = new WeakSet<SMTPServerSession>();
  const recipients = new UnfinishedRecipients();
  const watcher: Watcher = {
    onReset(session) {
      recipients.drop(session);
      refused.delete(session);
      deliveries.ended(session);
    },
    onRefusal(session, text) {
      active.add(session);
      if (!refused.has(session)) store.refused(text);
    },
    onWrongLineEnd(session, text) {
      refuse(session, new SmtpRefusal(554, text));
      deliveries.ended(session);
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
      open.add(session);
      store.sessionOpened();
      deliveries.opened('email', session);
      done();
    },
    onMailFrom({ args }, session, done) {
      active.add(session);
      deliveries.begun('email', session);
      const announced = Number(args ? args['SIZE'] : 0);
      done(announced > maxSize ? refuse(session, new SmtpRefusal(552, tooLarge(announced))) : null);
    },
    onRcptTo(recipient, session, done) {
      // The session keeps the recipient: without its parameters, and without the line that it came in.
      Object.assign(recipient, { address: ownText(recipient.address), args: false });
      const isFull = session.envelope.rcptTo.length >= MAX_RECIPIENTS;
      if (isFull) return done(refuse(session, new SmtpRefusal(452, TOO_MANY_RECIPIENTS)));
      const { mailFrom } = session.envelope;
      const fault = store.faults.refuseRecipient(mailFrom ? mailFrom.address : '', recipient.address);
      if (fault) return done(refuse(session, new SmtpRefusal(fault.status, fault.message)));
      done(recipients.add(session, recipient.address) ? null : refuse(session, new SmtpRefusal(452, FULL)));
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom ? mailFrom.address : '';
      const to = rcptTo.map(({ address }) => address);
      const folded = to.map((address) => foldAddress('email', address));
      deliveries.addressed(session, folded);
      collect(stream, session, (error, chunks) => {
        if (error) return done(refuse(session, error));
        const { keeper } = store;
        const add = (): StoredMessage => store.add('email', from, to, chunks, 'smtp');
        if (keeper && keeper.pendingBytes > store.maxBytes) return done(refuse(session, new SmtpRefusal(452, FULL)));
        if (keeper || store.faults.isActive) return void keep(keeper, add, session, done);
        done(null, `OK: message ${add().envelope.id} stored`);
      });
    },
    onClose(session) {
      // Mail libraries do not say why: they read the list of extensions, and give up.
      if (session.hostNameAppearsAs && !active.has(session) && !options.acceptAuth) store.refused(LEFT);
      recipients.drop(session);
      if (open.delete(session)) store.sessionClosed();
      deliveries.closed(session);
    },
  } satisfies SMTPServerOptions;
  return new PatchedSmtpServer(server, watcher, options.lineEndTimeout);

  function refuse(session: SMTPServerSession, refusal: SmtpRefusal): SmtpRefusal {
    refused.add(session);
    store.refused(refusal.message);
    return refusal;
  }

  /** Stores a mail, and acknowledges it once it is kept and its faults let go of it. */
  async function keep(
    keeper: Keeper | undefined,
    add: () => StoredMessage,
    session: SMTPServerSession,
    done: (error: Error | null, text?: string) => void,
  ): Promise<void> {
    let problem: SmtpRefusal | undefined;
    let id = '';
    try {
      const message = await store.faults.answer(add);
      id = message.envelope.id;
      await keeper?.written(message);
    } catch (error) {
      problem = refuse(session, new SmtpRefusal(452, notKept(error)));
    }
    if (problem) done(problem);
    else done(null, `OK: message ${id} stored`);
  }

  function collect(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error: SmtpRefusal | null, chunks: readonly Buffer[]) => void,
  ): void {
    const mail = unfinished.begin();
    stream.on('data', (chunk: Buffer) => {
      if (stream.sizeExceeded) mail.drop();
      else mail.add(chunk);
    });
    // Every session of the server ends the stream of its mail.
    stream.on('close', () => mail.drop());
    stream.on('error', () => {
      mail.drop();
      if (!refused.has(session)) store.refused('A client hung up in the middle of a mail');
    });
    stream.on('end', () => {
      const { chunks, isDropped } = mail;
      mail.drop();
      if (stream.sizeExceeded) done(new SmtpRefusal(552, tooLarge(stream.byteLength)), []);
      else if (isDropped) done(new SmtpRefusal(452, FULL), []);
      else done(null, chunks);
    });
  }

  function tooLarge(bytes: number): string {
    return `A mail of ${bytes} bytes is over the sink's limit of ${maxSize} bytes; raise it with --max-size`;
  }
}

function notKept(problem: unknown): string {
  return `The mail could not be written to the folder of --data: ${reasonOf(problem)}`;
}

const TOO_MANY_RECIPIENTS = `A mail has more than ${MAX_RECIPIENTS} recipients; send it in parts`;
const FULL =
  'The mails that are being sent at the same time are larger than the store; send fewer at a time, or raise its size with --max-bytes';

/** An error with its SMTP reply code. */
class SmtpRefusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}
