/** Words for the parts of a date in the placeholders of some languages. */
const PARTS: readonly (readonly [part: 'year' | 'month' | 'day', pattern: RegExp])[] = [
  ['year', /y{4}|j{4}|a{4}|r{4}|å{4}|г{4}|年|년/i],
  ['month', /mm|мм|月|월/i],
  ['day', /dd|tt|jj(?!jj)|gg(?!gg)|pp|дд|日|일/i],
];
const DEFAULT_FORMAT = 'MM/DD/YYYY';

/**
 * Writes a date in the form that a text field asks for: `DD.MM.YYYY` in its placeholder, its label or its hint.
 *
 * @param date `YYYY-MM-DD`
 */
export function formatDate(date: string, hint: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const values = { year, month, day };
  const format = formatIn(hint) ?? formatIn(DEFAULT_FORMAT)!;
  return format.parts.map((part) => values[part]).join(format.separator);
}

function formatIn(text: string): { parts: ('year' | 'month' | 'day')[]; separator: string } | undefined {
  const run = /(?:[\p{L}]{2,4}\s?[./-]\s?){2}[\p{L}]{2,4}/u.exec(text)?.[0];
  if (run === undefined) return undefined;
  const found = PARTS.flatMap(([part, pattern]) => {
    const match = pattern.exec(run);
    return match ? [{ part, index: match.index }] : [];
  });
  if (found.length !== 3) return undefined;
  const separator = /[./-]/.exec(run)![0];
  return { parts: found.toSorted((a, b) => a.index - b.index).map(({ part }) => part), separator };
}
