import { rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolderIn } from '../core/ignored-folder.ts';
import { open, recipientOf, seal } from './age.ts';
import { readLimited, replaceFile } from './file.ts';
import type { KeyLocations } from './key-file.ts';
import { findKey } from './key.ts';

type Env = KeyLocations['env'];

const NAME = 'last-run.age';
const MAX_FILE = 64 * 1024 * 1024;

/**
 * Saves the secrets that a run created, encrypted to the user's own age key, so that `scan` can search artifacts for
 * them later. Saves nothing if there is no such key.
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
  makeFolderIn(folder, folder);
  await replaceFile(join(folder, NAME), sealed, rename);
}

/** Returns value and label of each secret of the last run. Empty if none were saved, or if the key does not fit. */
export async function readLastRun(folder: string, env: Env, home: string = homedir()): Promise<[string, string][]> {
  const file = await readLimited(join(folder, NAME), MAX_FILE);
  const key = file && (await findKey({ env, home }));
  if (!key) return [];
  const opened = await open(file, key);
  return 'text' in opened ? (JSON.parse(opened.text) as [string, string][]) : [];
}
