import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const HOUR = 3_600_000;
/** What nobody has touched for so long is forgotten, in milliseconds: a day more than is promised. */
const KEPT = 72 * HOUR;

/** Forgets what may be forgotten, at most once an hour whoever calls. */
export async function prune(folder: string): Promise<void> {
  const passing = join(folder, 'passing');
  const stamp = join(passing, 'swept');
  const last = await stat(stamp).catch(() => undefined);
  if (last && Date.now() - last.mtimeMs < HOUR) return;
  const now = new Date();
  if (last) await utimes(stamp, now, now);
  else await writeFile(stamp, '', { mode: 0o600 });
  for (const kind of await readdir(passing)) {
    if (kind !== 'swept') await sweepKind(join(passing, kind));
  }
}

async function sweepKind(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > KEPT) await rm(path, { recursive: true, force: true });
  }
}
