import type { Ledger } from '../ledger/ledger.ts';
import { BrowserAdapter, type BrowserAdapterOptions } from './browser/browser-adapter.ts';
import type { ProfileStorage } from './store/open.ts';
import { ProfileSession } from './session.ts';
import { pathOf } from './urls.ts';

export interface StartOptions extends BrowserAdapterOptions, ProfileStorage {
  readonly ledger: Pick<Ledger, 'lease' | 'nextValue'>;
  /** Who uses it, for those who wait. */
  readonly who: string;
}

/** A profile for one use. Nothing is restored yet. */
export function startSession(options: StartOptions): ProfileSession {
  const { name, settings, store, ledger, lastVerified, contextOptions, timeout, who } = options;
  const { maxAge, maxUses, rotate, isolate, probe } = settings;
  return new ProfileSession({
    ...{ name, store, ledger, timeout, maxAge, maxUses, rotate, isolate, owner: who },
    browser: new BrowserAdapter(options),
    probeUrl: absolute(pathOf(probe), contextOptions.baseURL),
    // It is for people to look at, and no reason to fail whoever uses it.
    onAlive: () => lastVerified.note(name, Date.now()).catch(() => undefined),
  });
}

function absolute(path: string | undefined, baseUrl: string | undefined): string | undefined {
  return path !== undefined && URL.canParse(path, baseUrl) ? new URL(path, baseUrl).href : undefined;
}
