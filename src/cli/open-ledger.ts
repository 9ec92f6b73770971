import { join, resolve } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { LEDGER_VARIABLE, openLedger } from '../ledger/open.ts';
import { readEnvironment } from '../project/environment.ts';
import type { Environment } from '../persona/settings.ts';

export interface CalledLedger {
  readonly ledger: Ledger;
  /** Where all is kept. */
  readonly folder: string;
  readonly env: Environment;
  /** Whether several machines use it. */
  readonly isShared: boolean;
}

/** The ledger that a call is about: that of its flags, else of the environment, else of the current folder. */
export async function openCalledLedger(flags: {
  readonly folder?: string | undefined;
  readonly ledger?: string | undefined;
}): Promise<CalledLedger> {
  const folder = resolve(flags.folder ?? '.playwright-2fa');
  const env = await readEnvironment(process.cwd());
  const url = flags.ledger ?? env[LEDGER_VARIABLE];
  const ledger = await openLedger({ url, folder: join(folder, 'ledger') });
  return { ledger, folder, env, isShared: Boolean(url) };
}
