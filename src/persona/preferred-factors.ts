import type { Factor } from '../challenge/challenge.ts';

/** Factors in order of preference: the fastest and most reliable first. */
export const PREFERRED_FACTORS: readonly Factor[] = [
  'passkey',
  'totp',
  'hotp',
  'email-link',
  'email-code',
  'sms-code',
  'recovery-code',
  'human',
];
