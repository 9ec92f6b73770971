import { readSeed } from '../otp/seed.ts';

/**
 * Returns the `otpauth://` URI that the vault stores for an authenticator. A bare Base32 seed becomes a TOTP URI.
 *
 * @param label name of the account, as an authenticator app shows it
 * @throws TwoFactorError `OTP_SEED_INVALID`. The message never contains the seed.
 */
export function normalizeOtp(text: string, label: string): string {
  const trimmed = text.trim();
  checkOtp(trimmed);
  if (/^(?:otpauth|steam):/i.test(trimmed)) return trimmed;
  const seed = trimmed
    .replace(/[^a-z2-7]/gi, '') // the spaces and hyphens that sites print between groups
    .toUpperCase();
  return `otpauth://totp/${encodeURIComponent(label)}?secret=${seed}`;
}

/**
 * Checks an `otpauth://` URI or a bare seed.
 *
 * @throws TwoFactorError `OTP_SEED_INVALID`. The message never contains the seed.
 */
export function checkOtp(text: string): void {
  readSeed(text);
}
