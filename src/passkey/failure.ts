/**
 * Failure of the passkey prompts of a page.
 *
 * - `'cancel'`: the person closes the prompt.
 * - `'timeout'`: nobody answers within the `timeout` that the page gives.
 * - `'not-allowed'`: the browser refuses to prompt.
 * - `{ userVerified: false }`: the device answers without having verified its user, even if the page requires it.
 * - `{ signCount: 'stale' }`: the device counts its signatures from 0 again, as a cloned one does.
 */
export type PasskeyFailure =
  | 'cancel'
  | 'timeout'
  | 'not-allowed'
  | { readonly userVerified: false }
  | { readonly signCount: 'stale' };

/** Question of a page to the simulation. Binary values are Base64url. */
export type FailureQuestion =
  | { readonly type: 'prompt' }
  | { readonly type: 'sign'; readonly id: string; readonly authenticatorData: string; readonly clientData: string };

/** Name of the function by which pages ask. */
export const FAILURE_BINDING = '__playwright2faPasskey';
