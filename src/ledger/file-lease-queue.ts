import { existsSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isProcessAlive } from '../core/process-alive.ts';
import { createFile, isMissing } from './disk.ts';
import type { LeaseQueue, QueueChanges, Ticket } from './lease.ts';
import type { QueuePosition } from './ledger.ts';
import { type Place, PredecessorWatch } from './predecessor-watch.ts';
import { EPHEMERAL } from './prune.ts';
import type { VersionedFile } from './versioned-file.ts';

/** A ticket as it is stored in the queue. */
interface QueueEntry extends Ticket {
  readonly fence: number;
  readonly pid: number;
  readonly machine: string;
  /** A rename that the holder began, as paths relative to the ledger. */
  readonly rename?: Rename;
}

type Rename = readonly [from: string, to: string];

/** The queue for a lease, as stored on disk: the first entry holds the lease. */
export interface Queue {
  readonly entries: readonly QueueEntry[];
}

export interface FileLeaseQueueOptions {
  readonly file: VersionedFile<Queue>;
  /** The folder of the ledger. */
  readonly folder: string;
  /** The name of this machine. */
  readonly machine: string;
}

/**
 * The queue for a lease in a versioned file, as one waiter sees it. A waiter checks and watches only the ticket directly
 * ahead, so that the cost of a waiter does not depend on the length of the queue.
 */
export class FileLeaseQueue implements LeaseQueue {
  readonly #folder: string;
  readonly #file: VersionedFile<Queue>;
  readonly #machine: string;
  /** The last heartbeat seen of each other ticket, and when this process first saw it, by the monotonic clock. */
  readonly #lastHeartbeats = new Map<string, { readonly heartbeat: number; readonly seenAt: number }>();
  #place: Place | undefined;

  constructor({ file, folder, machine }: FileLeaseQueueOptions) {
    this.#folder = folder;
    this.#file = file;
    this.#machine = machine;
  }

  async enqueueOrRenew(ticket: Ticket, mayEnter: boolean): Promise<QueuePosition | undefined> {
    let entries = this.#entries();
    const isQueued = indexOf(ticket, entries) >= 0;
    if (!isQueued && !mayEnter) return undefined;
    this.#beat(ticket.id);
    const expired = this.#expiredBefore(ticket, entries);
    if (!isQueued || expired.size > 0) {
      const { id, owner, ttl } = ticket;
      this.#file.update((queue, version) => {
        entries = queue?.entries ?? [];
        const alive = entries.filter((entry) => !expired.has(entry.id));
        const isStillQueued = indexOf(ticket, alive) >= 0;
        if (isStillQueued ? alive.length === entries.length : !mayEnter) return undefined;
        for (const entry of entries) if (expired.has(entry.id)) this.#rename(entry.rename);
        const own = { id, owner, ttl, fence: version, pid: process.pid, machine: this.#machine };
        entries = isStillQueued ? alive : [...alive, own];
        return { entries };
      });
      for (const id of expired) this.#removeHeartbeat(id);
    }
    return this.#positionOf(ticket, entries);
  }

  async leave(ticket: Ticket): Promise<void> {
    this.#file.update((queue) => {
      const entries = queue?.entries ?? [];
      const others = entries.filter(({ id }) => id !== ticket.id);
      return others.length < entries.length ? { entries: others } : undefined;
    });
    this.#removeHeartbeat(ticket.id); // after the change, because it wakes the next in line
  }

  async listen(): Promise<QueueChanges> {
    return new PredecessorWatch(() => this.#place);
  }

  /**
   * Stores the rename in the queue, and then renames. If the holder is suspended in between, the process that removes its ticket
   * renames. Only the first of the two finds the old path.
   */
  async renameFile(ticket: Ticket, from: string, to: string): Promise<boolean> {
    statSync(from); // later, a missing file means that another process has completed the rename
    const rename: Rename = [relative(this.#folder, from), relative(this.#folder, to)];
    let isHeld = false;
    this.#file.update((queue) => {
      const [first, ...others] = queue?.entries ?? [];
      isHeld = first?.id === ticket.id;
      if (!first || !isHeld || String(first.rename) === String(rename)) return undefined;
      return { entries: [{ ...first, rename }, ...others] };
    });
    if (isHeld) this.#rename(rename);
    return isHeld;
  }

  #entries(): readonly QueueEntry[] {
    return this.#file.read().state?.entries ?? [];
  }

  #rename(paths: Rename | undefined): void {
    if (!paths) return;
    const [from, to] = paths.map((path) => join(this.#folder, path)) as [string, string];
    try {
      renameSync(from, to);
    } catch (error) {
      if (!isMissing(error) || existsSync(from)) throw error;
    }
  }

  #beat(id: string): void {
    const path = this.#heartbeatOf(id);
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch (error) {
      if (!isMissing(error)) throw error;
      createFile(path, '');
    }
  }

  #removeHeartbeat(id: string): void {
    rmSync(this.#heartbeatOf(id), { force: true });
  }

  /** Returns a file whose modification time is the last heartbeat of a ticket. */
  #heartbeatOf(id: string): string {
    return join(this.#folder, EPHEMERAL, 'heartbeats', id);
  }

  /** Looks past the ticket directly ahead only if it has expired, or at the tickets of the same process before it. */
  #expiredBefore(ticket: Ticket, entries: readonly QueueEntry[]): Set<string> {
    const own = indexOf(ticket, entries);
    const ahead = own < 0 ? entries : entries.slice(0, own);
    const isOwn = ({ pid, machine }: QueueEntry): boolean => pid === process.pid && machine === this.#machine;
    const expired = new Set<string>();
    let alive: QueueEntry | undefined;
    for (const entry of ahead.toReversed()) {
      if (alive && (isOwn(alive) || alive.pid !== entry.pid || alive.machine !== entry.machine)) break;
      if (this.#isExpired(entry)) expired.add(entry.id);
      else alive = entry;
    }
    return expired;
  }

  /**
   * An entry is expired if its process is gone, or if this process saw no new heartbeat for the whole ttl. Heartbeats
   * are compared only with each other, so that setting the clock expires no entry.
   */
  #isExpired({ id, ttl, pid, machine }: QueueEntry): boolean {
    if (machine === this.#machine && !isProcessAlive(pid)) return true;
    const now = performance.now();
    const heartbeat = statSync(this.#heartbeatOf(id), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const last = this.#lastHeartbeats.get(id);
    if (last?.heartbeat === heartbeat) return now - last.seenAt > ttl;
    this.#lastHeartbeats.set(id, { heartbeat, seenAt: now });
    return false;
  }

  #positionOf(ticket: Ticket, entries: readonly QueueEntry[]): QueuePosition | undefined {
    const ahead = indexOf(ticket, entries);
    const [own, first, predecessor] = [entries[ahead], entries[0], entries[ahead - 1]];
    this.#place = predecessor && { predecessor: this.#heartbeatOf(predecessor.id), isNext: ahead === 1 };
    if (!own || !first) return undefined;
    return {
      ahead,
      fence: own.fence,
      owner: `${first.owner} (process ${first.pid} on ${first.machine.split(' ')[0]})`,
    };
  }
}

function indexOf({ id }: Ticket, entries: readonly QueueEntry[]): number {
  return entries.findIndex((entry) => entry.id === id);
}
