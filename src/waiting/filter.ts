import type { Message } from '../message/message.ts';
import { isFrom } from './sender.ts';

/** Selects messages. A message has to match all members that are set. */
export interface MessageFilter {
  /**
   * Address of the sender, or its domain without subdomains, or the number or name of a sender of SMS: all ignoring case.
   * Or a pattern for any of them.
   */
  readonly from?: string | RegExp;
  /** Part of the subject (ignoring case), or a pattern for it. */
  readonly subject?: string | RegExp;
  /** Only messages received at this time or later, by the clock of the source. A number is in milliseconds since the epoch. */
  readonly since?: Date | number;
  /** Any other condition. */
  readonly predicate?: (message: Message) => boolean;
}

/** Returns the reason why a message does not match a filter, or undefined if it matches. */
export function mismatch(message: Message, { from, subject, since, predicate }: MessageFilter): string | undefined {
  if (from !== undefined && !(typeof from === 'string' ? isFrom(message, from) : message.from.search(from) >= 0))
    return `its sender does not match ${shown(from)}`;
  if (subject !== undefined && !matches(message.subject, subject))
    return `its subject does not match ${shown(subject)}`;
  if (since !== undefined && message.receivedAt.getTime() < Number(since))
    return `it came before ${new Date(since).toISOString()}`;
  if (predicate && !predicate(message)) return 'the predicate rejects it';
  return undefined;
}

function matches(value: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? value.toLowerCase().includes(wanted.toLowerCase()) : value.search(wanted) >= 0;
}

function shown(wanted: string | RegExp): string {
  return typeof wanted === 'string' ? `"${wanted}"` : String(wanted);
}
