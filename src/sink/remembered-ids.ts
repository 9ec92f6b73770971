/** Number of ids that are remembered, to ignore repeated calls. */
const MAX_REMEMBERED = 1000;

/** Adds an id, and forgets the oldest of too many. */
export function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > MAX_REMEMBERED && oldest !== undefined) ids.delete(oldest);
}
