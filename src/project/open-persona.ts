import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type HumanSettings, readHumanSettings } from '../human/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LEDGER_VARIABLE, openLedger } from '../ledger/open.ts';
import type { ProfileServices } from '../profile/opened-profile.ts';
import type { Sealing } from '../profile/store/store.ts';
import { plainRuntime } from '../core/runtime.ts';
import { selectSources } from '../sources/select-sources.ts';
import type { Source } from '../sources/source.ts';
import { openVault } from '../vault/vault.ts';
import { type Credentials, readCredentials } from '../persona/credentials.ts';
import type { PersonaSettings } from '../persona/settings.ts';
import { readEnvironment } from './environment.ts';
import { DEFAULT_EMAIL_DOMAIN, addressedAt, generateCredentials } from '../persona/generate.ts';
import { Persona } from '../persona/persona.ts';
import { askVault } from '../persona/personas.ts';
import { ExclusivePersonas } from '../persona/exclusive-personas.ts';

export interface OpenPersonaOptions {
  /** Stored personas by name; the environment may add to them. */
  readonly personas?: Readonly<Record<string, PersonaSettings>>;
  /** Where `.env` and the vault lie. @default the current folder */
  readonly folder?: string;
  /** Where the vault is, from `folder` on. @default '.playwright-2fa/vault' */
  readonly vault?: string;
  /** @default 'http://127.0.0.1:8025' */
  readonly sinkUrl?: string;
  /** Where e-mail comes from. Whoever made it closes it. @default the sink */
  readonly mail?: Source;
  /** Where SMS come from. Whoever made it closes it. @default the sink, unless `mail` is given */
  readonly sms?: Source;
  /** How long a wait for a message takes at most, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /**
   * A Redis where all that use the persona write down which codes and messages they took.
   * @default `PLAYWRIGHT_2FA_LEDGER`, else '.playwright-2fa/ledger' in `folder`, for this machine
   */
  readonly ledger?: string;
  /** Asks a person where no factor will do. @default `PLAYWRIGHT_2FA_HUMAN_WEBHOOK`, else nobody is asked */
  readonly human?: HumanSettings;
}

/**
 * Opens a stored persona, or without a name a fresh one, for a job that runs without the test runner. Close it with
 * `await using`, or with `close()`.
 *
 * @param nameOrNames of several, one is opened that nobody else is until it is closed
 * @throws TwoFactorError `PERSONA_UNKNOWN` or `SETTINGS_INVALID`; `LEASE_TIMEOUT` when it did not come free within 30 minutes
 */
export async function openPersona(
  nameOrNames?: string | readonly string[],
  options: OpenPersonaOptions = {},
): Promise<Persona> {
  const {
    personas = {},
    folder = process.cwd(),
    vault = '.playwright-2fa/vault',
    mail,
    sms,
    sinkUrl,
    timeout,
  } = options;
  const env = await readEnvironment(folder);
  const source = selectSources({ mail, sms, sinkUrl }, env);
  let opened: Promise<Ledger> | undefined;
  const ledger = (): Promise<Ledger> => (opened ??= ledgerOf(options));
  const turns = new ExclusivePersonas({ ledger, who: `process ${process.pid}` });
  const onClose = async (): Promise<void> => {
    try {
      await turns.release();
    } finally {
      await Promise.all([source.close(), opened?.then((one) => one.close())]);
    }
  };
  try {
    const name = typeof nameOrNames === 'object' ? await turns.acquireAny(nameOrNames) : nameOrNames;
    if (name !== undefined && personas[name]?.exclusive) await turns.acquire(name);
    const credentials =
      name === undefined
        ? await addressedAt(source, generateCredentials(randomBytes(8).toString('hex'), 'job', DEFAULT_EMAIL_DOMAIN))
        : await storedCredentials(name, { personas, folder, vault });
    const fresh = name === undefined;
    const human = readHumanSettings(options.human, env);
    const profiles = fresh ? undefined : () => placeOf(options, ledger);
    return await Persona.open(credentials, source, plainRuntime(timeout), { fresh, onClose, ledger, human, profiles });
  } catch (error) {
    await onClose();
    throw error;
  }
}

async function placeOf(
  { folder = process.cwd(), vault = '.playwright-2fa/vault', ledger: url }: OpenPersonaOptions,
  openLedger: () => Promise<Ledger>,
): Promise<ProfileServices> {
  const { openProfiles } = await import('../profile/store/open.ts');
  const env = await readEnvironment(folder);
  const ledger = await openLedger();
  const isShared = Boolean(url ?? env[LEDGER_VARIABLE]);
  const sealing = async (): Promise<Sealing | undefined> => {
    const { openSealing } = await import('../vault/sealing.ts');
    return await openSealing({ folder: resolve(folder, vault), env });
  };
  return { ledger, ...openProfiles({ ledger, isShared, folder: resolve(folder, '.playwright-2fa'), sealing }) };
}

async function ledgerOf({ folder = process.cwd(), ledger }: OpenPersonaOptions): Promise<Ledger> {
  const { [LEDGER_VARIABLE]: given } = await readEnvironment(folder);
  return await openLedger({ url: ledger ?? given, folder: resolve(folder, '.playwright-2fa/ledger') });
}

async function storedCredentials(
  name: string,
  { personas, folder, vault }: Required<Pick<OpenPersonaOptions, 'personas' | 'folder' | 'vault'>>,
): Promise<Credentials> {
  const env = await readEnvironment(folder);
  const opened = openVault({ folder: resolve(folder, vault), env });
  return readCredentials(name, { personas, env, vault: await askVault(opened, name) });
}
