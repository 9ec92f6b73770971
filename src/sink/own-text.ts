/**
 * Copies a text that is kept. V8 represents a part of a text as a reference to the whole, so that a number of twelve
 * digits would keep the whole request in memory that it came in.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
