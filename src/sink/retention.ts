import type { MessageStore } from './store.ts';
import type { StoredMessage } from './stored-message.ts';

/**
 * Time for which messages are kept: `all` until a cap evicts them, `claimed` until each recipient has claimed the code or
 * the link, or a maximum age in milliseconds.
 */
export type Retention = 'all' | 'claimed' | { readonly maxAge: number };

/** Longest delay of a timer, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** Deletes messages as a retention says. Returns a function that ends it. */
export function applyRetention(store: MessageStore, retention: Retention, now: () => number = Date.now): () => void {
  if (retention === 'all') return () => undefined;
  return retention === 'claimed' ? deleteClaimed(store) : deleteAfter(store, retention.maxAge, now);
}

function deleteClaimed(store: MessageStore): () => void {
  // A killed sink may have kept the claim, but not deleted the message.
  store.delete([...store.since(0)].filter(isClaimed));
  return store.onClaim(({ message }) => {
    if (isClaimed(message)) store.delete([message]);
  });
}

/** True if each recipient has claimed the message. */
function isClaimed({ claims, folded }: StoredMessage): boolean {
  const claimed = new Set(claims.map((claim) => claim.folded));
  return folded.length > 0 && folded.every((recipient) => claimed.has(recipient));
}

function deleteAfter(store: MessageStore, maxAge: number, now: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer = undefined;
    for (const message of store.since(0)) {
      const left = message.envelope.receivedAt + maxAge - now();
      if (left <= 0) {
        store.delete([message]);
        continue;
      }
      // The oldest is first, so the others have more time left.
      timer = setTimeout(schedule, Math.min(left, MAX_DELAY));
      timer.unref();
      return;
    }
  };
  schedule(); // for messages of an earlier run
  const remove = store.onMessage(() => {
    if (!timer) queueMicrotask(() => timer ?? schedule());
  });
  return () => {
    remove();
    clearTimeout(timer);
    timer = undefined;
  };
}
