import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOUR } from '../core/durations.ts';
import { RETENTION } from './retention.ts';

/** The folder of a ledger for everything that may be removed after its last use. */
export const EPHEMERAL = 'ephemeral';
/** A file whose modification time is that of the last pruning. */
const STAMP = 'pruned';

/**
 * Removes what nothing has used for the retention time. Does nothing within an hour of the last pruning by any process.
 */
export async function prune(ledgerFolder: string): Promise<void> {
  const folder = join(ledgerFolder, EPHEMERAL);
  const stamp = join(folder, STAMP);
  const last = await stat(stamp).catch(() => undefined);
  if (last && Date.now() - last.mtimeMs < HOUR) return;
  const now = new Date();
  if (last) await utimes(stamp, now, now);
  else await writeFile(stamp, '', { mode: 0o600 });
  for (const kind of await readdir(folder)) {
    if (kind !== STAMP) await pruneFolder(join(folder, kind));
  }
}

async function pruneFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > RETENTION) await rm(path, { recursive: true, force: true });
  }
}
