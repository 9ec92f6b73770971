import type { Factor } from '../challenge/challenge.ts';
import type { PageReading } from '../challenge/page/look.ts';

/** Key of a challenge that a person approves on another device. */
export const APPROVAL = 'approval';

/** Returns the factors that the page asks for now. Other factors need a click first. */
export function askedFactors({ challenge, locators }: PageReading): Factor[] {
  return challenge.factors.flatMap(({ factor }, index) => (locators.factors[index] ? [] : [factor]));
}

/** Returns a key that is equal for readings of the same challenge. Undefined if the page has no challenge. */
export function challengeKey(reading: PageReading): string | undefined {
  const { kind, fields, factors } = reading.challenge;
  const roles = fields.map(({ role }) => role);
  const code = `code by ${askedFactors(reading).join(' or ')}`;
  if (roles.includes('code')) return [...new Set(roles.filter((role) => role !== 'code')), code].join(' and ');
  if (roles.length > 0) return [...new Set(roles)].join(' and ');
  const offered = factors.map(({ factor }) => factor);
  if (kind === 'choose' || kind === 'passkey' || (kind === 'rejected' && offered.length > 0))
    return `choice of ${offered.join(' or ')}`;
  if (kind === 'unknown' && offered.includes('human')) return APPROVAL;
  return kind === 'unknown' || kind === 'signed-in' || kind === 'rejected' ? undefined : kind;
}
