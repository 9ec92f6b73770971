/** Letters that Unicode does not decompose, and Arabic letters that Persian writes in a form of its own. */
const LETTERS: Readonly<Record<string, string>> = {
  ı: 'i',
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  œ: 'oe',
  ə: 'e',
  ي: 'ی',
  ك: 'ک',
};
const TO_REPLACE = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** Accents of Latin, Greek and Cyrillic; vowel signs of Hebrew and Arabic; the Arabic tatweel. */
const MARKS = /\p{Mn}(?<=[\u0300-\u036f\u0591-\u05c7\u064b-\u0655])|\u0640/gu;

/**
 * Returns a word in the form in which words are compared: lower case, without accents and vowel signs. The words of texts
 * and of tables go through this one function.
 */
export function normalize(word: string): string {
  const lower = word.toLowerCase();
  if (/^[a-z\d]*$/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(TO_REPLACE, (letter) => LETTERS[letter] ?? letter);
}

/** Returns a normalized word of a table without the Arabic article, which a text may have or not. */
export function withoutArticle(word: string): string {
  return word.replace(/^ال(?=.{3})/, '');
}

/**
 * Returns a normalized word of a text, and the same word without the articles, prepositions and conjunctions that Hebrew
 * and Arabic attach to it: `והקוד` is also `הקוד` and `קוד`.
 */
export function formsOf(word: string): readonly string[] {
  if (/^[\u05d0-\u05ea]/.test(word))
    return unique(word, word.replace(/^[והבלשמכ]/, ''), word.replace(/^[והבלשמכ]{2}/, ''));
  if (!/^[\u0621-\u06d3]/.test(word)) return [word];
  const bare = word.replace(/^[وفبلک]/, '');
  return unique(...[word, bare].flatMap((form) => [form, form.replace(/^ال/, ''), form.replace(/^ل/, '')]));
}

function unique(...words: readonly string[]): readonly string[] {
  return [...new Set(words)].filter(Boolean);
}
