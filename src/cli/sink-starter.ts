import { fstatSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Interval of the checks for the end of a starter, in milliseconds. No system call reports the end of a parent. */
const INTERVAL = 500;

/** A process, as far as `/proc` tells. */
interface ProcessEntry {
  readonly parent: number;
  readonly group: number;
}

/**
 * Calls `onGone` once when the program that started this process is gone, even if it was killed with SIGKILL:
 *
 * - when standard input ends, if it is a pipe that was open at the start; every program that starts this one with a pipe
 *   holds the other end
 * - on Linux, when a process ends that started this one directly or through others, in the same process group
 *
 * A process that was started by `nohup` or as the leader of its process group has nobody to follow.
 */
export function watchStarter(onGone: () => void): void {
  let isDone = false;
  const gone = (): void => {
    if (!isDone) onGone();
    isDone = true;
  };
  watchInput(gone);
  watchAncestors(gone);
}

function watchInput(gone: () => void): void {
  if (!isPipe(0)) return;
  let isOpen = false;
  // A pipe without a writer, as many programs pass it on, says nothing about a starter.
  process.stdin.once('end', () => isOpen && gone());
  process.stdin.once('error', () => isOpen && gone());
  process.stdin.resume();
  // An open input keeps nothing running: a sink that cannot start ends at once.
  process.stdin.unref();
  setImmediate(() => setImmediate(() => (isOpen = true)));
}

function watchAncestors(gone: () => void): void {
  const starters = ancestorsInGroup();
  if (starters.length === 0) return;
  const timer = setInterval(() => {
    if (isUnbroken(starters)) return;
    clearInterval(timer);
    gone();
  }, INTERVAL);
  timer.unref();
}

/** Processes that started this one, from its parent upward, as far as they are in its process group. */
function ancestorsInGroup(): number[] {
  const own = entryOf(process.pid);
  if (!own || isFromNohup(process.pid)) return [];
  const found: number[] = [];
  for (let pid = own.parent; pid > 1;) {
    const entry = entryOf(pid);
    if (!entry || entry.group !== own.group) break;
    if (isFromNohup(pid)) return [];
    found.push(pid);
    pid = entry.parent;
  }
  return found;
}

/** True while each process is still the child of the next. Children of a process that ends get another parent at once. */
function isUnbroken(starters: readonly number[]): boolean {
  return starters.every((pid, index) => {
    const child = starters[index - 1];
    return (child === undefined ? process.ppid : entryOf(child)?.parent) === pid;
  });
}

/** Node resets the signals that `nohup` ignores, but shells name the program that they start in the variable `_`. */
function isFromNohup(pid: number): boolean {
  const value = /(?:^|\0)_=([^\0]*)/.exec(readText(`/proc/${pid}/environ`))?.[1] ?? '';
  return basename(value) === 'nohup';
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function entryOf(pid: number): ProcessEntry | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // The name of the program may contain anything, even a closing parenthesis.
  const [, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? undefined : { parent: Number(parent), group: Number(group) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // another system, or the process has ended
  }
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}
