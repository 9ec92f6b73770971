import { reasonOf } from '../../core/errors.ts';
import type { ForwardServer } from './forward-url.ts';

/** A recipient that did not get a mail. */
interface Failure {
  readonly address: string;
  /** Reply of the server. */
  readonly reason: string;
}

export interface SendResult {
  /** Recipients that the server refuses for good. */
  readonly refused: readonly Failure[];
  /** Recipients that may get the mail later. */
  readonly deferred: readonly Failure[];
}

/** A connection to a mail server. */
export interface Transport {
  send(mail: { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer }): Promise<SendResult>;
  close(): void;
}

/** Time limits of the connection, in milliseconds. */
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 };

/** Error of nodemailer, as far as it is read. */
interface MailError {
  readonly responseCode?: number;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly MailError[];
}

/** Opens a transport. nodemailer is loaded only for this. */
export async function openTransport(server: ForwardServer): Promise<Transport> {
  const { createTransport } = await import('nodemailer');
  const { host, port, isSecure: secure, user, password } = server;
  const transport = createTransport({
    ...{ host, port, secure, pool: true, maxConnections: 3, ...TIMEOUTS },
    ...(user === undefined ? {} : { auth: { user, pass: password?.reveal() ?? '' } }),
    // A password is never sent without TLS, but to this machine.
    requireTLS: password !== undefined && !secure && !isLocal(host),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ from, to, raw }) {
      try {
        const { rejectedErrors = [] } = (await transport.sendMail({
          envelope: { from, to: [...to] },
          raw,
        })) as MailError;
        return sort(rejectedErrors.map((error) => [error.recipient ?? '', error] as const));
      } catch (error) {
        const { rejectedErrors = [] } = error as MailError;
        const byRecipient = new Map(rejectedErrors.map((one) => [one.recipient, one]));
        return sort(to.map((address) => [address, byRecipient.get(address) ?? (error as MailError)] as const));
      }
    },
    close: () => transport.close(),
  };
}

/** Tells final refusals (RFC 5321 section 4.2.1: 5yz) from faults that may pass. */
function sort(failures: readonly (readonly [address: string, error: MailError])[]): SendResult {
  const all = failures.map(([address, error]) => ({ address, reason: reasonOf(error), isFinal: isFinal(error) }));
  return { refused: all.filter((one) => one.isFinal), deferred: all.filter((one) => !one.isFinal) };
}

function isFinal({ responseCode = 0 }: MailError): boolean {
  return responseCode >= 500;
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
