import type { Mark } from '../../message/message.ts';
import type { MessageStore } from '../store.ts';

/** A mark that a client passed. */
export interface GivenMark {
  readonly mark: Mark;
  /** True if the mark is of an earlier start of the sink, whose messages are gone. */
  readonly isOfEarlierSink: boolean;
}

/** `INSTANCE-SEQ`, as the id of a message is, with the other counters of a mark after it. */
const MARK =
  /^(?<instance>[\da-f]{12})-(?<seq>\d{1,15})(?:-(?<sessions>\d{1,15})-(?<refusals>\d{1,15})-(?<evicted>\d{1,15}))?$/;
const SEQUENCE_NUMBER = /^\d{1,15}$/;

/** Returns the mark of this moment as text. It begins with the id that the newest message has. */
export function markText(store: MessageStore): string {
  const { seq, sessions, refusals, evicted } = store.mark();
  return [store.instance, seq, sessions, refusals, evicted].join('-');
}

/** Reads a mark: that of `markText()`, the id of a message, or a sequence number. Returns `undefined` if it is invalid. */
export function readMark(text: string, store: MessageStore): GivenMark | undefined {
  const now = store.mark();
  if (SEQUENCE_NUMBER.test(text)) return { mark: { ...now, seq: Number(text) }, isOfEarlierSink: false };
  const { groups } = MARK.exec(text) ?? {};
  if (!groups) return undefined;
  const { instance, seq, sessions, refusals, evicted } = groups;
  if (instance !== store.instance)
    return { mark: { seq: 0, sessions: 0, refusals: 0, evicted: 0 }, isOfEarlierSink: true };
  const counters =
    sessions === undefined ? {} : { sessions: Number(sessions), refusals: Number(refusals), evicted: Number(evicted) };
  return { mark: { ...now, ...counters, seq: Number(seq) }, isOfEarlierSink: false };
}
