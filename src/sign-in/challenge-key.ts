import type { Factor } from '../challenge/challenge.ts';
import type { PageReading } from '../challenge/page/look.ts';

/** What only a person can do, on a device that is not this one. */
export const APPROVAL = 'approval';

/** The factors that are asked for now; the others are offered, after a click. */
export function askedFactors({ challenge, locators }: PageReading): Factor[] {
  return challenge.factors.flatMap(({ factor }, index) => (locators.factors[index] ? [] : [factor]));
}

/** What is asked, so that two looks can be told apart: by its fields, else by its kind, and by the factors it takes. */
export function challengeKey(reading: PageReading): string | undefined {
  const { kind, fields, factors } = reading.challenge;
  const roles = fields.map(({ role }) => role);
  if (roles.includes('code')) return `code by ${askedFactors(reading).join(' or ')}`;
  if (roles.length > 0) return [...new Set(roles)].join(' and ');
  const offered = factors.map(({ factor }) => factor);
  if (kind === 'choose' || kind === 'passkey' || (kind === 'rejected' && offered.length > 0))
    return `choice of ${offered.join(' or ')}`;
  if (kind === 'unknown' && offered.includes('human')) return APPROVAL;
  return kind === 'unknown' || kind === 'signed-in' || kind === 'rejected' ? undefined : kind;
}
