import type { BrowserContextOptions } from '@playwright/test';
import type { LongWaits } from '../core/long-wait.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { BrowserAdapter, type BrowserAdapterOptions } from './browser/browser-adapter.ts';
import type { ProfileStorage } from './store/open.ts';
import { ProfileSession } from './session.ts';
import type { ProfilePersona, ProfileSettingsOf } from './settings.ts';
import { pathOf } from './urls.ts';

export interface StartOptions<P extends ProfilePersona> extends BrowserAdapterOptions<P>, ProfileStorage, LongWaits {
  readonly ledger: Pick<Ledger, 'lease' | 'nextValue'>;
  /** Name of the test or job, for those that wait. */
  readonly owner: string;
  /** Called if a session lacks something that cannot be saved, with a sentence for people. */
  readonly onLost?: ((text: string) => void) | undefined;
}

/** Prepares a profile for one use. Nothing is restored yet. */
export function startSession<P extends ProfilePersona>(options: StartOptions<P>): ProfileSession {
  const { name, settings, store, ledger, lastVerified, contextOptions, timeout, owner, onLost, longWait } = options;
  const { maxAge, maxUses, rotate, isolate } = settings;
  return new ProfileSession({
    ...{ name, store, ledger, timeout, maxAge, maxUses, rotate, isolate, owner, onLost, longWait },
    browser: new BrowserAdapter(options),
    probeUrl: probeUrlOf(settings, contextOptions),
    // This time is for people to look at: failing to write it fails nothing.
    onAlive: () => lastVerified.note(name, Date.now()).catch(() => undefined),
  });
}

/** Returns the absolute URL of a probe; `undefined` if the probe is not a URL. */
export function probeUrlOf(
  { probe }: Pick<ProfileSettingsOf<never>, 'probe'>,
  { baseURL }: BrowserContextOptions,
): string | undefined {
  const path = pathOf(probe);
  return path !== undefined && URL.canParse(path, baseURL) ? new URL(path, baseURL).href : undefined;
}
