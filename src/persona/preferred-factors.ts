import type { Factor } from '../challenge/challenge.ts';
import type { Credentials } from './credentials.ts';
import type { PersonaSite } from './persona-site.ts';

/** Factors in order of preference: the fastest and most reliable first. */
const PREFERRED_FACTORS: readonly Factor[] = [
  'passkey',
  'totp',
  'hotp',
  'email-link',
  'email-code',
  'sms-code',
  'recovery-code',
  'human',
];

/** Returns the factors that the members of a persona provide, in order of preference. The persona need not be open. */
export function factorsOf({ email, phone, totp, passkeys = [], recoveryCodes = [] }: Credentials): readonly Factor[] {
  const isCounterBased = totp !== undefined && 'counter' in totp && totp.counter !== undefined;
  const has: Partial<Record<Factor, boolean>> = {
    passkey: passkeys.length > 0,
    totp: totp !== undefined && !isCounterBased,
    hotp: isCounterBased,
    'email-link': email !== undefined,
    'email-code': email !== undefined,
    'sms-code': phone !== undefined,
    'recovery-code': recoveryCodes.length > 0,
  };
  return PREFERRED_FACTORS.filter((factor) => has[factor]);
}

/** Returns the factors that a persona can use at a site, in order of preference. */
export function factorsOn(
  { passkeys, totp, recoveryCodes, credentials }: PersonaSite,
  { hasNumber, hasHuman }: { readonly hasNumber: boolean; readonly hasHuman: boolean },
): readonly Factor[] {
  return PREFERRED_FACTORS.filter((factor) => {
    if (factor === 'passkey') return passkeys.count > 0;
    if (factor === 'totp') return totp.isEnrolled;
    if (factor === 'hotp') return totp.isCounterBased;
    if (factor === 'human') return hasHuman;
    if (factor === 'recovery-code') return recoveryCodes.count > 0;
    return factor === 'sms-code' ? hasNumber : credentials.email !== undefined;
  });
}
