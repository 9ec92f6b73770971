/** Masks a text that is a code as a whole, as `mask` masks a word. */
export function maskCode(code: string): string {
  const characters = Array.from(code);
  const [first = '', last = ''] = [characters[0], characters.at(-1)];
  return characters.length < 4 ? '•'.repeat(characters.length) : `${first}${'•'.repeat(characters.length - 2)}${last}`;
}

/**
 * Masks every code in a text: numbers, and words with digits, keep only their first and last character. This is enough
 * to tell two of them apart, and too little to use one.
 */
export function mask(text: string): string {
  return text.replace(/[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*(?:[ -][\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*)*/gu, (shown) => {
    return shown.length < 4 ? shown : `${shown.slice(0, 1)}${'•'.repeat(shown.length - 2)}${shown.slice(-1)}`;
  });
}
