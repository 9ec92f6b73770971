import type { MessageKind } from '../../message/address.ts';
import type { InternationalNumber } from '../../message/national-number.ts';
import type { MailAddress } from './addresses.ts';

/** A vendor's HTTP API for mail or SMS. It turns a request into messages and an answer, and keeps nothing itself. */
export interface Gateway {
  /** Name of the vendor, which is stored with each message. */
  readonly name: string;
  readonly kinds: readonly MessageKind[];
  /** @default every request is a new one */
  readonly idempotency?: Idempotency;
  /** Answers a request. @throws GatewayProblem for a request that the vendor would refuse */
  answer(request: GatewayRequest): Promise<GatewayReply> | GatewayReply;
  /** Returns the vendor's own answer to a request that is refused. */
  refuse(problem: GatewayProblem, request: GatewayRequest): GatewayReply;
}

/** Rules by which a vendor recognizes a request that is sent again. */
export interface Idempotency {
  /** Time for which a key is remembered, in milliseconds. */
  readonly lifetime: number;
  /** Returns the key of a request, if it has one. @throws GatewayProblem for an invalid key */
  keyOf(request: GatewayRequest): string | undefined;
  /** Returns the answer to a key that belongs to a request with another body. */
  otherRequest(): GatewayProblem;
  /** Returns the answer to a key whose request is in progress. */
  inProgress(): GatewayProblem;
}

export interface GatewayRequest {
  /** Path without the query, such as `/v3/mail/send`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Returns a header by its name in lower case, or an empty string. */
  header(name: string): string;
  /** Adds the country code to a phone number. */
  number(text: string): Promise<InternationalNumber>;
}

export interface GatewayReply {
  readonly status: number;
  /** An object is sent as JSON. @default none */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Messages to store, oldest first. @default none */
  readonly messages?: readonly (OutgoingMail | RawMail | OutgoingSms)[];
  /** Service that the messages came through. @default the name of the gateway */
  readonly via?: string;
  /** Part of the request that the vendor would not deliver. Timed-out waits report it. @default none */
  readonly refused?: readonly string[];
}

/** A mail in parts, which the sink composes. */
export interface OutgoingMail {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc?: readonly MailAddress[];
  readonly bcc?: readonly MailAddress[];
  readonly replyTo?: readonly MailAddress[];
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly MailAttachment[];
  /** Template that the vendor keeps, and the values for it. */
  readonly template?: MailTemplate | undefined;
  /** Value of the header Message-ID, with its angle brackets. */
  readonly messageId: string;
}

export interface MailAttachment {
  readonly name: string;
  /** Content, or the URL that the vendor would get it from. The sink does not. */
  readonly content: Buffer | { readonly url: string };
  readonly type?: string | undefined;
  /** Content-ID of an inline attachment. */
  readonly contentId?: string | undefined;
}

export interface MailTemplate {
  readonly id: string;
  readonly variables: unknown;
}

/** A mail that its sender composed. */
export interface RawMail {
  readonly raw: Buffer;
  /** Address of the envelope. */
  readonly from: string;
  /** Addresses of the envelope. */
  readonly recipients: readonly string[];
}

export interface OutgoingSms {
  readonly number: string;
  readonly from: string;
  readonly text: string;
}

/** A reason to refuse a request. It never contains the text of a message. */
export class GatewayProblem extends Error {
  readonly status: number;
  /** Field of the request. */
  readonly field: string;
  /** The vendor's own code. */
  readonly code: string | number;

  constructor(
    status: number,
    message: string,
    { field = '', code = '' }: { readonly field?: string; readonly code?: string | number } = {},
  ) {
    super(message);
    this.status = status;
    this.field = field;
    this.code = code;
  }
}
