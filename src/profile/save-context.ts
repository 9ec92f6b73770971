import type { Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { captureState } from './browser/capture.ts';
import { probeUrl } from './browser/probe.ts';
import type { ProfileServices } from './opened-profile.ts';
import { saveState } from './restore.ts';

/** Maximum time for the site to answer a stranger, in milliseconds. */
const TIMEOUT = 10_000;

export interface SaveContextOptions {
  /** Name of the profile. */
  readonly name: string;
  /** URL that only a signed-in user may see. */
  readonly url: string;
  readonly services: ProfileServices;
  /** Returns true if the site proves that the context is signed in. */
  readonly isSignedIn: () => Promise<boolean>;
}

/**
 * Saves the session of a page's context as a profile. A URL that strangers may see, too, proves no session, and is not
 * saved as the probe.
 *
 * @throws TwoFactorError `PROFILE_NOT_SAVED`, `PROFILE_NOT_SIGNED_IN` if the site does not answer
 */
export async function saveContext(page: Page, { name, url, services, isSignedIn }: SaveContextOptions): Promise<void> {
  const { store, lastVerified } = services;
  if (!/^https?:/.test(url))
    throw notSaved(name, 'the page does not belong to a site. Open one that only a signed-in user may see.');
  const context = page.context();
  if (!(await isSignedIn())) throw notSaved(name, `${url} shows no session. Sign in first, or give another page.`);
  const [isOpen, isPublic] = await Promise.all([probeUrl(context.request, name, url), isOpenToStrangers(url)]);
  const before = await store.read(name);
  const state = await captureState(context, { cookies: [], origins: [] });
  if (!(await saveState({ name, store, probeUrl: isOpen && !isPublic ? url : undefined }, state, { replaces: before })))
    throw notSaved(name, 'another process saved one at the same time. Save it again.');
  await lastVerified.note(name, Date.now()).catch(() => undefined);
}

async function isOpenToStrangers(url: string): Promise<boolean> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

function notSaved(name: string, why: string): TwoFactorError {
  return new TwoFactorError('PROFILE_NOT_SAVED', `Profile "${name}" was not saved: ${why}`);
}
