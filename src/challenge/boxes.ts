import type { SeenControl, SeenItem } from './page/view.ts';

const MIN_BOXES = 4;
const MAX_BOXES = 10;
/** A box for one character is not wider than this, in CSS pixels. */
const MAX_WIDTH = 96;
const TEXTUAL = /^(?:text|tel|number|password|editable|)$/;

/** Fields in their order, where neighbours that take one character each are one. */
export function groupBoxes(fields: readonly SeenControl[]): SeenControl[][] {
  const groups: SeenControl[][] = [];
  for (const run of runsOf(fields)) {
    if (run.length >= MIN_BOXES && run.length <= MAX_BOXES && areBoxes(run)) groups.push(run);
    else groups.push(...run.map((field) => [field]));
  }
  return groups;
}

/** Fields that are followed by nothing but their likes. */
function runsOf(fields: readonly SeenControl[]): SeenControl[][] {
  const runs: SeenControl[][] = [];
  for (const field of fields) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && isAlike(last, field)) run.push(field);
    else runs.push([field]);
  }
  return runs;
}

function isAlike(a: SeenControl, b: SeenControl): boolean {
  const isSameKind = a.type === b.type && a.form === b.form && a.frame === b.frame && TEXTUAL.test(a.type);
  return isSameKind && Math.abs(a.width - b.width) <= 6 && Math.abs(a.height - b.height) <= 6;
}

function areBoxes(run: readonly SeenControl[]): boolean {
  if (run.every(({ maxLength }) => maxLength === 1)) return true;
  const isRow = run.every(({ y }) => Math.abs(y - (run[0]?.y ?? 0)) <= 8);
  const areNarrow = run.every(
    ({ width, maxLength }) => width <= MAX_WIDTH && !(maxLength >= 2 && maxLength < MIN_BOXES),
  );
  if (isRow && areNarrow && run.some(({ maxLength }) => maxLength !== MIN_BOXES)) return true;
  return isCounted(run.map(({ names }) => names)) || isCounted(run.map(({ label }) => label));
}

/** `otp-0`, `otp-1`, …: names that differ in a number, which counts on by one. */
function isCounted(names: readonly string[]): boolean {
  const numbers = names.map((name) => Number(/\d+(?=\D*$)/.exec(name)?.[0] ?? Number.NaN));
  const stems = new Set(names.map((name) => name.replace(/\d+/g, '#')));
  return stems.size === 1 && numbers.every((number, index) => number === (numbers[0] ?? 0) + index);
}

export function isField(item: SeenItem): item is SeenControl {
  return item.is === 'field';
}
