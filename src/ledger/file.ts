import { randomUUID } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { TwoFactorError } from '../errors.ts';
import { isRunning } from '../running.ts';
import type { Lease, LeaseOptions, Ledger } from './ledger.ts';

/** A holder shows that it lives this often, and is dead to the others after four times as long, in milliseconds. */
const HEARTBEAT = 2500;
const DEAD_AFTER = 4 * HEARTBEAT;
/** Change notices get lost on some file systems, and a dead holder sends none: look again after this long. */
const LOOK_AGAIN = 500;

export interface FileLedgerOptions {
  /** On a local disk; network file systems keep neither exclusive creation nor change notices. */
  readonly folder: string;
}

/** A ledger in a folder, for the processes of one machine. */
export function fileLedger({ folder }: FileLedgerOptions): Ledger {
  return { lease: (key, options) => acquire(join(folder, 'leases', encodeURIComponent(key)), key, options) };
}

/**
 * A key is a folder of numbered files, one a holder: `7` is held, `7.free` was given back. Only the highest number
 * counts, and it is never removed, so numbers never come again. To take the key is to create the next number, which
 * the file system lets only one process do; whoever comes late with an old number finds a higher one and starts over.
 */
async function acquire(folder: string, key: string, { timeout, holder }: LeaseOptions): Promise<Lease> {
  const giveUp = Date.now() + timeout;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const change = nextChange(folder);
    try {
      const top = await highest(folder);
      if (top.isFree || (await isDead(folder, top.fence))) {
        const lease = await take(folder, top.fence + 1, holder);
        if (lease) return lease;
        continue;
      }
      const left = giveUp - Date.now();
      if (left <= 0) throw await stillHeld(folder, key, top.fence, timeout);
      await change.within(Math.min(left, LOOK_AGAIN));
    } finally {
      change.cancel();
    }
  }
}

async function highest(folder: string): Promise<{ readonly fence: number; readonly isFree: boolean }> {
  const names = await readdir(folder);
  const fence = Math.max(0, ...names.map((name) => Number.parseInt(name, 10)).filter(Number.isInteger));
  return { fence, isFree: fence === 0 || names.includes(`${fence}.free`) };
}

interface Holder {
  readonly token: string;
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
}

async function take(folder: string, fence: number, holder: string): Promise<Lease | undefined> {
  const path = join(folder, String(fence));
  const content: Holder = { token: randomUUID(), holder, pid: process.pid, host: hostname() };
  try {
    await writeFile(path, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  const top = await highest(folder);
  // Late: another has gone further, or had this very number and gave it back before we created it once more.
  if (top.fence !== fence || top.isFree) {
    await rm(path, { force: true });
    return undefined;
  }
  await removeBelow(folder, fence);
  return heldLease(folder, path, fence, content);
}

function heldLease(folder: string, path: string, fence: number, { token }: Holder): Lease {
  const beat = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => clearInterval(beat)); // taken over, or the folder is gone
  }, HEARTBEAT).unref();
  const isHeld = async (): Promise<boolean> => {
    const top = await highest(folder);
    return top.fence === fence && !top.isFree && (await readHolder(path))?.token === token;
  };
  return {
    fence,
    isHeld,
    async release() {
      clearInterval(beat);
      if (await isHeld().catch(ignoreMissing)) await rename(path, `${path}.free`).catch(ignoreMissing);
    },
  };
}

async function isDead(folder: string, fence: number): Promise<boolean> {
  const path = join(folder, String(fence));
  const file = await stat(path).catch(ignoreMissing);
  if (!file) return false; // given back or taken over while we looked: look again
  const holder = await readHolder(path);
  if (holder?.host === hostname() && !isRunning(holder.pid)) return true;
  return Date.now() - file.mtimeMs > DEAD_AFTER;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  try {
    return text ? (JSON.parse(text) as Holder) : undefined;
  } catch {
    return undefined; // being written at this moment
  }
}

async function removeBelow(folder: string, fence: number): Promise<void> {
  const old = (await readdir(folder)).filter((name) => Number.parseInt(name, 10) < fence);
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}

/** Listens before the caller looks, so that no change falls between. */
function nextChange(folder: string): { within(ms: number): Promise<void>; cancel(): void } {
  let changed = (): void => undefined;
  const change = new Promise<void>((resolve) => (changed = resolve));
  const watcher = watch(folder, () => changed());
  watcher.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  return {
    within: (ms) => Promise.race([change, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]),
    cancel() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

async function stillHeld(folder: string, key: string, fence: number, timeout: number): Promise<TwoFactorError> {
  const holder = await readHolder(join(folder, String(fence)));
  const who = holder ? `${holder.holder} (process ${holder.pid} on ${holder.host})` : 'another process';
  const text = `"${key}" was still held by ${who} after ${(timeout / 1000).toFixed(1)} s. See why it takes so long, or end it: a dead holder is noticed within ${DEAD_AFTER / 1000} s.`;
  return new TwoFactorError('LEASE_TIMEOUT', text);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
