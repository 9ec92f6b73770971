import type { Challenge, Factor } from '../challenge/challenge.ts';

/** What is asked, so that two looks can be told apart: by its fields, else by its kind, and by the factors it takes. */
export function askOf({ kind, fields, factors }: Challenge, asked: readonly Factor[]): string | undefined {
  const roles = fields.map(({ role }) => role);
  if (roles.includes('code')) return `code by ${asked.join(' or ')}`;
  if (roles.length > 0) return [...new Set(roles)].join(' and ');
  const offered = factors.map(({ factor }) => factor);
  if (kind === 'choose' || kind === 'passkey' || (kind === 'rejected' && offered.length > 0))
    return `choice of ${offered.join(' or ')}`;
  return kind === 'unknown' || kind === 'signed-in' ? undefined : kind;
}
