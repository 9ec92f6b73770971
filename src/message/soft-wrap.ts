/** Minimum length of a line that a mail program wrapped, in characters. */
const MIN_LENGTH = 58;

/** True if a mail program wrapped this line: it is long, and no sentence or address ends with it. */
export function isSoftWrapped(line: string): boolean {
  return line.length >= MIN_LENGTH && !/(?:[.!?:;。！？：]|https?:\/\/\S+)\s*$/.test(line);
}
