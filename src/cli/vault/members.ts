import { suggest } from '../../core/suggest.ts';
import { MEMBER_NAMES, type MemberName, memberOf, vaultNameOf } from '../../persona/members.ts';
import { UsageError } from '../usage-error.ts';

const STORED = MEMBER_NAMES.filter((name) => memberOf(name).vault !== undefined);

/** Words of the command line for the members that the vault keeps, such as `recovery-codes`. */
export const MEMBER_WORDS: readonly string[] = STORED.map(wordOf);

/** Reads the name of a member. @throws UsageError without the word, which may be a value in the wrong place */
export function readMember(word: string): MemberName {
  const member = STORED.find((name) => wordOf(name) === word);
  if (member) return member;
  throw new UsageError(`Unknown member. ${suggest(word, MEMBER_WORDS)}`);
}

function wordOf(name: MemberName): string {
  return vaultNameOf(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
