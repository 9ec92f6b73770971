import type { Sighting } from '../challenge/look.ts';

/** What is asked, so that two looks can be told apart: by its fields, else by its kind, and by the factors it takes. */
export function askOf({ challenge, reach }: Sighting): string | undefined {
  const { kind, fields, factors } = challenge;
  const roles = fields.map(({ role }) => role);
  const asked = factors.flatMap(({ factor }, index) => (reach.factors[index] ? [] : [factor]));
  if (roles.includes('code')) return `code by ${asked.join(' or ')}`;
  if (roles.length > 0) return [...new Set(roles)].join(' and ');
  const offered = factors.map(({ factor }) => factor);
  if (kind === 'choose' || kind === 'passkey' || (kind === 'rejected' && offered.length > 0))
    return `choice of ${offered.join(' or ')}`;
  return kind === 'unknown' || kind === 'signed-in' || kind === 'rejected' ? undefined : kind;
}
