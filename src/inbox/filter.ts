import type { Message } from '../message/message.ts';

/** Which messages count. All that is given must fit. */
export interface MessageFilter {
  /** A part of the sender's address, or a pattern for it. */
  readonly from?: string | RegExp;
  /** A part of the subject, or a pattern for it. */
  readonly subject?: string | RegExp;
  /** Only messages received at this time or later, by the clock of the source. */
  readonly since?: Date | number;
  /** Anything else that a message must be. */
  readonly predicate?: (message: Message) => boolean;
}

/** Why a message does not fit a filter. */
export function mismatch(message: Message, { from, subject, since, predicate }: MessageFilter): string | undefined {
  if (from !== undefined && !fits(message.from, from)) return `its sender is not ${shown(from)}`;
  if (subject !== undefined && !fits(message.subject, subject)) return `its subject does not have ${shown(subject)}`;
  if (since !== undefined && message.receivedAt.getTime() < Number(since))
    return `it came before ${new Date(since).toISOString()}`;
  if (predicate && !predicate(message)) return 'the predicate says no';
  return undefined;
}

function fits(value: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? value.toLowerCase().includes(wanted.toLowerCase()) : value.search(wanted) >= 0;
}

function shown(wanted: string | RegExp): string {
  return typeof wanted === 'string' ? `"${wanted}"` : String(wanted);
}
