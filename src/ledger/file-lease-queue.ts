import { mkdirSync, rmSync, statSync, utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isProcessAlive } from '../core/process-alive.ts';
import { AsyncEvent } from './async-event.ts';
import { createFile, isMissing } from './disk.ts';
import type { LeaseQueue, QueueChanges, Ticket } from './lease.ts';
import type { QueuePosition } from './ledger.ts';
import type { VersionedFile } from './versioned-file.ts';

/** A ticket as it is stored in the queue. */
interface QueueEntry extends Ticket {
  readonly fence: number;
  readonly pid: number;
  readonly machine: string;
}

/** The queue for a lease, as stored on disk: the first entry holds the lease. */
export interface Queue {
  readonly entries: readonly QueueEntry[];
}

export interface FileLeaseQueueOptions {
  readonly file: VersionedFile<Queue>;
  /** The folder of the versioned file. */
  readonly folder: string;
  /** The name of this machine. */
  readonly machine: string;
  /** A folder with one file a ticket. The modification time of the file is the last heartbeat of the ticket. */
  readonly heartbeats: string;
}

/** The queue for a lease in a versioned file. */
export class FileLeaseQueue implements LeaseQueue {
  readonly #options: FileLeaseQueueOptions;
  readonly #file: VersionedFile<Queue>;
  readonly #machine: string;
  /** The last heartbeat seen of each other ticket, and when this process first saw it, by the monotonic clock. */
  readonly #lastHeartbeats = new Map<string, { readonly heartbeat: number; readonly seenAt: number }>();

  constructor(options: FileLeaseQueueOptions) {
    this.#options = options;
    this.#file = options.file;
    this.#machine = options.machine;
  }

  async enqueueOrRenew(ticket: Ticket, mayEnter: boolean): Promise<QueuePosition | undefined> {
    let entries = this.#file.read().state?.entries ?? [];
    const isQueued = entries.some(({ id }) => id === ticket.id);
    if (!isQueued && !mayEnter) return undefined;
    this.#beat(ticket.id);
    const expired = this.#expiredBefore(ticket, entries);
    if (!isQueued || expired.size > 0) {
      const { id, owner, ttl } = ticket;
      this.#file.update((queue, version) => {
        entries = queue?.entries ?? [];
        const alive = entries.filter((entry) => !expired.has(entry.id));
        const isStillQueued = alive.some((entry) => entry.id === id);
        if (isStillQueued ? alive.length === entries.length : !mayEnter) return undefined;
        const own = { id, owner, ttl, fence: version, pid: process.pid, machine: this.#machine };
        entries = isStillQueued ? alive : [...alive, own];
        return { entries };
      });
      for (const id of expired) this.#removeHeartbeat(id);
    }
    return positionOf(ticket, entries);
  }

  async leave({ id }: Ticket): Promise<void> {
    this.#file.update((queue) => {
      const entries = queue?.entries ?? [];
      const others = entries.filter((entry) => entry.id !== id);
      return others.length < entries.length ? { entries: others } : undefined;
    });
    this.#removeHeartbeat(id);
  }

  async listen(): Promise<QueueChanges> {
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
    return watchFolder(this.#options.folder);
  }

  #beat(id: string): void {
    const path = join(this.#options.heartbeats, id);
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch (error) {
      if (!isMissing(error)) throw error;
      createFile(path, '');
    }
  }

  #removeHeartbeat(id: string): void {
    rmSync(join(this.#options.heartbeats, id), { force: true });
  }

  #expiredBefore(ticket: Ticket, entries: readonly QueueEntry[]): Set<string> {
    const own = entries.findIndex(({ id }) => id === ticket.id);
    const ahead = own < 0 ? entries : entries.slice(0, own);
    return new Set(ahead.filter((entry) => this.#isExpired(entry)).map(({ id }) => id));
  }

  /**
   * An entry is expired if its process is gone, or if this process saw no new heartbeat for the whole ttl. Heartbeats
   * are compared only with each other, so that setting the clock expires no entry.
   */
  #isExpired({ id, ttl, pid, machine }: QueueEntry): boolean {
    if (machine === this.#machine && !isProcessAlive(pid)) return true;
    const now = performance.now();
    const heartbeat = statSync(join(this.#options.heartbeats, id), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const last = this.#lastHeartbeats.get(id);
    if (last?.heartbeat === heartbeat) return now - last.seenAt > ttl;
    this.#lastHeartbeats.set(id, { heartbeat, seenAt: now });
    return false;
  }
}

function positionOf(ticket: Ticket, entries: readonly QueueEntry[]): QueuePosition | undefined {
  const ahead = entries.findIndex(({ id }) => id === ticket.id);
  const [own, first] = [entries[ahead], entries[0]];
  if (!own || !first) return undefined;
  return { ahead, fence: own.fence, owner: `${first.owner} (process ${first.pid} on ${first.machine.split(' ')[0]})` };
}

function watchFolder(folder: string): QueueChanges {
  const change = new AsyncEvent();
  const watcher = watch(folder, () => change.signal());
  watcher.on('error', () => undefined); // the waiter polls, too
  return { next: (ms) => change.wait(ms), close: () => watcher.close() };
}
