import type { Caller } from '../core/caller.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Ledger } from './ledger.ts';

/** The environment variable for the URL of a Redis server. */
export const LEDGER_VARIABLE = 'PLAYWRIGHT_2FA_LEDGER';

export interface OpenLedgerOptions {
  /** The URL of a Redis server. @default the ledger is in `folder` */
  readonly url?: string | undefined;
  /** The folder of the ledger that the processes of this machine share. */
  readonly folder: string;
  /** The folder around it, which git ignores if the ledger creates it. @default none */
  readonly ignoredFolder?: string;
  /** Kind of program, for errors that name its settings. @default 'test' */
  readonly caller?: Caller | undefined;
}

/**
 * Creates the ledger of a project. It connects on first use.
 *
 * @throws TwoFactorError `SETTINGS_INVALID`
 */
export async function openLedger({ url, ...options }: OpenLedgerOptions): Promise<Ledger> {
  if (url === undefined || url === '') {
    const { fileLedger } = await import('./file-ledger.ts');
    return fileLedger(options);
  }
  const problem = ledgerUrlProblem(url);
  if (problem) throw new TwoFactorError('SETTINGS_INVALID', `${LEDGER_VARIABLE} or \`ledger\` ${problem}.`);
  const { redisLedger } = await import('./redis-ledger.ts');
  return redisLedger({ url });
}

/** Returns the problem with the URL of a ledger, without its credentials; `undefined` if it is valid. */
export function ledgerUrlProblem(url: string): string | undefined {
  const expected = 'must be a URL such as redis://host:6379 or rediss://user:password@host:6380/0?prefix=shop';
  if (!URL.canParse(url)) return `${expected}, but does not parse`;
  const { protocol, hostname, pathname, searchParams } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') return `${expected}, but begins with "${protocol}"`;
  if (!hostname) return `${expected}, but has no host`;
  if (!/^\/?\d*$/.test(pathname)) return `${expected}, but its database is not a number`;
  const unknown = [...searchParams.keys()].find((name) => name !== 'prefix');
  return unknown === undefined ? undefined : `${expected}, but has the parameter "${unknown}"; only "prefix" is known`;
}
