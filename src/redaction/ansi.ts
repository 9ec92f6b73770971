/** An ANSI code for color and style (ECMA-48, SGR). It may interrupt a value. */
const ANSI_CODE = /\u001b\[[\d;]*m/g; // oxlint-disable-line no-control-regex

/** First byte of an ANSI code. */
export const ESCAPE = 0x1b;

export interface StrippedText {
  readonly plain: Buffer;
  /** Maps an index of the plain text to the original. Call it with rising indexes only. */
  readonly originalIndex: (index: number) => number;
}

/** Removes the ANSI codes from a text. */
export function stripAnsi(bytes: Buffer): StrippedText {
  const plain = Buffer.alloc(bytes.length);
  const starts: number[] = [];
  const ends: number[] = [];
  let done = 0;
  let length = 0;
  for (const { 0: code, index } of bytes.toString('latin1').matchAll(ANSI_CODE)) {
    length += bytes.copy(plain, length, done, index);
    done = index + code.length;
    starts.push(index);
    ends.push(done);
  }
  length += bytes.copy(plain, length, done);
  let gap = 0;
  let removed = 0;
  const originalIndex = (index: number): number => {
    for (; index + removed >= (starts[gap] ?? Infinity); gap++) removed += (ends[gap] ?? 0) - (starts[gap] ?? 0);
    return index + removed;
  };
  return { plain: plain.subarray(0, length), originalIndex };
}
