import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type HumanSettings, humanSettings } from '../human/human-settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LEDGER_VARIABLE, openLedger } from '../ledger/open.ts';
import { plainRuntime } from '../runtime.ts';
import { sink } from '../sources/sink.ts';
import { openVault } from '../vault/vault.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { PersonaSettings } from './persona-settings.ts';
import { readEnvironment } from './environment.ts';
import { DEFAULT_EMAIL_DOMAIN, freshCredentials } from './fresh.ts';
import { Persona } from './persona.ts';
import { askVault } from './personas.ts';

export interface OpenPersonaOptions {
  /** Stored personas by name; the environment may add to them. */
  readonly personas?: Readonly<Record<string, PersonaSettings>>;
  /** Where `.env` and the vault lie. @default the current folder */
  readonly folder?: string;
  /** Where the vault is, from `folder` on. @default '.playwright-2fa/vault' */
  readonly vault?: string;
  /** @default 'http://127.0.0.1:8025' */
  readonly sinkUrl?: string;
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
 * @throws TwoFactorError `PERSONA_UNKNOWN` or `SETTINGS_INVALID`
 */
export async function openPersona(name?: string, options: OpenPersonaOptions = {}): Promise<Persona> {
  const { personas = {}, folder = process.cwd(), vault = '.playwright-2fa/vault', sinkUrl, timeout } = options;
  const source = sink(sinkUrl === undefined ? {} : { url: sinkUrl });
  try {
    const credentials =
      name === undefined
        ? freshCredentials(randomBytes(8).toString('hex'), 'job', DEFAULT_EMAIL_DOMAIN)
        : await storedCredentials(name, { personas, folder, vault });
    let opened: Promise<Ledger> | undefined;
    const ledger = (): Promise<Ledger> => (opened ??= ledgerOf(options));
    const onClose = async (): Promise<void> => {
      await Promise.all([source.close(), opened?.then((one) => one.close())]);
    };
    const fresh = name === undefined;
    const human = humanSettings(options.human, await readEnvironment(folder));
    return await Persona.open(credentials, source, plainRuntime(timeout), { fresh, onClose, ledger, human });
  } catch (error) {
    await source.close();
    throw error;
  }
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
