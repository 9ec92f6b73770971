/** Sizes of the groups in which pages print a seed, in characters. */
const GROUP_SIZES = [1, 2, 3, 4, 5, 6, 8];
/** Separators of the groups, as text and as HTML. */
const SEPARATORS = [
  ' ',
  '-',
  '\u00a0',
  '\u202f',
  '\u2009',
  '\u2011',
  '\u2013',
  '.',
  '\u00b7',
  '  ',
  ' - ',
  '\t',
  '\\t',
  '\\n',
  '&nbsp;',
];

/** Returns the ways in which pages print a Base32 seed: in groups, and in small letters. */
export function seedSpellings(seed: string): string[] {
  const grouped = GROUP_SIZES.flatMap((size) => {
    const groups = seed.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
    return groups.length > 1 ? SEPARATORS.map((separator) => groups.join(separator)) : [];
  });
  return [seed, ...grouped].flatMap((spelling) => [spelling, spelling.toLowerCase()]);
}
