import type { Message } from '../message/message.ts';
import type { SourceArrival } from '../sources/source.ts';
import type { ClaimedMessages } from './claimed-messages.ts';
import { mismatch } from '../waiting/filter.ts';
import type { Search } from './search.ts';
import { tryToRead } from '../waiting/try-to-read.ts';

/**
 * Returns the end of a step title that reports a code whose sender is not that of the first code: somebody may have sent
 * it to be typed. Empty if there is only one sender.
 */
export async function otherSender(
  oldestFirst: readonly SourceArrival[],
  found: Message,
  search: Search<unknown>,
  claimed: ClaimedMessages,
): Promise<string> {
  if (search.what !== 'code') return '';
  for (const arrival of oldestFirst.slice(search.options.after ?? 0)) {
    const message = await arrival.message();
    if (message.id === found.id) return '';
    const isFree = claimed.ownerOf(message) === undefined && mismatch(message, search.options) === undefined;
    if (isFree && message.from !== found.from && 'value' in tryToRead(message, search.read))
      return `; an earlier code came from ${message.from}`;
  }
  return '';
}
