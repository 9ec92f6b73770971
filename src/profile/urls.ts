import type { ProfileSettingsOf } from './settings.ts';

/** URL where a sign-in begins. @param own URL of the persona */
export function startOf({ url, probe }: Pick<ProfileSettingsOf<never>, 'url' | 'probe'>, own?: string): string {
  return url ?? own ?? pathOf(probe) ?? '/';
}

/** URL of a probe; `undefined` for a probe function. */
export function pathOf(probe: ProfileSettingsOf<never>['probe']): string | undefined {
  if (typeof probe === 'function') return undefined;
  return typeof probe === 'string' ? probe : probe.page;
}
