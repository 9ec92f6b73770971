/** What a process has used, from Linux's /proc. Elsewhere these columns are left out. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const hasProc = process.platform === 'linux';

const ticksPerSecond = hasProc ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : Number.NaN;

/** Where user time begins among the fields after the program's name, proc(5). */
const UTIME = 11;

/** Seconds of CPU a process has used with all its threads. */
export function cpuSeconds(pid) {
  return sum(statFields(pid).slice(UTIME, UTIME + 2)) / ticksPerSecond;
}

/** Seconds of CPU that this process's children have used, and theirs, as far as they have ended and were waited for. */
export function endedChildrenCpuSeconds() {
  return sum(statFields('self').slice(UTIME + 2, UTIME + 4)) / ticksPerSecond;
}

/** The most memory a process ever had resident, in MiB. */
export function peakMiB(pid) {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/**
 * Watches how busy the machine is with programs that are not ours.
 *
 * @returns {() => number} their share of the whole machine since then; call it when all children have ended
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
  // The name stands in parentheses and may contain anything, parentheses too.
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
