import { Project } from '../project/project.ts';
import { UsageError } from './usage-error.ts';

const NO_PASSWORD =
  'The URL of --ledger has a password (not repeated here). Other users can see arguments, and the shell keeps them: change the password. Set PLAYWRIGHT_2FA_LEDGER to the URL instead.';

interface Flags {
  readonly folder?: string | undefined;
  readonly ledger?: string | undefined;
  readonly vault?: string | undefined;
}

/** Project of a command: that of its flags, else of the environment, else of the current folder. */
export function calledProject({ folder, ledger, vault }: Flags): Project {
  if (ledger !== undefined && hasPassword(ledger)) throw new UsageError(NO_PASSWORD);
  const settings = {
    ...(folder === undefined ? {} : { folder }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(vault === undefined ? {} : { vault }),
  };
  return new Project({ root: process.cwd(), settings, caller: 'command' });
}

function hasPassword(url: string): boolean {
  return /^[^/]*\/\/[^/]*:[^/]*@/.test(url);
}
