import type { MessageKind } from '../message/address.ts';
import type { HandOver, HandOverRequest } from '../message/hand-over.ts';
import type { Envelope, Message, Sightings } from '../message/message.ts';

/**
 * Where messages come from. A source does nothing until it is first asked; one serves all waits of a process.
 */
export interface Source {
  /** For people: it stands in error texts. */
  readonly name: string;

  /**
   * Starts to watch an address from this moment on. The moment is the source's own (a sequence number, an id), not a
   * clock's, so that a message that was there before is never seen, and none that comes after is missed.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` when the source does not answer, `SOURCE_REFUSED` when it answers no.
   */
  watch(kind: MessageKind, address: string): Promise<Watch>;

  /** An address that nobody else uses, where the source is the one to give them out. */
  createAddress?(kind: MessageKind): Promise<string>;

  /**
   * Asks a person on a page of the source, where it has pages.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED`
   */
  handOver?(request: HandOverRequest): Promise<HandOver>;

  /** Lets go of connections. Watches end with it. */
  close(): Promise<void>;
}

/** The messages to one address since a moment. */
export interface Watch {
  readonly kind: MessageKind;
  readonly address: string;

  /** All that came since the moment, oldest first. Empty means nothing yet. */
  readonly arrivals: readonly Arrival[];

  /**
   * Resolves when there are more than `seen` arrivals, at once if there are.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` when asking again cannot help. A fault that may pass is ridden out.
   */
  more(seen: number, signal: AbortSignal): Promise<void>;

  /**
   * Resolves when nothing that is on its way can still come to this address: a quiet moment passed, and whatever had
   * begun by then has come or was given up. A source that does not see what is on its way knows only the moment.
   *
   * @param quiet the moment, in milliseconds
   * @throws TwoFactorError `SOURCE_UNREACHABLE`
   */
  settled(quiet: number): Promise<void>;

  /** What else the source saw since the moment; asked when a wait was in vain. */
  sightings(): Promise<SourceSightings>;

  /** Ends the watch and frees its messages. */
  close(): void;
}

/** A message that came and that nobody may have looked into yet. */
export interface Arrival {
  readonly envelope: Envelope;
  /** Decodes on the first call. */
  message(): Promise<Message>;
}

export interface SourceSightings extends Sightings {
  /** How far the source's clock is ahead of this machine's, in milliseconds; it is known to half of its answer's time. */
  readonly clockOffset?: number;
  /** Where the source takes mail, such as `127.0.0.1:1025`. */
  readonly takesMailAt?: string;
  /** Set when the source was started anew since the moment, so that messages may be lost. */
  readonly restarted?: boolean;
}
