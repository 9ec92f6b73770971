/** A colour of the terminal (ECMA-48, SGR), which may stand in the middle of a value. */
const COLOUR = /\u001b\[[\d;]*m/g; // oxlint-disable-line no-control-regex

/** Begins a colour. */
export const ESCAPE = 0x1b;

export interface Uncoloured {
  readonly plain: Buffer;
  /** Where a place of the plain text stood before. To be asked from left to right. */
  readonly placeOf: (index: number) => number;
}

/** A text less its colours. */
export function stripAnsi(bytes: Buffer): Uncoloured {
  const plain = Buffer.alloc(bytes.length);
  const starts: number[] = [];
  const ends: number[] = [];
  let done = 0;
  let length = 0;
  for (const { 0: colour, index } of bytes.toString('latin1').matchAll(COLOUR)) {
    length += bytes.copy(plain, length, done, index);
    done = index + colour.length;
    starts.push(index);
    ends.push(done);
  }
  length += bytes.copy(plain, length, done);
  let gap = 0;
  let leftOut = 0;
  const placeOf = (index: number): number => {
    for (; index + leftOut >= (starts[gap] ?? Infinity); gap++) leftOut += (ends[gap] ?? 0) - (starts[gap] ?? 0);
    return index + leftOut;
  };
  return { plain: plain.subarray(0, length), placeOf };
}
