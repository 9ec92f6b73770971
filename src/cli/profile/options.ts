import { PROFILE_NAME_RULE, isProfileName } from '../../profile/name.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import type { ProfileServices } from '../../profile/opened-profile.ts';
import type { SavedState } from '../../profile/state.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** Usage of all commands of profiles. */
export const USAGE = `Usage: playwright-2fa profile <command> [options]

  record <name> --url URL   open a browser, let a person sign in, and save the session
  list                      list the saved sessions, with their age and expiry
  show <name>               show a saved session, without its values
  probe <name>              ask the site whether the session is alive
  discard <name>            delete the saved session

  --folder DIR   folder of the profiles (.playwright-2fa)
  --ledger URL   Redis with the profiles, if machines share them (PLAYWRIGHT_2FA_LEDGER)
  --vault DIR    vault whose readers can read the profiles ("vault" in the folder)
  --json         print the result of list, show and probe as JSON
  --url URL      sign-in page of record; page that probe asks for
  --probe URL    page of record that only a signed-in user may see
  --headless     record without a window; --executable PATH selects the browser

Sessions are encrypted if there is a key to the vault.
`;

const OPTIONS = {
  folder: { type: 'string' },
  ledger: { type: 'string' },
  vault: { type: 'string' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  probe: { type: 'string' },
  headless: { type: 'boolean' },
  executable: { type: 'string' },
} as const;

/** Call of a command that is about profiles. */
export interface ProfileCall extends ProfileServices {
  /** Name of the profile; empty for `list`. */
  readonly name: string;
  readonly flags: {
    readonly json?: boolean;
    readonly url?: string;
    readonly probe?: string;
    readonly headless?: boolean;
    readonly executable?: string;
  };
}

/** Defines a command of profiles. The profiles are open while it works. */
export function profileCommand(
  word: string,
  positionals: readonly string[],
  work: (call: ProfileCall) => Promise<void>,
): Command {
  return defineCommand({
    name: `profile ${word}`,
    usage: USAGE,
    options: OPTIONS,
    positionals,
    async run({ values, positionals: [name = ''] }) {
      if (name !== '' && !isProfileName(name)) throw new UsageError(`The name of a profile must ${PROFILE_NAME_RULE}.`);
      const project = calledProject(values);
      try {
        await work({ name, flags: values, ...(await project.profiles()) });
      } finally {
        await project.close();
      }
    },
  });
}

/** Reads the saved session of a call. @throws TwoFactorError `PROFILE_UNKNOWN` if there is none that can be read */
export async function savedOf({ name, store }: ProfileCall): Promise<SavedState> {
  const saved = await store.read(name);
  if (saved) return saved;
  const text = `${store.name} has no session of profile "${name}" that can be read. ${suggest(name, await store.names())} Check that the key to the vault is available.`;
  throw new TwoFactorError('PROFILE_UNKNOWN', text);
}
