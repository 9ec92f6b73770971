import type { FindCodeOptions } from '../codes/find-code.ts';
import type { Message } from '../message/message.ts';
import type { RejectedMessage } from '../waiting/timed-out-wait.ts';
import type { WaitOptions } from './wait-options.ts';

/** One wait, and the messages that it has rejected so far. */
export interface Search<T> {
  /** `code`, `link` or `message`. */
  readonly what: string;
  readonly options: WaitOptions & FindCodeOptions;
  readonly read: (message: Message) => T;
  /** True if the message that is found is claimed. */
  readonly claims: boolean;
  /** True if claimed messages match, too. */
  readonly includesClaimed: boolean;
  /** By id. */
  readonly rejected: Map<string, RejectedMessage>;
  /** Id of the message that the wait has returned. */
  found?: string;
}

export interface FoundMessage<T> {
  readonly message: Message;
  readonly value: T;
}

/** A message, and what the waits made of it. */
export interface ReceivedMessage {
  readonly message: Message;
  /** Outcome of each wait that looked at the message, as text: `code: returned`. */
  readonly outcomes: readonly string[];
  /** Form of the code of the last wait for one. */
  readonly codeOptions: FindCodeOptions;
}

/** Returns what the waits made of a message. @param format form of the codes, if no wait stated one */
export function receivedMessage(
  message: Message,
  searches: readonly Search<unknown>[],
  format: FindCodeOptions,
): ReceivedMessage {
  const outcomes = searches.flatMap(({ what, found, rejected }) => {
    if (found === message.id) return [`${what}: returned`];
    const reason = rejected.get(message.id)?.reason;
    return reason === undefined ? [] : [`${what}: rejected, ${reason}`];
  });
  const codeOptions = searches.findLast(({ what }) => what === 'code')?.options ?? format;
  return { message, outcomes, codeOptions };
}
