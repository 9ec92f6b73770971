import type { MessageKind } from '../../message/address.ts';
import type { MailParts } from '../../message/message.ts';
import type { OtpDevice } from '../../otp/otp-device.ts';

/** One address at a source. */
export interface SourceMailbox {
  readonly kind: MessageKind;
  /** As it was asked for. */
  readonly address: string;
  /** The one spelling under which addresses of its kind are compared. */
  readonly folded: string;
  /** Set off when nobody needs the answer any more. */
  readonly signal: AbortSignal;
}

/** A message, before anybody has read it. */
export interface SourceMessage {
  /** The source's own name for it, which it keeps. */
  readonly id: string;
  readonly from: string;
  /** Whom it was delivered to, blind copies included where that is known. */
  readonly to: readonly string[];
  /** By the clock of the source: for people, and for the filter `since`. Nothing is found or lost by it. */
  readonly receivedAt: Date | number;
  /** The message itself: as it came over the wire (RFC 5322, or the text of an SMS), or its parts; nothing when it is gone. */
  read(): SourceContent | undefined | Promise<SourceContent | undefined>;
}

/** What is told of a message to somebody else. */
export interface SourceSighting extends Pick<SourceMessage, 'from' | 'to' | 'receivedAt'> {
  readonly subject?: string | null | undefined;
}

export type SourceContent = string | Buffer | MailParts;

/** What a driver tells of the line over which its source pushes. */
export interface PushConnection {
  /** It is open: from here on nothing is missed. */
  readonly opened: () => void;
  /** Something came, to these addresses or to anybody. */
  readonly notify: (to?: readonly string[]) => void;
  /** Set off when the line is not needed any more. */
  readonly signal: AbortSignal;
}

/**
 * What `defineSource()` needs of a program that holds messages. All waiting, repeating and remembering is done for it.
 *
 * Whatever a call throws counts as a fault that may pass, and is repeated (an error with a member `retryAfter`: after so
 * many milliseconds), but for a `TwoFactorError`: `SOURCE_REFUSED` and `SETTINGS_INVALID` end all waits at once.
 */
export interface SourceDriver<Mark = unknown> {
  /** For people: it stands in error texts. */
  readonly name: string;
  /** What it carries. */
  readonly kinds: readonly MessageKind[];

  /** Where the box stands now: a sequence number, or the ids of what is in it; not the time of a clock. */
  mark(box: SourceMailbox): Promise<Mark>;

  /**
   * What came to exactly this address since the mark, oldest first. It is called again and again, and may name again what
   * it named before. Empty means nothing yet.
   */
  since(mark: Mark, box: SourceMailbox): Promise<readonly SourceMessage[]>;

  /** Keeps a line open over which the source says that something came, until it breaks or is not needed any more. */
  push?(line: PushConnection): Promise<void>;

  /**
   * How long after a look that found nothing to look again, in milliseconds. Where no line is open this is a budget: looks
   * fall when a message is due, as those before it were, and all waits of a process make no more than this gives.
   *
   * @param looks how many looks of this wait found nothing, from 1 on
   * @param isPushed whether a line is open
   * @default 250, growing by half to 5000; 5000 where a line is open
   */
  delay?(looks: number, isPushed: boolean): number;

  /** How long a message may be on its way before the source can see it, in milliseconds: for who waits for none. @default 500 */
  readonly lag?: number;

  /** What a person should know when nothing came, such as that the plan's messages are used up. */
  notes?(box: SourceMailbox): Promise<readonly string[]>;
  /**
   * What came of its kind to anybody since a moment, newest first, as far as one question tells: in a wait in vain it
   * shows a wrong address.
   *
   * @param since in milliseconds since the epoch, by the clock of the source
   */
  others?(since: number, box: SourceMailbox): Promise<readonly SourceSighting[]>;
  /** How far its clock is ahead of this machine's, in milliseconds, where it has said. */
  clockOffset?(): number | undefined;

  /** As of a `Source`. */
  device?(name: string): OtpDevice;
  createAddress?(kind: MessageKind, name: string): Promise<string | undefined>;
  isShared?(kind: MessageKind): boolean;
  useEnvironment?(env: Readonly<Record<string, string | undefined>>): void;
  close?(): Promise<void>;
}
