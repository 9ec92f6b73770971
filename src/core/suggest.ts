/** Returns the known name that is close enough to `name` to be a typo of it. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

/** Returns a sentence that lists the known names and suggests the closest: `Known: "alice", "bob". Did you mean "alice"?` */
export function suggest(name: string, known: readonly string[]): string {
  const suggestion = closest(name, known);
  const list = known.map((one) => `"${one}"`).join(', ');
  return `${known.length > 0 ? `Known: ${list}.` : 'None is known.'}${suggestion ? ` Did you mean "${suggestion}"?` : ''}`;
}

/** Returns the edit distance of two words. A swap of two adjacent characters is one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (r: number, c: number): number => (r === i ? row : rows[r])?.[c] ?? Infinity;
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          isSwap ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? Infinity;
}
