import type { MessageKind } from './address.ts';

/** A link in a message: its address byte for byte as it was sent, and the words a person clicks. */
export interface MessageLink {
  readonly href: string;
  /** The visible words of the link; empty for a bare address in a text. */
  readonly text: string;
  /** What stands before it: the rest of its line, or the line above. */
  readonly before: string;
}

/** A decoded e-mail or SMS. */
export interface Message {
  readonly kind: MessageKind;
  /** The source's own name for it, unique within the source. */
  readonly id: string;
  /** The sender: an address, a number, or the name that an SMS gateway puts there. */
  readonly from: string;
  /** Whom it was delivered to (the SMTP envelope, so that blind copies count). */
  readonly to: readonly string[];
  /** Empty for an SMS. */
  readonly subject: string;
  /** What a person would read: the HTML part as a browser shows it, else the plain text. */
  readonly text: string;
  /** The plain-text part as it was sent, where there is one beside the HTML. */
  readonly plain?: string;
  /** The HTML part as it was sent. */
  readonly html?: string;
  /** In the order of the message, each address once. */
  readonly links: readonly MessageLink[];
  /** Header names in lower case; the last of several wins. Empty for an SMS. */
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: Date;
  /** The mail as it came over the wire (RFC 5322), as an `.eml` file holds it, where the source keeps it: Mailosaur does not. None of an SMS. */
  readonly raw?: Buffer;
}

/** The parts of a mail, as its sender wrote them. */
export interface MailParts {
  readonly from?: string | undefined;
  readonly subject?: string | undefined;
  readonly plain?: string | undefined;
  readonly html?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a source knows of a message before anybody decodes it. */
export interface Envelope {
  readonly kind: MessageKind;
  readonly id: string;
  /** Rises with every message of one source; what a client resumes from. */
  readonly seq: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Milliseconds since the epoch, by the source's clock. */
  readonly receivedAt: number;
  /** Bytes of the raw message. */
  readonly size: number;
}

/** A moment in the life of a source, by its counters and not by a clock. */
export interface Mark {
  /** The newest message at that moment. */
  readonly seq: number;
  /** SMTP connections opened until then. */
  readonly sessions: number;
  /** Refused deliveries until then. */
  readonly refusals: number;
  /** Messages pushed out by the caps until then. */
  readonly evicted: number;
}

/** What a source saw since a mark, beside the messages for the address itself. */
export interface Sightings {
  /** SMTP connections since the mark; 0 means that nobody even called. */
  readonly sessions: number;
  readonly openSessions: number;
  /** The newest refused deliveries since the mark, with the reply they got. */
  readonly refusals: readonly string[];
  /** The source's clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Messages to this very address before the mark, which do not count; the newest of them by name. */
  readonly earlier: { readonly count: number; readonly newest: readonly OtherMessage[] };
  /** Messages to other addresses since the mark; the newest of them by name. */
  readonly others: { readonly count: number; readonly newest: readonly OtherMessage[] };
  /** Messages pushed out by the caps since the mark. */
  readonly evicted: { readonly count: number; readonly toAddress: number; readonly cap: string };
}

export interface OtherMessage {
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** Milliseconds since the epoch, by the source's clock. */
  readonly receivedAt: number;
}
