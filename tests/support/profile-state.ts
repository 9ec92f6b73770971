import { randomUUID } from 'node:crypto';
import type { ProfileState, SavedState } from '../../src/profile/state.ts';

/** Creates a session that differs from others only in its value. */
export function session(value: string): ProfileState {
  return {
    cookies: [cookie('session', value)],
    origins: [{ origin: 'https://acme.test', localStorage: [{ name: 'theme', value }] }],
  };
}

export function cookie(name: string, value: string, expires = -1): ProfileState['cookies'][number] {
  return { name, value, expires, domain: 'acme.test', path: '/', httpOnly: true, secure: false, sameSite: 'Lax' };
}

/** Creates a saved state. */
export function saved(value: string, more: Partial<SavedState> = {}): SavedState {
  return { id: randomUUID(), savedAt: new Date().toISOString(), storageState: session(value), ...more };
}

export function valueOf(state: ProfileState | undefined): string | undefined {
  return state?.cookies[0]?.value;
}
