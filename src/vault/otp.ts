import { readSeed } from '../otp/seed.ts';

/**
 * An authenticator's account as the vault keeps it: an `otpauth://totp/` or `otpauth://hotp/` URI as it came, or one
 * made of a bare Base32 seed.
 *
 * @param label what an app would show beside its codes
 * @throws TwoFactorError `OTP_SEED_INVALID`; the text never holds the seed.
 */
export function normalizeOtp(text: string, label: string): string {
  const trimmed = text.trim();
  checkOtp(trimmed);
  if (/^otpauth:/i.test(trimmed)) return trimmed;
  const seed = trimmed
    .replace(/[^a-z2-7]/gi, '') // the spaces and hyphens that sites print between groups
    .toUpperCase();
  return `otpauth://totp/${encodeURIComponent(label)}?secret=${seed}`;
}

/**
 * Checks an account.
 *
 * @throws TwoFactorError `OTP_SEED_INVALID`; the text never holds the seed.
 */
export function checkOtp(text: string): void {
  readSeed(text);
}
