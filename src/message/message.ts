import type { MessageKind } from './address.ts';

/** A link in a message: its address byte for byte as it was sent, and the words a person clicks. */
export interface MessageLink {
  readonly href: string;
  /** The visible words of the link; empty for a bare address in a text. */
  readonly text: string;
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
