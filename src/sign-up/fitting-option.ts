/** An option of a list, by everything that names it: its text, its value, its accessible name. */
export type OptionNames = readonly string[];

/** The option to choose. */
export interface FittingOption {
  readonly index: number;
  /** False if a name only contains what is wanted. */
  readonly isExact: boolean;
}

/** Script that writes words without spaces between them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * Finds the option that fits best: one that is named exactly as wanted, else the shortest that contains it as a whole word.
 *
 * @param wanted names of the option, the preferred one first
 */
export function fittingOption(options: readonly OptionNames[], wanted: readonly string[]): FittingOption | undefined {
  const plain = options.map((names) => names.map(plainText).filter(Boolean));
  const texts = wanted.map(plainText).filter(Boolean);
  for (const text of texts) {
    const index = plain.findIndex((names) => names.includes(text));
    if (index >= 0) return { index, isExact: true };
  }
  for (const text of texts.filter((one) => one.length > 2 || /^\+\d/.test(one) || UNSPACED.test(one))) {
    const found = plain.flatMap((names, index) =>
      names.filter((name) => contains(name, text)).map((name) => ({ index, length: name.length })),
    );
    const [best] = found.toSorted((a, b) => a.length - b.length);
    if (best) return { index: best.index, isExact: false };
  }
  return undefined;
}

/** Returns a text in lower case, without flags and punctuation. A plus belongs to the code of a country. */
function plainText(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}+]+/gu, ' ')
    .trim();
}

function contains(name: string, text: string): boolean {
  return UNSPACED.test(text) ? name.includes(text) : ` ${name} `.includes(` ${text} `);
}
