/** Maximum number of parts of a mail, on all levels together. The largest newsletters have some dozens. */
export const MAX_PARTS = 500;

/** Maximum length of a boundary, in characters (RFC 2046 section 5.1.1), with tolerance. */
const MAX_BOUNDARY = 200;
const DECLARATIONS = ['boundary=', 'Boundary=', 'BOUNDARY='];

/** Returns why a mail has too many parts to be read, or undefined. It is not parsed: each part costs a parser much more. */
export function tooManyParts(raw: Buffer): string | undefined {
  const boundaries = boundariesOf(raw);
  let count = 0;
  for (let at = boundaries.size === 0 ? -1 : raw.indexOf('\n--'); at >= 0; at = raw.indexOf('\n--', at + 1)) {
    const line = raw.toString('latin1', at + 3, at + 3 + MAX_BOUNDARY + 4).split(/[\r\n]/, 1)[0] ?? '';
    if (boundaries.has(line.trimEnd()) && ++count > MAX_PARTS) return `it has more than ${MAX_PARTS} parts`;
  }
  return boundaries.size > MAX_PARTS ? `it has more than ${MAX_PARTS} parts with parts of their own` : undefined;
}

/** Returns the boundaries that a mail declares anywhere, up to one more than the limit. */
function boundariesOf(raw: Buffer): Set<string> {
  const boundaries = new Set<string>();
  for (const name of DECLARATIONS)
    for (let at = raw.indexOf(name); at >= 0 && boundaries.size <= MAX_PARTS; at = raw.indexOf(name, at + 1)) {
      const start = at + name.length;
      const rest = raw.toString('latin1', start, start + MAX_BOUNDARY + 2);
      const [, quoted, bare] = /^(?:"([^"\r\n]+)"|([^\s";]+))/.exec(rest) ?? [];
      boundaries.add(quoted ?? bare ?? '');
    }
  boundaries.delete('');
  return boundaries;
}
