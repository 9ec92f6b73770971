/** From this length on, in characters, a line that no sentence ends with was wrapped by a mail program. */
const LONG = 58;

export function isSoftWrapped(line: string): boolean {
  return line.length >= LONG && !/(?:[.!?:;。！？：]|https?:\/\/\S+)\s*$/.test(line);
}
