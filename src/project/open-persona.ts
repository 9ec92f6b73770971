import { randomBytes } from 'node:crypto';
import { plainRuntime } from '../core/runtime.ts';
import { ExclusivePersonas } from '../persona/exclusive-personas.ts';
import type { Persona } from '../persona/persona.ts';
import { Project } from './project.ts';
import type { TwoFactorSettings } from './settings.ts';

export interface OpenPersonaOptions extends Pick<
  TwoFactorSettings,
  'personas' | 'sinkUrl' | 'mail' | 'sms' | 'timeout' | 'ledger' | 'human' | 'vault' | 'origins' | 'defaultCountry'
> {
  /** Folder of `.env`, and of the folder '.playwright-2fa' with the ledger, the profiles and the vault. @default the current folder */
  readonly folder?: string;
}

/**
 * Opens a stored persona, or without a name a fresh one, for a job without the test runner. Close it with `await using`
 * or `close()`.
 *
 * @param nameOrNames a name; or several, of which one is opened that no other test or job has until it is closed
 * @throws TwoFactorError `PERSONA_UNKNOWN` or `SETTINGS_INVALID`; `LEASE_TIMEOUT` if no persona came free within 30 minutes
 * @example
 * await using alice = await openPersona('alice');
 * await alice.signIn(page, 'https://app.example.com/login');
 */
export async function openPersona(
  nameOrNames?: string | readonly string[],
  { folder = process.cwd(), ...settings }: OpenPersonaOptions = {},
): Promise<Persona> {
  const project = new Project({ root: folder, settings });
  const exclusive = new ExclusivePersonas({ ledger: () => project.ledger(), owner: `process ${process.pid}` });
  const onClose = async (): Promise<void> => {
    try {
      await exclusive.release();
    } finally {
      await project.close();
    }
  };
  try {
    const personas = await project.personas({
      ...{ exclusive, onClose, title: 'job' },
      runtime: plainRuntime(settings.timeout),
      unique: () => randomBytes(8).toString('hex'),
    });
    return await personas.open(typeof nameOrNames === 'object' ? await exclusive.acquireAny(nameOrNames) : nameOrNames);
  } catch (error) {
    await onClose();
    throw error;
  }
}
