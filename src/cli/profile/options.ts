import { parseArgs } from 'node:util';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { suggest } from '../../core/suggest.ts';
import type { ProfileStorage } from '../../profile/store/open.ts';
import type { SavedState } from '../../profile/state.ts';
import { calledProject } from '../called-project.ts';
import { UsageError } from '../usage-error.ts';

const SHARED = {
  folder: { type: 'string' },
  ledger: { type: 'string' },
  vault: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type More = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

export interface ProfileCall extends ProfileStorage {
  readonly name: string;
  readonly ledger: Ledger;
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
}

/**
 * Reads the arguments of a command, opens the profiles that it is about, and closes them after it.
 *
 * @param wantsName whether it is about one of them
 * @throws UsageError
 */
export async function callProfile(
  command: string,
  args: string[],
  { wantsName, more = {} }: { readonly wantsName: boolean; readonly more?: More },
  work: (call: ProfileCall) => Promise<void>,
): Promise<void> {
  const { values, positionals } = parse(command, args, { ...SHARED, ...more });
  const [name = ''] = positionals;
  if (wantsName && name === '') throw new UsageError(`playwright-2fa profile ${command}: <name> is missing.`);
  if (positionals.length > (wantsName ? 1 : 0))
    throw new UsageError(`playwright-2fa profile ${command}: there are too many arguments.`);
  if (wantsName && !/^[\w@-][\w.@-]*$/.test(name))
    throw new UsageError(`A profile's name becomes a file's, so use letters, digits and -_.@`);
  const flags = values as ProfileCall['flags'];
  const text = (flag: string): string | undefined => (typeof flags[flag] === 'string' ? flags[flag] : undefined);
  const project = calledProject({ folder: text('folder'), ledger: text('ledger'), vault: text('vault') });
  try {
    await work({ name, flags, ...(await project.profiles()) });
  } finally {
    await project.close();
  }
}

/** @throws TwoFactorError `PROFILE_UNKNOWN` where nothing is saved under this name */
export async function savedOf({ name, store }: ProfileCall): Promise<SavedState> {
  const saved = await store.read(name);
  if (saved) return saved;
  const text = `No session of profile "${name}" that can be read is saved in ${store.name}. ${suggest(name, await store.names())} Is the key to the vault here?`;
  throw new TwoFactorError('PROFILE_UNKNOWN', text);
}

function parse(
  command: string,
  args: string[],
  options: More,
): Pick<ReturnType<typeof parseArgs>, 'values' | 'positionals'> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`playwright-2fa profile ${command}: ${reasonOf(error)}`);
  }
}
