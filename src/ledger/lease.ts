import { randomUUID } from 'node:crypto';
import { TwoFactorError } from '../core/errors.ts';
import type { Lease, LeaseOptions, QueuePosition } from './ledger.ts';

/** A holder may be silent for so long, in milliseconds, before others may take it for dead. */
const TTL = 10_000;
/** Notices get lost, and a dead holder sends none: look again after this long, in milliseconds. */
const LOOK_AGAIN = 500;

/** Somebody in line. */
export interface Ticket {
  readonly id: string;
  readonly owner: string;
  /** Milliseconds. */
  readonly ttl: number;
}

/** What a driver knows of the line for one key. */
export interface LeaseQueue {
  /**
   * Shows that the ticket's owner lives, drops the dead from the line, and tells where the ticket stands. One that is
   * not in line goes to its end if it may `enter`, else has no place.
   */
  stand(ticket: Ticket, enter: boolean): Promise<QueuePosition | undefined>;
  leave(ticket: Ticket): Promise<void>;
  /** Listens for changes of the line from this moment on. */
  listen(): Promise<Notices>;
}

export interface Notices {
  /** Resolves with the next notice, at once if one came since the last call, and after `ms` at the latest. */
  next(ms: number): Promise<void>;
  close(): void;
}

/** Stands in line until it is the ticket's turn. */
export async function holdLease(line: LeaseQueue, key: string, options: LeaseOptions): Promise<Lease> {
  const { timeout, owner, ttl = TTL, onWait, signal } = options;
  const ticket = { id: randomUUID(), owner, ttl };
  const started = performance.now();
  const aborted = signal ? [new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))] : [];
  let notices: Notices | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const place = await line.stand(ticket, true);
      if (place?.ahead === 0) return hold(line, ticket, key, place.fence);
      const left = started + timeout - performance.now();
      if (left <= 0) throw stillHeld(key, place, timeout, ttl);
      // Listens before it looks again, so that no change falls between.
      if (notices) await Promise.race([notices.next(Math.min(left, LOOK_AGAIN, ttl / 4)), ...aborted]);
      else {
        notices = await line.listen();
        if (place) onWait?.(place);
      }
    }
  } catch (error) {
    await line.leave(ticket).catch(() => undefined); // who cannot is taken for dead soon
    throw error;
  } finally {
    notices?.close();
  }
}

function hold(line: LeaseQueue, ticket: Ticket, key: string, fence: number): Lease {
  const lost = new AbortController();
  let lastSeen = performance.now();
  let isOver = false;
  const isHeld = async (): Promise<boolean> => {
    const asked = performance.now();
    const place = await line.stand(ticket, false);
    if (place?.ahead !== 0 || place.fence !== fence) return false;
    lastSeen = asked;
    return true;
  };
  const beat = setInterval(() => {
    void isHeld()
      .catch(() => performance.now() - lastSeen < ticket.ttl) // nobody could be asked
      .then((held) => {
        if (!held) lose();
      });
  }, ticket.ttl / 4).unref();
  const lose = (): void => {
    clearInterval(beat);
    if (!isOver) lost.abort(lostLease(key, ticket));
    isOver = true;
  };
  return {
    fence,
    lost: lost.signal,
    async isHeld() {
      const held = !isOver && (await isHeld());
      if (!held) lose();
      return held && !isOver;
    },
    async release() {
      isOver = true;
      clearInterval(beat);
      await line.leave(ticket);
    },
  };
}

function lostLease(key: string, { owner, ttl }: Ticket): TwoFactorError {
  const text = `${owner} has lost "${key}": it was not heard of for ${ttl / 1000} s, so another may hold it now. What it was doing was not saved. See what kept the process, or the connection to the ledger, from answering, and run it again.`;
  return new TwoFactorError('LEASE_LOST', text);
}

function stillHeld(key: string, place: QueuePosition | undefined, timeout: number, ttl: number): TwoFactorError {
  const others = place && place.ahead > 1 ? `, and ${place.ahead - 1} more were waiting before this one` : '';
  const text = `"${key}" was still held by ${place?.owner ?? 'another'} after ${(timeout / 1000).toFixed(1)} s${others}. See why it takes so long, or end it: a dead holder is noticed within ${ttl / 1000} s.`;
  return new TwoFactorError('LEASE_TIMEOUT', text);
}
