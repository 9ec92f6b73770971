import { TwoFactorError } from '../../core/errors.ts';
import { isExpired } from '../../profile/expiry.ts';
import { saveState } from '../../profile/restore.ts';
import { hasNewCookies } from '../../profile/state.ts';
import { callProfile, savedOf } from './options.ts';
import { ask } from './playwright.ts';

/** Asks the site whether a saved session is alive: exit code 0 if it is, 1 if not. */
export async function runProbe(args: string[]): Promise<void> {
  await callProfile('probe', args, { wantsName: true, more: { url: { type: 'string' } } }, async (call) => {
    const { name, store, lastVerified, flags } = call;
    const saved = await savedOf(call);
    const url = typeof flags['url'] === 'string' ? flags['url'] : saved.probe;
    if (url === undefined) {
      const text = `What tells whether profile "${name}" is alive is a function of the configuration. Give a URL that only a signed-in user may see: --url https://…`;
      throw new TwoFactorError('SETTINGS_INVALID', text);
    }
    const after = isExpired(saved.storageState, Date.now()) ? undefined : await ask(name, url, saved.storageState);
    if (after) await lastVerified.note(name, Date.now());
    // A site that renews a session when it is asked may take the old one no more.
    if (after && hasNewCookies(saved.storageState, after))
      await saveState({ name, store, probeUrl: saved.probe }, after, { replaces: saved, isSameSignIn: true });
    process.stdout.write(
      flags['json'] ? `${JSON.stringify({ name, url, alive: Boolean(after) })}\n` : `${after ? 'alive' : 'dead'}\n`,
    );
    if (!after) process.exitCode = 1;
  });
}
