import { loadPlaywright } from '../../core/load-playwright.ts';
import { probeUrl } from '../../profile/browser/probe.ts';
import type { ProfileState } from '../../profile/state.ts';

/**
 * Asks a URL whether a session is alive.
 *
 * @param state of whom; without one, as a stranger
 * @returns the state as it is after that, where it is alive
 */
export async function ask(name: string, url: string, state?: ProfileState): Promise<ProfileState | undefined> {
  const { request } = await loadPlaywright();
  const asking = await request.newContext(state ? { storageState: state } : {});
  try {
    if (!(await probeUrl(asking, name, url))) return undefined;
    return { ...(state ?? { origins: [] }), cookies: (await asking.storageState()).cookies };
  } finally {
    await asking.dispose();
  }
}
