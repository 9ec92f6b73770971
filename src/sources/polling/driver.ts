import type { MessageKind } from '../../message/address.ts';
import type { MailParts } from '../../message/message.ts';
import type { OtpDevice } from '../../otp/otp-device.ts';

/** One address at a source. */
export interface SourceMailbox {
  readonly kind: MessageKind;
  /** The address as the caller spelled it. */
  readonly address: string;
  /** The normalized address. Addresses of one kind are compared in this form. */
  readonly folded: string;
  /** Aborted when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** A message whose content is not read yet. */
export interface SourceMessage {
  /** The source's own id of the message. It never changes. */
  readonly id: string;
  readonly from: string;
  /** Recipients, including blind copies if the source knows them. */
  readonly to: readonly string[];
  /** By the clock of the source. It is shown to people and compared with the filter `since`, and decides nothing else. */
  readonly receivedAt: Date | number;
  /** Returns the message as it came over the wire (RFC 5322, or the text of an SMS), or its parts; undefined if it is deleted. */
  read(): SourceContent | undefined | Promise<SourceContent | undefined>;
}

/** A message to another address, for the report of a timeout. */
export interface SourceSighting extends Pick<SourceMessage, 'from' | 'to' | 'receivedAt'> {
  readonly subject?: string | null | undefined;
}

export type SourceContent = string | Buffer | MailParts;

/** The callbacks and the signal of a push connection. */
export interface PushConnection {
  /** Call it when the connection is open: from then on no message is missed. */
  readonly opened: () => void;
  /** Call it when a message came. @param to its recipients. @default any address */
  readonly notify: (to?: readonly string[]) => void;
  /** Aborted when the connection is no longer needed. */
  readonly signal: AbortSignal;
}

/**
 * A program that holds messages, for `defineSource()`, which does all waiting, retrying and bookkeeping.
 *
 * Any error that a method throws counts as a transient fault, and the call is repeated. If the error has a member
 * `retryAfter`, the delay is that number of milliseconds. A `TwoFactorError` `SOURCE_REFUSED` or `SETTINGS_INVALID`
 * is final: it ends all waits at once.
 */
export interface SourceDriver<Mark = unknown> {
  /** Name of the source in error messages. */
  readonly name: string;
  /** Kinds of messages that the source carries. */
  readonly kinds: readonly MessageKind[];

  /** Returns the current position of the mailbox: a sequence number, or the ids of its messages. Never a clock time. */
  mark(box: SourceMailbox): Promise<Mark>;

  /**
   * Returns the messages that came to exactly this address since the mark, oldest first. It is called repeatedly and may
   * return the same messages again. An empty list means that none came yet.
   */
  since(mark: Mark, box: SourceMailbox): Promise<readonly SourceMessage[]>;

  /** Keeps a push connection open until it breaks or its signal is aborted. */
  push?(connection: PushConnection): Promise<void>;

  /**
   * Returns the delay from a poll that found nothing to the next, in milliseconds. Without a push connection this is a
   * budget: polls are placed where messages are due, and all waits of a process together make no more polls than this allows.
   *
   * @param polls number of polls of this wait that found nothing, from 1 on
   * @param isPushed true if a push connection is open
   * @default 250, growing by half up to 5000; 5000 with a push connection
   */
  delay?(polls: number, isPushed: boolean): number;

  /** Time that a message may take to reach the source, in milliseconds. Checks that no message comes wait this long. @default 500 */
  readonly lag?: number;

  /** Returns lines for the report of a timeout, for example that the plan's messages are used up. */
  notes?(box: SourceMailbox): Promise<readonly string[]>;
  /**
   * Returns the messages of the kind that came to any address since a moment, newest first, as far as one request shows
   * them. The timeout error lists these messages, so that a wrong address shows.
   *
   * @param since in milliseconds since the epoch, by the clock of the source
   */
  others?(since: number, box: SourceMailbox): Promise<readonly SourceSighting[]>;
  /** Returns how far the clock of the source is ahead of this machine's, in milliseconds; undefined if unknown. */
  clockOffset?(): number | undefined;

  /** As the member of `Source`. */
  device?(name: string): OtpDevice;
  createAddress?(kind: MessageKind, name: string): Promise<string | undefined>;
  isShared?(kind: MessageKind): boolean;
  useEnvironment?(env: Readonly<Record<string, string | undefined>>): void;
  close?(): Promise<void>;
}
