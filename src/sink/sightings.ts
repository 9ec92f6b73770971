import { newestWithLookAlikes } from '../message/look-alike.ts';
import { readSubject } from '../message/fast-mime.ts';
import type { Mark, OtherMessage, Sightings } from '../message/message.ts';
import type { MessageStore } from './store.ts';
import type { StoredMessage } from './stored-message.ts';

/** Maximum number of messages that a report lists. */
const MAX_LISTED = 5;
/** Maximum length of the recipients and of the subject in a report, in characters. */
const MAX_TEXT = 1000;

/** Returns what the sink saw since a mark, besides the messages to an address. @param folded the address, folded for comparison */
export function sightingsSince(store: MessageStore, mark: Mark, folded: string): Sightings {
  const now = store.mark();
  const others = [...store.since(mark.seq)].filter((message) => !message.folded.includes(folded));
  const newest = newestWithLookAlikes(others, (message) => message.folded, folded, MAX_LISTED).map(describe);
  const earlier = [...store.since(0)].filter(
    (message) => message.envelope.seq <= mark.seq && message.folded.includes(folded),
  );
  return {
    now: Date.now(),
    earlier: { count: earlier.length, newest: earlier.slice(-MAX_LISTED).map(describe) },
    sessions: now.sessions - mark.sessions,
    openSessions: store.openSessions,
    refusals: store.refusalsSince(mark).slice(-MAX_LISTED),
    others: { count: others.length, newest },
    evicted: {
      count: now.evicted - mark.evicted,
      toAddress: store.evictedSince(mark, folded),
      cap: `${store.maxMessages} messages or ${Math.round(store.maxBytes / 2 ** 20)} MiB`,
    },
  };
}

function describe({ envelope, allocation }: StoredMessage): OtherMessage {
  const subject = envelope.kind === 'email' ? readSubject(allocation.bytes) : '';
  const { kind, from, to, receivedAt } = envelope;
  return { kind, from: short(from), to: short(to.join(', ')), subject: short(subject), receivedAt };
}

function short(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
