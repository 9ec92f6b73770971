import { readFile } from 'node:fs/promises';
import { TwoFactorError, reasonOf } from '../core/errors.ts';

/** Reads a file; standard input if the path is missing or `-`. */
export async function readInput(file: string | undefined): Promise<Buffer> {
  if (file !== undefined && file !== '-') {
    return await readFile(file).catch((error: unknown) => {
      throw new TwoFactorError('SETTINGS_INVALID', `Could not read "${file}": ${reasonOf(error)}`, { cause: error });
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
