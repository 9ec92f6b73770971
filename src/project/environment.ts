import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../persona/settings.ts';

/** The process's variables, and under them those of `.env` in a folder. The process itself is left as it is. */
export async function readEnvironment(folder: string, env: Environment = process.env): Promise<Environment> {
  const text = await readFile(join(folder, '.env'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined;
    throw error;
  });
  if (text === undefined) return env;
  const { parse } = await import('dotenv');
  return { ...parse(text), ...env };
}
