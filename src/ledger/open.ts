import { TwoFactorError } from '../core/errors.ts';
import type { Ledger } from './ledger.ts';

/** The variable that names a Redis. */
export const LEDGER_VARIABLE = 'PLAYWRIGHT_2FA_LEDGER';

export interface OpenLedgerOptions {
  /** A Redis. @default the folder */
  readonly url?: string | undefined;
  /** Of the ledger that the processes of this machine share. */
  readonly folder: string;
}

/**
 * The ledger of a project. Nothing is connected yet.
 *
 * @throws TwoFactorError `SETTINGS_INVALID`
 */
export async function openLedger({ url, folder }: OpenLedgerOptions): Promise<Ledger> {
  if (url === undefined || url === '') {
    const { fileLedger } = await import('./file-ledger.ts');
    return fileLedger({ folder });
  }
  const problem = ledgerUrlProblem(url);
  if (problem) throw new TwoFactorError('SETTINGS_INVALID', `${LEDGER_VARIABLE} or \`ledger\` ${problem}.`);
  const { redisLedger } = await import('./redis-ledger.ts');
  return redisLedger({ url });
}

/** What is wrong with the address of a ledger. The text holds no credentials. */
export function ledgerUrlProblem(url: string): string | undefined {
  const wanted = 'write it like redis://host:6379, or rediss://user:password@host:6380/0?prefix=shop';
  if (!URL.canParse(url)) return `is no URL: ${wanted}`;
  const { protocol, hostname, pathname, searchParams } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') return `begins with "${protocol}": ${wanted}`;
  if (!hostname) return `names no host: ${wanted}`;
  if (!/^\/?\d*$/.test(pathname)) return `has no number as its database: ${wanted}`;
  const strange = [...searchParams.keys()].find((name) => name !== 'prefix');
  return strange === undefined ? undefined : `has a parameter "${strange}", and only "prefix" is known: ${wanted}`;
}
