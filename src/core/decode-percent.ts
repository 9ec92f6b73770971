/** Decodes percent escapes. Returns the text as it is if the escapes are malformed. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
