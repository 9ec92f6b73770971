import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { open, recipientOf, seal } from './age.ts';
import { readLimited, replaceFile } from './file.ts';
import type { KeyPlaces } from './key-file.ts';
import { findKey } from './key.ts';

type Env = KeyPlaces['env'];

const NAME = 'last-run.age';
const MAX_FILE = 64 * 1024 * 1024;

/**
 * Keeps the secrets that were born in a run, encrypted to the user's own age key, so that its artifacts can be searched
 * for them later. Without such a key nothing is kept.
 *
 * @param folder `.playwright-2fa`
 */
export async function saveLastRun(
  folder: string,
  secrets: Iterable<readonly [value: string, label: string]>,
  env: Env,
  home: string = homedir(),
): Promise<void> {
  const key = await findKey({ env, home });
  if (!key || key.identities.length === 0) return;
  const sealed = await seal(JSON.stringify([...secrets]), await Promise.all(key.identities.map(recipientOf)));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(folder, NAME), sealed, () => Promise.resolve());
}

/** The secrets of the last run, with value and label each; none, where none were kept or this key is not for them. */
export async function readLastRun(folder: string, env: Env, home: string = homedir()): Promise<[string, string][]> {
  const file = await readLimited(join(folder, NAME), MAX_FILE);
  const key = file && (await findKey({ env, home }));
  if (!key) return [];
  const opened = await open(file, key);
  return 'text' in opened ? (JSON.parse(opened.text) as [string, string][]) : [];
}
