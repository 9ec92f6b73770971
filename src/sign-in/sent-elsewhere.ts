import type { Challenge, Factor } from '../challenge/challenge.ts';
import { mayBeAddress, mayBeNumber } from '../challenge/destination-match.ts';
import type { SignInCredentials } from './credentials.ts';

/**
 * Returns true if the page itself shows that the code goes to somebody else: each destination that it names for these
 * factors is none of the persona's. A page that names none proves nothing.
 */
export function isSentElsewhere(
  { factors }: Pick<Challenge, 'factors'>,
  waited: readonly Factor[],
  credentials: Pick<SignInCredentials, 'factors' | 'inbox' | 'sms'>,
): boolean {
  const named = factors.filter(({ factor, destination }) => destination !== undefined && waited.includes(factor));
  return named.length > 0 && !named.some(({ factor, destination = '' }) => mayBeOwn(factor, destination, credentials));
}

function mayBeOwn(
  factor: Factor,
  destination: string,
  { factors, inbox, sms }: Pick<SignInCredentials, 'factors' | 'inbox' | 'sms'>,
): boolean {
  if (factor === 'email-code') return factors.includes('email-code') && mayBeAddress(destination, inbox.address);
  if (factor === 'sms-code') return factors.includes('sms-code') && mayBeNumber(destination, sms.number);
  return true;
}
