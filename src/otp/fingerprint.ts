import { createHmac } from 'node:crypto';
import type { OtpSeed } from './seed.ts';

/** Returns a public name for a seed. It is the same on every machine, and does not reveal the seed. */
export function fingerprint({ key }: Pick<OtpSeed, 'key'>): string {
  return createHmac('sha256', key).update('playwright-2fa ledger').digest('hex').slice(0, 32);
}
