import type { ProfileState } from './state.ts';

/** Describes the IndexedDB records that a state lacks, and what to do about it. An empty text if it lacks none. */
export function describeLost({ lost = [] }: ProfileState): string {
  if (lost.length === 0) return '';
  const rows = lost.map(({ origin, database, store, count, reason }) => {
    const records = count === 1 ? '1 record' : `${count} records`;
    return `${records} of the object store "${store}" in the database "${database}" of ${origin} (${reason})`;
  });
  return `IndexedDB has values that cannot be saved, and that are left out: ${rows.join('; ')}. A page that needs them is signed out. Sign in within each test then: \`await persona.signIn(page)\`, without a profile.`;
}
