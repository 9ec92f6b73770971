import type { MessageKind } from './address.ts';

/** A link in a message: its address, byte for byte as it was sent, and its words. */
export interface MessageLink {
  readonly href: string;
  /** Visible words of the link; empty for a bare address in a text. */
  readonly text: string;
  /** Words before it: the rest of its line, or the line above. */
  readonly before: string;
  /** Words after it on its line. */
  readonly after?: string;
}

/** A decoded e-mail or SMS. */
export interface Message {
  readonly kind: MessageKind;
  /** Identifier of the message, unique within its source. */
  readonly id: string;
  /** Sender: an address, a number, or the sender name of an SMS. */
  readonly from: string;
  /** Recipients of the SMTP envelope, so that blind copies count. */
  readonly to: readonly string[];
  /** Empty for an SMS. */
  readonly subject: string;
  /** Visible text: the HTML part as a browser shows it, or else the plain text. */
  readonly text: string;
  /** Plain-text part as it was sent, if there is one. */
  readonly plain?: string;
  /** HTML part as it was sent, if there is one. */
  readonly html?: string;
  /** Links in the order of the message, each address once. */
  readonly links: readonly MessageLink[];
  /** Headers by name in lower case; the last of several wins. Empty for an SMS. */
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: Date;
  /** Reason why the mail cannot be read, such as "Max header size for a MIME node exceeded". It has no texts then. */
  readonly unreadable?: string;
  /** Raw mail (RFC 5322), as in an `.eml` file. Undefined for an SMS, and if the source does not keep it, as Mailosaur. */
  readonly raw?: Buffer;
}

/** Parts of a mail, as its sender wrote them. */
export interface MailParts {
  readonly from?: string | undefined;
  readonly subject?: string | undefined;
  readonly plain?: string | undefined;
  readonly html?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Reason why the mail cannot be read. */
  readonly unreadable?: string;
}

/** Data of a message before it is decoded. */
export interface Envelope {
  readonly kind: MessageKind;
  readonly id: string;
  /** Sequence number: rises with every message of one source. A client resumes from it. */
  readonly seq: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Milliseconds since the epoch, by the source's clock. */
  readonly receivedAt: number;
  /** Size of the raw message, in bytes. */
  readonly size: number;
  /** Interface that the sink received it by, such as `smtp`, `resend` or `twilio`. */
  readonly via?: string;
}

/** A point in time of a source, given by its counters and not by a clock. */
export interface Mark {
  /** Sequence number of the newest message. */
  readonly seq: number;
  /** Number of SMTP connections opened so far. */
  readonly sessions: number;
  /** Number of refused deliveries so far. */
  readonly refusals: number;
  /** Number of messages evicted by the limits so far. */
  readonly evicted: number;
}

/** Events of a source since a mark, besides the messages for the address itself. */
export interface Sightings {
  /** SMTP connections since the mark; 0 means that no client connected. */
  readonly sessions: number;
  readonly openSessions: number;
  /** Newest refused deliveries since the mark, with their replies. */
  readonly refusals: readonly string[];
  /** Clock of the source, in milliseconds since the epoch. */
  readonly now: number;
  /** Messages to this address before the mark, which do not count; the newest of them in full. */
  readonly earlier: { readonly count: number; readonly newest: readonly OtherMessage[] };
  /** Messages to other addresses since the mark; the newest of them in full. */
  readonly others: { readonly count: number; readonly newest: readonly OtherMessage[] };
  /** Messages evicted by the limits since the mark. */
  readonly evicted: { readonly count: number; readonly toAddress: number; readonly cap: string };
}

/** A message that is not part of an inbox, as an error names it. */
export interface OtherMessage {
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** Milliseconds since the epoch, by the source's clock. */
  readonly receivedAt: number;
}
