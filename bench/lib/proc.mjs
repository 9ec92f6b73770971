/** CPU time and memory of processes, from Linux's /proc. On other systems, these columns are omitted. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const hasProc = process.platform === 'linux';

const ticksPerSecond = hasProc ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : Number.NaN;

/** Index of the user time among the fields after the program's name, see proc(5). */
const UTIME = 11;

/** Returns the CPU seconds that a process has used with all its threads. */
export function cpuSeconds(pid) {
  return sum(statFields(pid).slice(UTIME, UTIME + 2)) / ticksPerSecond;
}

/** Returns the CPU seconds of all descendants of this process that have ended and were waited for. */
export function endedChildrenCpuSeconds() {
  return sum(statFields('self').slice(UTIME + 2, UTIME + 4)) / ticksPerSecond;
}

/** Returns the peak resident memory of a process, in MiB. */
export function peakMiB(pid) {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/**
 * Starts to measure the load of other programs.
 *
 * @returns {() => number} their share of the whole machine since the start; call it when all children have ended
 */
export function watchOthers() {
  const before = machine();
  return () => {
    const now = machine();
    const others = now.busy - before.busy - (now.own - before.own);
    return Math.max(0, others / (now.all - before.all));
  };
}

function machine() {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/, 9)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  // This process and the children it has waited for.
  return { busy, all: busy + idle + iowait, own: sum(statFields('self').slice(UTIME, UTIME + 4)) };
}

function statFields(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses and may contain any characters, including parentheses.
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
