import type { MessageStore } from './store.ts';

/** Messages that a sink keeps: all, those not claimed yet, or those up to an age in milliseconds. */
export type Retention = 'all' | 'claimed' | number;

/** Longest time of a timer of Node, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1;

export interface RetentionClock {
  now(): number;
  /** Calls the function later, without keeping the process alive. */
  after(milliseconds: number, work: () => void): void;
}

const CLOCK: RetentionClock = {
  now: () => Date.now(),
  after: (milliseconds, work) => void setTimeout(work, milliseconds).unref(),
};

/** Deletes messages that are claimed by all their recipients, or too old. */
export function retain(store: MessageStore, retention: Retention, clock: RetentionClock = CLOCK): void {
  if (retention === 'claimed') deleteClaimed(store, clock);
  else if (retention !== 'all') deleteOld(store, retention, clock);
}

function deleteClaimed(store: MessageStore, clock: RetentionClock): void {
  store.onClaim(({ message }) => {
    const open = message.folded.some((recipient) => !message.claims.some(({ folded }) => folded === recipient));
    // Later: other listeners read the message.
    if (!open) clock.after(0, () => store.delete([message]));
  });
}

function deleteOld(store: MessageStore, maxAge: number, clock: RetentionClock): void {
  let isSet = false;
  const set = (): void => {
    const oldest = store.since(0).next();
    if (isSet || oldest.done) return;
    isSet = true;
    const rest = oldest.value.envelope.receivedAt + maxAge - clock.now();
    clock.after(Math.min(Math.max(rest, 0), MAX_TIMER), sweep);
  };
  const sweep = (): void => {
    isSet = false;
    const limit = clock.now() - maxAge;
    store.delete([...store.since(0)].filter(({ envelope }) => envelope.receivedAt <= limit));
    set();
  };
  store.onMessage(set);
  set();
}
