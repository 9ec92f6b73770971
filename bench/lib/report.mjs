/** Tables and targets for the terminal, and the statistics in them. */
import { cpus } from 'node:os';

/**
 * @typedef {object} Target
 * @property {string} what
 * @property {number} [least]
 * @property {number} [most]
 * @property {() => number | undefined} of undefined if it was not measured
 */

/** @param {Target[]} targets */
export function judge(targets) {
  return targets.map(({ what, least, most, of }) => {
    const measured = of();
    const met = measured === undefined ? undefined : measured >= (least ?? -Infinity) && measured <= (most ?? Infinity);
    return { what, least, most, measured, met };
  });
}

/** @param {ReturnType<typeof judge>} targets */
export function printTargets(targets) {
  const verdict = (met) => (met === undefined ? 'not measured' : met ? 'ok' : 'MISS');
  const rows = targets.map(({ what, least, most, measured, met }) => {
    return [what, least === undefined ? `<= ${most}` : `>= ${least}`, measured, verdict(met)];
  });
  printTable('Targets', ['', 'target', 'measured', ''], rows);
}

/**
 * @param {string} title
 * @param {string[]} head
 * @param {(string | number | undefined)[][]} rows the first column is left-aligned, the others right-aligned
 */
export function printTable(title, head, rows) {
  const all = [head, ...rows.map((row) => row.map(cell))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const align = (text, column) => (column ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const [first, ...others] = all.map((row) => row.map(align).join('  ').trimEnd());
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  process.stdout.write(`\n${title}\n\n${[first, rule, ...others].join('\n')}\n`);
}

/** Returns a description of the machine. */
export function machine(busyWithOthers) {
  return { node: process.version, platform: process.platform, cpus: cpus().length, busyWithOthers };
}

/**
 * @param {ReturnType<typeof machine>} machine
 * @param {string} basis number of measurements
 */
export function printMachine({ node, cpus: count, busyWithOthers }, basis) {
  const busy =
    busyWithOthers === undefined
      ? ''
      : ` Other programs took ${Math.round(busyWithOthers * 100)} % of the machine meanwhile.`;
  process.stdout.write(`\nNode ${node}, ${count} CPUs; ${basis}.${busy}\n`);
}

export function printJson(report) {
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

/** Formats a number with three significant digits, and `undefined` as `-`. */
function cell(value) {
  if (value === undefined) return '-';
  if (typeof value === 'string') return value;
  const digits = 2 - Math.floor(Math.log10(Math.abs(value) || 1));
  return value.toFixed(Math.min(2, Math.max(0, digits)));
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Returns a quantile by the nearest-rank method. */
export function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
