import { randomBytes } from 'node:crypto';
import { type Logger, loggerProblems, stderrLogger } from '../core/logger.ts';
import { type Runtime, plainRuntime } from '../core/runtime.ts';
import { ExclusivePersonas } from '../persona/exclusive-personas.ts';
import type { Persona } from '../persona/persona.ts';
import { Project } from './project.ts';
import { type TwoFactorSettings, settingsInvalid, settingsProblems } from './settings.ts';

export interface OpenPersonaOptions extends Pick<
  TwoFactorSettings,
  | 'personas'
  | 'sinkUrl'
  | 'mail'
  | 'sms'
  | 'timeout'
  | 'ledger'
  | 'human'
  | 'vault'
  | 'save'
  | 'origins'
  | 'defaultCountry'
> {
  /** Folder of `.env`, and of the folder '.playwright-2fa' with the ledger, the profiles and the vault. @default the current folder */
  readonly folder?: string;
  /** Destination of the lines of the job, such as `console`. @default warnings and errors to standard error */
  readonly logger?: Logger;
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
  { folder = process.cwd(), logger = stderrLogger, ...settings }: OpenPersonaOptions = {},
): Promise<Persona> {
  const problems = [...settingsProblems(settings), ...loggerProblems(logger)];
  if (problems.length > 0) throw settingsInvalid('The options of openPersona() are', problems);
  const project = new Project({ root: folder, settings, caller: 'job' });
  const runtime: Runtime = { ...plainRuntime(settings.timeout, logger), caller: 'job' };
  const exclusive = new ExclusivePersonas({
    ledger: () => project.ledger(),
    owner: `process ${process.pid}`,
    longWait: runtime.longWait,
  });
  const onClose = async (): Promise<void> => {
    try {
      await exclusive.release();
    } finally {
      await project.close();
    }
  };
  try {
    const personas = await project.personas({
      ...{ exclusive, onClose, runtime, title: 'job' },
      unique: () => randomBytes(8).toString('hex'),
    });
    return await personas.open(typeof nameOrNames === 'object' ? await exclusive.acquireAny(nameOrNames) : nameOrNames);
  } catch (error) {
    await onClose();
    throw error;
  }
}
