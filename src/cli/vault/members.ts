import { UsageError } from '../usage-error.ts';
import { suggest } from '../../core/suggest.ts';

/** Members of a persona, as named on the command line. */
export const MEMBERS = [
  'email',
  'phone',
  'username',
  'password',
  'otp',
  'recovery-codes',
  'passkeys',
  'origins',
] as const;
export type Member = (typeof MEMBERS)[number];

/** @throws UsageError without the word itself, which could be a secret in the wrong place. */
export function readMember(word: string): Member {
  const member = MEMBERS.find((one) => one === word);
  if (member) return member;
  throw new UsageError(`Unknown member. ${suggest(word, MEMBERS)}`);
}
