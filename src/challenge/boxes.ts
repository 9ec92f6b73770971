import type { ControlView, ItemView } from './page/view.ts';

const MIN_BOXES = 4;
const MAX_BOXES = 10;
/** Maximum width of a box for one character, in CSS pixels. */
const MAX_WIDTH = 96;
const TEXT_TYPE = /^(?:text|tel|number|password|editable|)$/;

/** Groups fields in page order. Adjacent fields that take one character each form one group. */
export function groupBoxes(fields: readonly ControlView[]): ControlView[][] {
  const groups: ControlView[][] = [];
  for (const run of runsOf(fields)) {
    if (run.length >= MIN_BOXES && run.length <= MAX_BOXES && isBoxRun(run)) groups.push(run);
    else groups.push(...run.map((field) => [field]));
  }
  return groups;
}

/** Splits fields into runs of adjacent, similar fields. */
function runsOf(fields: readonly ControlView[]): ControlView[][] {
  const runs: ControlView[][] = [];
  for (const field of fields) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && isSimilar(last, field)) run.push(field);
    else runs.push([field]);
  }
  return runs;
}

function isSimilar(a: ControlView, b: ControlView): boolean {
  const isSameKind = a.type === b.type && a.form === b.form && a.frame === b.frame && TEXT_TYPE.test(a.type);
  return isSameKind && Math.abs(a.width - b.width) <= 6 && Math.abs(a.height - b.height) <= 6;
}

function isBoxRun(run: readonly ControlView[]): boolean {
  if (run.every(({ maxLength }) => maxLength === 1)) return true;
  const isRow = run.every(({ y }) => Math.abs(y - (run[0]?.y ?? 0)) <= 8);
  const isNarrow = run.every(
    ({ width, maxLength }) => width <= MAX_WIDTH && !(maxLength >= 2 && maxLength < MIN_BOXES),
  );
  if (isRow && isNarrow && run.some(({ maxLength }) => maxLength !== MIN_BOXES)) return true;
  return isNumberedInOrder(run.map(({ names }) => names)) || isNumberedInOrder(run.map(({ label }) => label));
}

/** True for names that differ only in a number that increases by one: `otp-0`, `otp-1`, … */
function isNumberedInOrder(names: readonly string[]): boolean {
  const numbers = names.map((name) => Number(/\d+(?=\D*$)/.exec(name)?.[0] ?? Number.NaN));
  const stems = new Set(names.map((name) => name.replace(/\d+/g, '#')));
  return stems.size === 1 && numbers.every((number, index) => number === (numbers[0] ?? 0) + index);
}

export function isField(item: ItemView): item is ControlView {
  return item.is === 'field';
}
