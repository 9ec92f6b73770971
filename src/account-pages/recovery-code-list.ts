import { readFile, stat } from 'node:fs/promises';
import type { Download, Locator, Page } from '@playwright/test';
import { readElementLines, readPageLines } from '../challenge/page/page-lines.ts';
import { recoveryCodeSets } from '../challenge/shown-secrets.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { says } from '../language/page/index.ts';
import { pageOrigin } from '../secret/origins.ts';
import { registerShownSecrets } from '../secret/shown-secrets.ts';
import type { AccountCredentials } from './account-credentials.ts';

/** A page, an element that shows recovery codes, or a text file with them. */
export type RecoveryCodeSource = Page | Locator | Download;

/** Maximum size of a file with recovery codes, in bytes. */
const MAX_FILE = 256 * 1024;

/**
 * Returns the recovery codes among the lines of a page: the only set of several codes of the same shape, else the one that
 * follows a line about recovery codes most closely.
 */
export function codesIn(lines: readonly string[]): readonly string[] {
  const sets = recoveryCodeSets(lines);
  if (sets.length < 2) return sets[0] ?? [];
  const distances = sets.map((set) => distanceTo(lines, set[0]!));
  const nearest = Math.min(...distances);
  const found = sets.filter((_, index) => distances[index] === nearest);
  return found.length === 1 && nearest < Infinity ? found[0]! : [];
}

/** Returns the number of lines between a code and the last line about recovery codes before it. */
function distanceTo(lines: readonly string[], code: string): number {
  const place = lines.findIndex((line) => line.includes(code));
  const title = lines.slice(0, place + 1).findLastIndex((line) => says(line, 'recovery'));
  return title < 0 ? Infinity : place - title;
}

/**
 * Keeps the recovery codes that a site shows. They replace the earlier ones.
 *
 * @returns their number
 * @throws TwoFactorError `RECOVERY_CODES_NOT_FOUND`
 */
export async function saveRecoveryCodes(
  from: RecoveryCodeSource,
  { keeper }: Pick<AccountCredentials, 'keeper'>,
): Promise<number> {
  const lines = await linesOf(from);
  const isNamed = !('frames' in from) || lines.some((line) => says(line, 'recovery'));
  const codes = isNamed ? codesIn(lines) : [];
  if (codes.length === 0) throw notFound(from, lines, isNamed);
  registerShownSecrets({ recoveryCodes: codes, seed: undefined });
  const page = pageOf(from);
  const change = await keeper.propose(pageOrigin(page) ?? '', { recoveryCodes: codes });
  await change.confirm();
  return codes.length;
}

async function linesOf(from: RecoveryCodeSource): Promise<string[]> {
  if ('frames' in from) return await readPageLines(from);
  if ('suggestedFilename' in from) return await readDownload(from);
  try {
    return await readElementLines(from);
  } catch (error) {
    throw new TwoFactorError('RECOVERY_CODES_NOT_FOUND', `${String(from)} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** Returns the lines of a downloaded text file. @throws TwoFactorError `RECOVERY_CODES_NOT_FOUND` if it is not such a file */
export async function readDownload(download: Download): Promise<string[]> {
  const path = await download.path();
  const { size } = await stat(path);
  const bytes = size > MAX_FILE ? Buffer.alloc(0) : await readFile(path);
  const isText = bytes.length > 0 && !bytes.includes(0) && !bytes.subarray(0, 5).equals(Buffer.from('%PDF-'));
  if (!isText) {
    const text = `The download "${download.suggestedFilename()}" of ${size} bytes is not a text file with recovery codes.\nNext: Save the codes from the page that shows them.`;
    throw new TwoFactorError('RECOVERY_CODES_NOT_FOUND', text);
  }
  return bytes
    .toString('utf8')
    .split(/[\r\n\t]+/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function pageOf(from: RecoveryCodeSource): Page {
  return 'frames' in from ? from : from.page();
}

function notFound(from: RecoveryCodeSource, lines: readonly string[], isNamed: boolean): TwoFactorError {
  const where = 'frames' in from ? 'the page' : 'suggestedFilename' in from ? 'the download' : String(from);
  const sets = recoveryCodeSets(lines).map((set) => set.length);
  const seen = !isNamed
    ? 'it does not mention recovery codes'
    : sets.length > 1
      ? `it has ${sets.length} lists that may be codes, of ${sets.join(' and ')} entries`
      : `none of its ${lines.length} lines are four or more codes of the same form`;
  const text = `Found no recovery codes in ${where}: ${seen}.\nNext: Pass a locator of the list of codes alone.`;
  return new TwoFactorError('RECOVERY_CODES_NOT_FOUND', text);
}
