import { TwoFactorError } from '../../core/errors.ts';
import { isExpired } from '../../profile/expiry.ts';
import { saveState } from '../../profile/restore.ts';
import { hasNewCookies } from '../../profile/state.ts';
import type { Command } from '../command.ts';
import { profileCommand, savedOf } from './options.ts';
import { ask } from './playwright.ts';

/** Asks the site whether a saved session is alive. Exit code 0: it is; 1: it is not. */
export const runProbe: Command = profileCommand('probe', ['<name>'], async (call) => {
  const { name, store, lastVerified, flags } = call;
  const saved = await savedOf(call);
  const url = flags.url ?? saved.probe;
  if (url === undefined) {
    const text = `The probe of profile "${name}" is a function in the configuration. Give a URL that only a signed-in user may see: --url https://…`;
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
  const after = isExpired(saved.storageState, Date.now()) ? undefined : await ask(name, url, saved.storageState);
  if (after) await lastVerified.note(name, Date.now());
  // A site that renews a session during the probe may refuse the old one from then on.
  if (after && hasNewCookies(saved.storageState, after))
    await saveState({ name, store, probeUrl: saved.probe }, after, { replaces: saved, isSameSignIn: true });
  process.stdout.write(
    flags.json ? `${JSON.stringify({ name, url, alive: Boolean(after) })}\n` : `${after ? 'alive' : 'dead'}\n`,
  );
  if (!after) process.exitCode = 1;
});
