import type { ProfileSettingsOf } from './settings.ts';

/** Where a sign-in begins. @param own the persona's */
export function startOf({ url, probe }: Pick<ProfileSettingsOf<never>, 'url' | 'probe'>, own?: string): string {
  return url ?? own ?? pathOf(probe) ?? '/';
}

/** Where a request or a look tells whether somebody is signed in, where it is one place. */
export function pathOf(probe: ProfileSettingsOf<never>['probe']): string | undefined {
  if (typeof probe === 'function') return undefined;
  return typeof probe === 'string' ? probe : probe.page;
}
