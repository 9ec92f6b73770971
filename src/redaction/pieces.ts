import type { SecretSet } from './secret-set.ts';

/** Longer texts are not searched for pieces, in characters: bodies that carry a code are short. */
export const MAX_PIECED: number = 16 * 1024;
/** Shorter texts hold no six characters with something between them. */
const MIN_PIECED = 11;
/** Codes whose characters are searched for one by one. Shorter ones would match by chance. */
const CODE = /^(?=.*\d)[A-Za-z0-9]{6,10}$/;
/** Maximum number of characters between two pieces: the name of a field, the tags around a digit. */
const MAX_GAP = 80;
/**
 * A character that is a value of its own: of a field, of a list, of an element. An index such as `d[0]=` is none, nor is a
 * number in a name such as `"Digit 1"`.
 */
const PIECE = /(?<=[=":>,[\s]|^)[A-Za-z0-9](?=[&"<,\]}\s;\\]|$)(?!\]=)(?!(?<=[^\d\s"]{2} .)\\?")/g;

/**
 * Masks codes whose characters stand one by one: `d0=4&d1=2…`, `[4,2,…]`, a span for each digit.
 *
 * @param onMatch called with the label of each code
 */
export function maskPieces(text: string, known: SecretSet, onMatch: (label: string) => void): string {
  if (text.length < MIN_PIECED || text.length > MAX_PIECED) return text;
  const all = [...text.matchAll(PIECE)];
  if (all.length < 6) return text;
  // Other letters may stand between the digits of a code, such as the name of a class.
  const digits = all.filter(([piece]) => /\d/.test(piece));
  const masked = new Set<number>();
  for (const [value, label] of known.entries()) {
    if (!CODE.test(value)) continue;
    const pieces = /^\d+$/.test(value) ? digits : all;
    const joined = pieces.map(([piece]) => piece).join('');
    for (let at = joined.indexOf(value); at >= 0; at = joined.indexOf(value, at + 1)) {
      const run = pieces.slice(at, at + value.length).map(({ index }) => index);
      if (!run.every((index, number) => number === 0 || index - (run[number - 1] ?? 0) <= MAX_GAP)) continue;
      onMatch(label);
      for (const index of run) masked.add(index);
    }
  }
  return masked.size === 0
    ? text
    : text.replace(PIECE, (piece, index: number) => (masked.has(index) ? maskOf(text, index) : piece));
}

/** A number in JSON stays one. */
function maskOf(text: string, index: number): string {
  const isNumber =
    /[[,:]\s{0,2}$/.test(text.slice(Math.max(0, index - 3), index)) && /^[,\]}\s]/.test(text.slice(index + 1));
  return isNumber ? '0' : '•';
}
