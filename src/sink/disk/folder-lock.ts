import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessAlive } from '../../core/process-alive.ts';
import { processSpace } from '../../core/process-space.ts';

/** Period after which a lock is renewed, and age at which the lock of another machine is void, in milliseconds. */
const RENEWAL = 10_000;
const MAX_AGE = 60_000;
/** Maximum number of tries against other sinks that start at the same time. */
const MAX_TRIES = 20;
const NAME = /^lock\.(\d+)$/;

/** The process that holds a lock. */
interface Holder {
  readonly pid: number;
  readonly space: string;
  /** Start of the process: a later one may have the same number. */
  readonly birth: string;
}

/**
 * Locks a folder for this process. The lock is a numbered file, and the highest number counts: a dead holder is followed by
 * the next number, which the file system gives to one process only.
 *
 * @returns a function that frees the folder
 * @throws Error if a running process holds it
 */
export function lockFolder(folder: string): () => void {
  const draft = join(folder, `lock.${randomUUID()}.draft`);
  writeFileSync(draft, JSON.stringify(me()), { mode: 0o600 });
  try {
    for (let count = 0; count < MAX_TRIES; count++) {
      const highest = highestLock(folder);
      const holder = highest > 0 ? liveHolder(join(folder, `lock.${highest}`)) : undefined;
      if (holder) throw new Error(`process ${holder.pid} uses it`);
      const own = join(folder, `lock.${highest + 1}`);
      if (!tryLink(draft, own)) continue;
      if (highestLock(folder) === highest + 1) return hold(folder, own, highest);
      rmSync(own, { force: true });
    }
    throw new Error('several sinks are starting in it');
  } finally {
    rmSync(draft, { force: true });
  }
}

function hold(folder: string, own: string, earlier: number): () => void {
  for (const number of numbers(folder)) if (number <= earlier) rmSync(join(folder, `lock.${number}`), { force: true });
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(own, now, now);
    } catch {} // the folder was removed
  }, RENEWAL);
  timer.unref();
  return () => {
    clearInterval(timer);
    rmSync(own, { force: true });
  };
}

function numbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => NAME.exec(name)?.slice(1).map(Number) ?? []);
}

function highestLock(folder: string): number {
  return Math.max(0, ...numbers(folder));
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Returns the holder of a lock if it runs, as far as this process can tell. */
function liveHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    if (holder.space !== processSpace()) return Date.now() - statSync(path).mtimeMs < MAX_AGE ? holder : undefined;
    return isProcessAlive(holder.pid) && birthOf(holder.pid) === holder.birth ? holder : undefined;
  } catch {
    return undefined; // removed meanwhile, or not written by a sink
  }
}

function me(): Holder {
  return { pid: process.pid, space: processSpace(), birth: birthOf(process.pid) };
}

/** Returns the start time of a process on Linux, in clock ticks. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function birthOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
