import type { MessageKind } from '../message/address.ts';
import type { TwoFactorError } from '../core/errors.ts';
import type { Handoff, HandoffRequest } from '../protocol/handoff.ts';
import type { Envelope, Message, Sightings } from '../message/message.ts';
import type { OtpDevice } from '../otp/otp-device.ts';

/**
 * Where messages come from. A source does nothing until it is first asked; one serves all waits of a process, over one
 * connection where it needs any. Whoever makes a source closes it; those of a configuration are closed with the worker.
 *
 * `defineSource()` makes one of a program that can be asked for messages; `describeSource()` of `playwright-2fa/testing`
 * shows that one keeps all of this.
 */
export interface Source {
  /** For people: it stands in error texts, such as `Mailpit at http://127.0.0.1:8025`. */
  readonly name: string;

  /** What it carries. @default both */
  readonly kinds?: readonly MessageKind[];

  /**
   * Starts to watch an address from this moment on. The moment is the source's own (a sequence number, an id), not a
   * clock's, so that a message that was there before is never seen, and none that comes after is missed.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` when the source does not answer, `SOURCE_REFUSED` when it answers no.
   */
  watch(kind: MessageKind, address: string): Promise<SourceWatch>;

  /**
   * An address for a persona that has none, where the source is the one to say which it can receive at. Without it, or
   * if it answers nothing, an e-mail address is `name` at a domain that nobody has, and there is no number.
   *
   * @param name what no other persona is called, fit for the local part of an e-mail address
   */
  createAddress?(kind: MessageKind, name: string): Promise<string | undefined>;

  /** Whether what `createAddress()` gives is given to others, too, so that messages have to be claimed. @default false */
  isShared?(kind: MessageKind): boolean;

  /** Hands it the variables of the process and of `.env`, before anything else is asked. */
  useEnvironment?(env: Readonly<Record<string, string | undefined>>): void;

  /**
   * Asks a person on a page of the source, where it has pages.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED`
   */
  handoff?(request: HandoffRequest): Promise<Handoff>;

  /**
   * An authenticator that the service keeps; nothing, if it keeps none. It is not asked yet.
   *
   * @param name what it is called there, or its id
   */
  device?(name: string): OtpDevice | undefined;

  /** Lets go of connections. Watches end with it: a wait fails with `WAIT_ABORTED`. */
  close(): Promise<void>;
}

/** The messages to one address since a moment. */
export interface SourceWatch {
  readonly kind: MessageKind;
  readonly address: string;

  /** What it watches at, for error texts. @default 'the sink' */
  readonly source?: string;

  /** All that came since the moment, in the order in which they came. Empty means nothing yet. */
  readonly arrivals: readonly SourceArrival[];

  /**
   * Resolves when there are more than `seen` arrivals, at once if there are. A fault that may pass (a lost connection,
   * 5xx, 429, an answer that cannot be read) is ridden out.
   *
   * @param signal ends this wait, and no other: it throws what the signal was aborted with
   * @throws TwoFactorError `SOURCE_REFUSED` or `SOURCE_UNREACHABLE` when asking again cannot help
   */
  more(seen: number, signal: AbortSignal): Promise<void>;

  /** Asks at once what has come. A source that pushes all by itself has no need of it. */
  poll?(): Promise<void>;

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

  /**
   * Why it cannot be said that nothing came: the source did not answer at last. A wait that ends now is not
   * `CODE_TIMEOUT` but this. @default it can always be said
   */
  outage?(): TwoFactorError | undefined;

  /** Ends the watch and frees its messages. */
  close(): void;
}

/** A message that came and that nobody may have looked into yet. */
export interface SourceArrival {
  readonly envelope: Pick<Envelope, 'id' | 'seq'>;
  /** Decodes on the first call. */
  message(): Promise<Message>;
}

/** What a source saw; each member only where it can see that. */
export interface SourceSightings extends Partial<Sightings> {
  /** How far the source's clock is ahead of this machine's, in milliseconds; it is known to half of its answer's time. */
  readonly clockOffset?: number;
  /** Where the source takes mail, such as `127.0.0.1:1025`. */
  readonly takesMailAt?: string;
  /** Set when the source was started anew since the moment, so that messages may be lost. */
  readonly restarted?: boolean;
  /** How often it was asked since the moment, and how often in vain. */
  readonly asked?: RequestCounts;
  /** What else a person should know, such as that the plan's messages are used up. */
  readonly notes?: readonly string[];
}

export interface RequestCounts {
  readonly times: number;
  readonly faults: number;
  /** What the last fault was, with the HTTP status where there is one. */
  readonly lastFault?: string;
}
