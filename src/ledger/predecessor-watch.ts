import { type FSWatcher, watch } from 'node:fs';
import { AsyncEvent } from './async-event.ts';
import { POLL_INTERVAL, type QueueChanges } from './lease.ts';

/** The place of a ticket in its queue. */
export interface Place {
  /** The heartbeat file of the ticket directly ahead. It is removed when that ticket leaves. */
  readonly predecessor: string;
  /** True if the ticket directly ahead holds the lease. */
  readonly isNext: boolean;
}

/**
 * Watches the ticket directly ahead. A ticket that leaves thus wakes one waiter, no matter how many there are.
 *
 * @see https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_Locks for the idea
 */
export class PredecessorWatch implements QueueChanges {
  readonly #place: () => Place | undefined;
  readonly #change = new AsyncEvent();
  #watched: string | undefined;
  #watcher: FSWatcher | undefined;

  /** @param place returns the current place of the ticket */
  constructor(place: () => Place | undefined) {
    this.#place = place;
    this.#watch(place());
  }

  async next(ms: number): Promise<void> {
    const place = this.#place();
    // The caller looks again after the watch begins, so that it misses no change in between.
    if (place?.predecessor !== this.#watched) return this.#watch(place);
    const polls = place?.isNext !== false || !this.#watcher;
    await this.#change.wait(polls ? Math.min(ms, POLL_INTERVAL) : ms);
  }

  close(): void {
    this.#watcher?.close();
  }

  #watch(place: Place | undefined): void {
    this.close();
    this.#watcher = undefined;
    this.#watched = place?.predecessor;
    if (!place) return;
    try {
      // A heartbeat is a change. It must wake nobody: each one that looks sends a heartbeat, which would wake the next.
      const onEvent = (event: string): void => void (event === 'rename' && this.#change.signal());
      this.#watcher = watch(place.predecessor, onEvent).on('error', () => undefined);
    } catch {
      // The ticket has just left, or the system has no watches left: the waiter polls.
    }
  }
}
