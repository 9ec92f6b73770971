import type { Secret } from '../../secret/secret.ts';
import type { GatewayRequest, RawMail } from '../gateways/gateway.ts';
import type { ByteForm } from './byte-form.ts';

/** A service that passes on the mail of real addresses; `mail` is any program that posts the mail itself. */
export type MailSenderName = 'mail' | 'mailgun' | 'postmark' | 'sendgrid' | 'ses';

/** The secret of each service. The one of `ses` is the ARN of its SNS topic. */
export type MailSecrets = Readonly<Partial<Record<MailSenderName, Secret>>>;

/** A call of `/inbound/mail`, with its body as it was sent. */
export interface MailCall extends Omit<GatewayRequest, 'header'> {
  /** Returns a header by its name in lower case, or an empty string. */
  readonly header: (name: string) => string;
  /** URL with the query, as the client sent it. */
  readonly url: URL;
  /** The decoded body, if it is JSON. */
  readonly json?: Readonly<Record<string, unknown>>;
  /** The decoded body, if it is a form. */
  readonly form?: ByteForm;
}

export interface InboundMail {
  /** The mail, or `undefined` if the call has none, such as a confirmation. */
  readonly mail?: RawMail | undefined;
  /** Id of the delivery. A repeated delivery has the same one. @default none */
  readonly id?: string | undefined;
}

/** The webhook of a service. */
export interface MailSender {
  /** True if the call has the form of this service. */
  matches(call: MailCall): boolean;
  /** True if the call has a valid signature. */
  isSigned(call: MailCall, secret: Secret): Promise<boolean> | boolean;
  /** @param isTrusted true if the signature was verified. @throws GatewayProblem if the call has no mail that can be read */
  read(call: MailCall, isTrusted: boolean): Promise<InboundMail> | InboundMail;
}
