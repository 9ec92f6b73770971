import { createHmac } from 'node:crypto';
import type { OtpSeed } from './seed.ts';

/** What names a seed wherever all may look: the same on every machine, and of no use to find the seed. */
export function fingerprint({ key }: Pick<OtpSeed, 'key'>): string {
  return createHmac('sha256', key).update('playwright-2fa ledger').digest('hex').slice(0, 32);
}
