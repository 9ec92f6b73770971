import type { TwoFactorError } from '../core/errors.ts';
import type { MessageKind } from '../message/address.ts';
import type { Envelope, Message } from '../message/message.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import type { Fault } from '../protocol/fault.ts';
import type { Handoff, HandoffRequest } from '../protocol/handoff.ts';
import type { SourceSightings } from '../waiting/sightings.ts';

export type { RequestCounts, SourceSightings } from '../waiting/sightings.ts';
import type { Owner } from '../message/owner.ts';

/**
 * A source of messages. It does nothing until it is first used. One source serves all waits of a process, over one
 * connection if it needs any. The maker of a source closes it; sources of a configuration are closed with the worker.
 *
 * `defineSource()` makes one from a program that can list messages. `describeSource()` of `playwright-2fa/testing`
 * declares the tests of this contract.
 */
export interface Source {
  /** Name of the source in error messages, such as `Mailpit at http://127.0.0.1:8025`. */
  readonly name: string;

  /** Kinds of messages that the source carries. @default both */
  readonly kinds?: readonly MessageKind[];

  /**
   * Starts to watch an address. The start is a position of the source (a sequence number, an id), not a clock time, so
   * that no older message is returned and no newer one is missed.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` if the source does not answer, `SOURCE_REFUSED` if it refuses
   */
  watch(kind: MessageKind, address: string): Promise<SourceWatch>;

  /**
   * Returns an address for a persona that has none, if the source determines the addresses it can receive at. Without
   * it, or if it returns undefined, the e-mail address is `name` at a domain that does not exist, and there is no number.
   *
   * @param name unique name of the persona, valid as the local part of an e-mail address
   */
  createAddress?(kind: MessageKind, name: string): Promise<string | undefined>;

  /** True if other personas get the same address from `createAddress()`, so that messages have to be claimed. @default false */
  isShared?(kind: MessageKind): boolean;

  /** Passes the variables of the process and of `.env`. Called before any other method. */
  useEnvironment?(env: Readonly<Record<string, string | undefined>>): void;

  /**
   * Asks a person on a web page of the source. Only sources with web pages have it.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED`
   */
  handoff?(request: HandoffRequest): Promise<Handoff>;

  /**
   * Replaces the faults of deliveries to an address. They end with the connection to the source. Only the sink has them.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE`, or `SOURCE_REFUSED` if a fault is invalid
   */
  setFaults?(kind: MessageKind, address: string, faults: readonly Fault[]): Promise<void>;

  /**
   * Returns an authenticator that the service hosts, or undefined if the service hosts none. Sends no request yet.
   *
   * @param name name or id of the authenticator at the service
   */
  device?(name: string): OtpDevice | undefined;

  /** Closes all connections and watches. Running waits fail with `WAIT_ABORTED`. */
  close(): Promise<void>;
}

/** The messages to one address since a moment. */
export interface SourceWatch {
  readonly kind: MessageKind;
  readonly address: string;

  /** Name of the source in error messages. @default 'the sink' */
  readonly source?: string;

  /** All messages since the start of the watch, in the order in which they came. */
  readonly arrivals: readonly SourceArrival[];

  /**
   * Resolves when there are more than `seen` arrivals, at once if there are. Transient faults (a lost connection, 5xx,
   * 429, an answer that cannot be read) are retried.
   *
   * @param signal ends this wait and no other; the promise rejects with its reason
   * @throws TwoFactorError `SOURCE_REFUSED` or `SOURCE_UNREACHABLE` if a retry cannot help
   */
  more(seen: number, signal: AbortSignal): Promise<void>;

  /** Fetches new messages at once. A source that pushes all messages does not need it. */
  poll?(): Promise<void>;

  /**
   * Resolves when no message is on its way to this address: a quiet time passed, and each delivery that began by then
   * has ended. A source that cannot see deliveries waits for the quiet time only.
   *
   * @param quiet in milliseconds
   * @throws TwoFactorError `SOURCE_UNREACHABLE`
   */
  settled(quiet: number): Promise<void>;

  /** Returns what else the source saw since the start of the watch, for the report of a timeout. */
  sightings(): Promise<SourceSightings>;

  /**
   * Returns an error if the source did not answer at last, so that it is unknown whether a message came. A wait that
   * times out then fails with this error instead of `CODE_TIMEOUT`. @default undefined
   */
  outage?(): TwoFactorError | undefined;

  /** Tells the source whose the address is. Returns at once, and never fails. */
  belongsTo?(owner: Owner): void;

  /**
   * Tells the source that a message is claimed. Never fails. A source that other programs read at the same time resolves
   * with the name of the one that has claimed the message before.
   *
   * @param id id of the message
   */
  claimed?(id: string, owner: Owner): Promise<string | undefined> | void;

  /** Ends the watch and frees its messages. */
  close(): void;
}

/** A message that came and may not be decoded yet. */
export interface SourceArrival {
  readonly envelope: Pick<Envelope, 'id' | 'seq'>;
  /** Decodes the message on the first call. */
  message(): Promise<Message>;
}
