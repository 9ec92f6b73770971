import { UsageError } from '../usage-error.ts';
import { suggest } from '../../core/suggest.ts';

/** The members of a persona, as the command line names them. */
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

/** @throws UsageError which does not repeat the word: it could be a value in the wrong place. */
export function readMember(word: string): Member {
  const member = MEMBERS.find((one) => one === word);
  if (member) return member;
  throw new UsageError(`There is no such member. ${suggest(word, MEMBERS)}`);
}
