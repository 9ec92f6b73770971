import { mkdirSync, rmSync, statSync, utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isProcessAlive } from '../core/process-alive.ts';
import { AsyncEvent } from './async-event.ts';
import type { VersionedFile } from './versioned-file.ts';
import { isMissing, writeNew } from './disk.ts';
import type { LeaseQueue, Notices, Ticket } from './lease.ts';
import type { QueuePosition } from './ledger.ts';

/** A ticket as others see it. */
interface Standing extends Ticket {
  readonly fence: number;
  readonly pid: number;
  readonly machine: string;
}

export interface Queue {
  readonly line: readonly Standing[];
}

export interface FileLeaseQueueOptions {
  readonly chain: VersionedFile<Queue>;
  /** The chain's folder. */
  readonly folder: string;
  /** The name of this machine. */
  readonly machine: string;
  /** Where each ticket has a file whose time says when its owner was last alive. */
  readonly lives: string;
}

/** The line for a lease, as a chain of queues: who is first, holds it. */
export class FileLeaseQueue implements LeaseQueue {
  readonly #options: FileLeaseQueueOptions;
  readonly #chain: VersionedFile<Queue>;
  readonly #machine: string;
  /** What was seen of the lives of others, and since when nothing else was, by a clock that nobody sets. */
  readonly #seen = new Map<string, { readonly life: number; readonly since: number }>();

  constructor(options: FileLeaseQueueOptions) {
    this.#options = options;
    this.#chain = options.chain;
    this.#machine = options.machine;
  }

  async stand(ticket: Ticket, enter: boolean): Promise<QueuePosition | undefined> {
    let line = this.#chain.read().state?.line ?? [];
    const isThere = line.some(({ id }) => id === ticket.id);
    if (!isThere && !enter) return undefined;
    this.#live(ticket.id);
    const dead = this.#deadBefore(ticket, line);
    if (!isThere || dead.size > 0) {
      const { id, owner, ttl } = ticket;
      this.#chain.change((queue, next) => {
        line = queue?.line ?? [];
        const alive = line.filter((one) => !dead.has(one.id));
        const there = alive.some((one) => one.id === id);
        if (there ? alive.length === line.length : !enter) return undefined;
        const own = { id, owner, ttl, fence: next, pid: process.pid, machine: this.#machine };
        line = there ? alive : [...alive, own];
        return { line };
      });
      for (const id of dead) this.#forget(id);
    }
    return placeOf(ticket, line);
  }

  async leave({ id }: Ticket): Promise<void> {
    this.#chain.change((queue) => {
      const line = queue?.line ?? [];
      return line.some((one) => one.id === id) ? { line: line.filter((one) => one.id !== id) } : undefined;
    });
    this.#forget(id);
  }

  async listen(): Promise<Notices> {
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
    return folderNotices(this.#options.folder);
  }

  #live(id: string): void {
    const path = join(this.#options.lives, id);
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch (error) {
      if (!isMissing(error)) throw error;
      writeNew(path, '');
    }
  }

  #forget(id: string): void {
    rmSync(join(this.#options.lives, id), { force: true });
  }

  #deadBefore(ticket: Ticket, line: readonly Standing[]): Set<string> {
    const own = line.findIndex(({ id }) => id === ticket.id);
    const before = own < 0 ? line : line.slice(0, own);
    return new Set(before.filter((one) => this.#isDead(one)).map(({ id }) => id));
  }

  /**
   * A process that is gone is dead. Any other is dead when it was seen without a sign of life for its whole ttl: the
   * time on a file is compared with itself only, so that setting the clock kills nobody.
   */
  #isDead({ id, ttl, pid, machine }: Standing): boolean {
    if (machine === this.#machine && !isProcessAlive(pid)) return true;
    const now = performance.now();
    const life = statSync(join(this.#options.lives, id), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const seen = this.#seen.get(id);
    if (seen?.life === life) return now - seen.since > ttl;
    this.#seen.set(id, { life, since: now });
    return false;
  }
}

function placeOf(ticket: Ticket, line: readonly Standing[]): QueuePosition | undefined {
  const ahead = line.findIndex(({ id }) => id === ticket.id);
  const [own, first] = [line[ahead], line[0]];
  if (!own || !first) return undefined;
  return { ahead, fence: own.fence, owner: `${first.owner} (process ${first.pid} on ${first.machine.split(' ')[0]})` };
}

function folderNotices(folder: string): Notices {
  const bell = new AsyncEvent();
  const watcher = watch(folder, () => bell.ring());
  watcher.on('error', () => undefined); // looking again does without it
  return { next: (ms) => bell.next(ms), close: () => watcher.close() };
}
