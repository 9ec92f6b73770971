import { MINUTE } from '../core/durations.ts';
import { pauseAfter } from './backoff.ts';
import type { KeeperClock } from './clock.ts';
import type { SendEvent } from './event-sender.ts';
import type { KeepRecord, KeepRecords } from './keep-record.ts';
import { DELIVERY_TURN } from './next-record.ts';
import type { SessionEvent } from './session-event.ts';

export interface EventOutboxOptions {
  readonly records: KeepRecords;
  /** @default nobody is told */
  readonly send: SendEvent | undefined;
  readonly clock: KeeperClock;
}

/**
 * Delivers the events of a profile in their order, each at least once. They are in the ledger until then, so that those
 * of a keeper that was killed are delivered by another.
 */
export class EventOutbox {
  readonly #options: EventOutboxOptions;

  constructor(options: EventOutboxOptions) {
    this.#options = options;
  }

  /** Delivers the events of a record whose time has come. */
  async deliverDue(name: string, { events, eventsAt = 0 }: KeepRecord): Promise<void> {
    const { send, clock } = this.#options;
    const now = clock.now();
    if (!send || events.length === 0 || eventsAt > now || !(await this.#takeTurn(name, now))) return;
    await this.deliver(name, events);
  }

  /** Delivers events, for a keeper that has its turn. A delivery that fails is tried again after a growing pause. */
  async deliver(name: string, events: readonly SessionEvent[]): Promise<void> {
    const { records, send, clock } = this.#options;
    if (!send) return;
    const delivered = new Set<string>();
    for (const event of events) {
      if (!(await send(event))) break;
      delivered.add(event.id);
    }
    const isDone = delivered.size === events.length;
    await records.update(name, (record) => {
      const left = record.events.filter(({ id }) => !delivered.has(id));
      const { eventsAt: _turn, ...others } = record;
      if (isDone) return { ...others, events: left, eventFailures: 0 };
      const eventFailures = record.eventFailures + 1;
      const pause = pauseAfter('unreachable', eventFailures, MINUTE, () => clock.random());
      return { ...others, events: left, eventFailures, eventsAt: clock.now() + pause };
    });
  }

  async #takeTurn(name: string, now: number): Promise<boolean> {
    let isMine = false;
    await this.#options.records.update(name, (record) => {
      isMine = (record.eventsAt ?? 0) <= now;
      return isMine ? { ...record, eventsAt: now + DELIVERY_TURN } : record;
    });
    return isMine;
  }
}
