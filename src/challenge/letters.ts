import type { PageSnapshot } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';

/** Fields that each take one character of a secret, with the positions of these characters. */
export interface Letters {
  readonly controls: readonly ControlView[];
  /** 1-based positions, in the order of the fields. */
  readonly positions: readonly number[];
}

const MIN_FIELDS = 2;
const MAX_FIELDS = 6;
const MAX_POSITION = 30;
/** Number of texts before the first field that may name the positions. */
const TEXTS_BEFORE = 3;
const TYPE = /^(?:text|tel|number|password|select)$/;
const WORDS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
  'eleventh',
  'twelfth',
];
const ORDINAL = new RegExp(`(?<![\\p{N}.,:-])(\\d{1,2})(?![\\p{N}:%-])|\\b(${WORDS.join('|')})\\b`, 'giu');

/** Finds the fields that ask for single characters of a secret: "2nd, 5th and 7th character of your password". */
export function findLetters(snapshot: PageSnapshot, fields: readonly ControlView[]): Letters[] {
  return runsOf(fields).flatMap((controls) => {
    const positions = positionsOf(snapshot, controls);
    return positions ? [{ controls, positions }] : [];
  });
}

function runsOf(fields: readonly ControlView[]): ControlView[][] {
  const runs: ControlView[][] = [];
  for (const field of fields) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && last.type === field.type && last.form === field.form && last.frame === field.frame)
      run.push(field);
    else runs.push([field]);
  }
  return runs.filter((run) => run.length >= MIN_FIELDS && run.length <= MAX_FIELDS && run.every(isForOne));
}

/** True for a field that takes one character: a box, or a list of characters. */
function isForOne({ type, maxLength }: ControlView): boolean {
  return TYPE.test(type) && (type === 'select' || maxLength === 1);
}

function positionsOf(snapshot: PageSnapshot, controls: readonly ControlView[]): number[] | undefined {
  const own = controls.map(({ label, placeholder }) => ordinalsIn(label || placeholder));
  if (own.every((numbers) => numbers.length === 1) && isRising(own.flat())) return own.flat();
  const start = snapshot.items.indexOf(controls[0]!);
  const before = snapshot.items.slice(0, start).flatMap((item) => (item.is === 'text' ? item.text : []));
  for (const text of before.slice(-TEXTS_BEFORE).toReversed()) {
    const numbers = ordinalsIn(text);
    if (numbers.length === controls.length && isRising(numbers)) return numbers;
  }
  // Each field may have its own text before it.
  const texts = controls.map(({ textBefore }) => ordinalsIn(textBefore));
  return texts.every((numbers) => numbers.length === 1) && isRising(texts.flat()) ? texts.flat() : undefined;
}

function ordinalsIn(text: string): number[] {
  return [...text.matchAll(ORDINAL)]
    .map(([, digits, word]) => (digits === undefined ? WORDS.indexOf((word ?? '').toLowerCase()) + 1 : Number(digits)))
    .filter((number) => number >= 1 && number <= MAX_POSITION);
}

/** True for rising numbers. Fields that are merely numbered one after another are the boxes of a code. */
function isRising(numbers: readonly number[]): boolean {
  const isSorted = numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
  return isSorted && numbers.some((number, index) => number !== numbers[0]! + index);
}
