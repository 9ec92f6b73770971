import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { TwoFactorError } from '../core/errors.ts';
import type { Lease, LeaseOptions, QueuePosition } from './ledger.ts';

/** Default time without a heartbeat after which others may take over a lease, in milliseconds. */
const TTL = 10_000;
/** Interval at which the next in line polls, in milliseconds: notices get lost, and a crashed holder sends none. */
export const POLL_INTERVAL = 500;

/** A place in the queue for a lease. */
export interface Ticket {
  readonly id: string;
  readonly owner: string;
  /** Milliseconds. */
  readonly ttl: number;
}

/** The queue for the lease on one key, as a driver stores it. The first ticket holds the lease. */
export interface LeaseQueue {
  /**
   * Sends a heartbeat for the ticket, removes expired tickets before it, and returns its position. A ticket that is not
   * queued goes to the end of the queue if `mayEnter` is true; otherwise it has no position.
   */
  enqueueOrRenew(ticket: Ticket, mayEnter: boolean): Promise<QueuePosition | undefined>;
  leave(ticket: Ticket): Promise<void>;
  /** Listens from this moment on for changes that may bring the ticket of the last call forward. */
  listen(): Promise<QueueChanges>;
  /**
   * Renames a file if the ticket is first in the queue, and returns false otherwise. It is one step with the check:
   * nobody takes the place of the ticket between the two.
   *
   * @default the check, then the rename
   */
  renameFile?(ticket: Ticket, from: string, to: string): Promise<boolean>;
}

export interface QueueChanges {
  /**
   * Resolves at the next change, at once if there was one since the last call, and after `ms` milliseconds at the
   * latest. Resolves earlier if a change may have been missed.
   */
  next(ms: number): Promise<void>;
  close(): void;
}

/** Queues for a lease until this process holds it. */
export async function waitForLease(queue: LeaseQueue, key: string, options: LeaseOptions): Promise<Lease> {
  const { timeout, owner, ttl = TTL, onWait, signal } = options;
  const ticket = { id: randomUUID(), owner, ttl };
  const started = performance.now();
  const aborted = signal ? [new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))] : [];
  let changes: QueueChanges | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const position = await queue.enqueueOrRenew(ticket, true);
      if (position?.ahead === 0) return createLease(queue, ticket, key, position.fence);
      const left = started + timeout - performance.now();
      if (left <= 0) throw leaseTimeout(key, position, timeout, ttl);
      // Listens before it looks again, so that it misses no change in between.
      if (changes) await Promise.race([changes.next(Math.min(left, ttl / 4)), ...aborted]);
      else {
        changes = await queue.listen();
        if (position) onWait?.(position);
      }
    }
  } catch (error) {
    await queue.leave(ticket).catch(() => undefined); // otherwise the ticket expires
    throw error;
  } finally {
    changes?.close();
  }
}

function createLease(queue: LeaseQueue, ticket: Ticket, key: string, fence: number): Lease {
  const lost = new AbortController();
  let lastRenewed = performance.now();
  let isOver = false;
  const renew = async (): Promise<boolean> => {
    const asked = performance.now();
    const position = await queue.enqueueOrRenew(ticket, false);
    if (position?.ahead !== 0 || position.fence !== fence) return false;
    lastRenewed = asked;
    return true;
  };
  const heartbeat = setInterval(() => {
    void renew()
      .catch(() => performance.now() - lastRenewed < ticket.ttl) // the ledger is unreachable: held until the ttl ends
      .then((isHeld) => {
        if (!isHeld) lose();
      });
  }, ticket.ttl / 4).unref();
  const lose = (): void => {
    clearInterval(heartbeat);
    if (!isOver) lost.abort(leaseLost(key, ticket));
    isOver = true;
  };
  const isHeld = async (): Promise<boolean> => {
    const isFirst = !isOver && (await renew());
    if (!isFirst) lose();
    return isFirst && !isOver;
  };
  const check = async (): Promise<void> => {
    if (!(await isHeld())) throw leaseLost(key, ticket);
  };
  return {
    fence,
    lost: lost.signal,
    isHeld,
    check,
    async renameFile(from, to) {
      if (!queue.renameFile || isOver) {
        await check();
        return await rename(from, to);
      }
      if (await queue.renameFile(ticket, from, to)) return;
      lose();
      throw leaseLost(key, ticket);
    },
    async release() {
      isOver = true;
      clearInterval(heartbeat);
      await queue.leave(ticket);
    },
  };
}

function leaseLost(key: string, { owner, ttl }: Ticket): TwoFactorError {
  const text = `${owner} lost the lease on "${key}": it sent no heartbeat for ${ttl / 1000} s, so another process may hold the lease now. Unfinished work was not saved. Find out what blocked the process or its connection to the ledger, then run it again.`;
  return new TwoFactorError('LEASE_LOST', text);
}

function leaseTimeout(key: string, position: QueuePosition | undefined, timeout: number, ttl: number): TwoFactorError {
  const others = position && position.ahead > 1 ? `, with ${position.ahead - 1} more waiting ahead of this one` : '';
  const text = `The lease on "${key}" was still held by ${position?.owner ?? 'another process'} after ${(timeout / 1000).toFixed(1)} s${others}. Find out why the holder takes so long, or end it: the lease of a crashed process is freed within ${ttl / 1000} s.`;
  return new TwoFactorError('LEASE_TIMEOUT', text);
}
