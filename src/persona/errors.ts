import type { Factor } from '../challenge/challenge.ts';
import type { IdentifierKind } from '../challenge/identifier.ts';
import { TwoFactorError } from '../core/errors.ts';
import { variableOf } from './credential-sources.ts';
import { type MemberName, memberForFactor } from './members.ts';

/** A persona, as far as an error about a missing member needs it. */
export interface IncompletePersona {
  readonly name: string;
  /** True if it is generated, so that nothing configures it. @default false */
  readonly isFresh?: boolean;
}

/** Error of a persona that lacks a member. @param wanted who wants it, as the start of the text */
export function without(persona: IncompletePersona, member: MemberName, wanted = ''): TwoFactorError {
  const text = `${wanted}Persona "${persona.name}" has no ${member}. ${remedyFor(persona, member)}`;
  return new TwoFactorError('PERSONA_INCOMPLETE', text);
}

/** Error of a persona that has nothing to type into the first field of a form. */
export function withoutIdentifier(persona: IncompletePersona, kind: IdentifierKind): TwoFactorError {
  const asked = { email: 'an e-mail address', phone: 'a phone number', username: 'a user name' }[kind];
  return without(persona, kind, `The form asks for ${asked}. `);
}

function remedyFor({ name, isFresh = false }: IncompletePersona, member: MemberName): string {
  if (!isFresh) return `Add \`${member}\` to it under \`personas\`, or set ${variableOf(name, member)}.`;
  const stored = `use a stored persona that has \`${member}\``;
  return member === 'phone'
    ? `A new persona gets its number from the source of SMS: set \`sms\` to a source that has numbers, or ${stored}.`
    : `It is a new persona: ${stored}.`;
}

/** Names the member that would add a factor, and its variable: `` `totp` (PERSONA_ALICE_TOTP) ``. Undefined if none would. */
export function memberToAdd(
  { name, isFresh = false }: IncompletePersona,
  wanted: Factor | 'password',
): string | undefined {
  const member = wanted === 'password' ? wanted : memberForFactor(wanted);
  if (!member) return undefined;
  return isFresh ? `\`${member}\` of a stored persona` : `\`${member}\` (${variableOf(name, member)})`;
}

/** Error of a persona that is used after it was closed; without a name, of the object that opens personas. */
export function closed(name?: string): TwoFactorError {
  const who = name === undefined ? 'This `personas` is' : `Persona "${name}" is`;
  const text = `${who} closed. Personas and their \`inbox\`, \`sms\` and \`totp\` end with the test, hook or job that opened them; a fixture that \`beforeAll\` takes ends with \`beforeAll\`. Take the fixture in the test or in \`beforeEach\`. For tests that share a persona, open it in \`beforeAll\` with \`openPersona()\` of 'playwright-2fa/library', and close it in \`afterAll\`.`;
  return new TwoFactorError('PERSONA_CLOSED', text);
}

/** Error of `openProfile()` of a persona that nothing can be saved for. */
export function notStored(name: string): TwoFactorError {
  const text = `Persona "${name}" is not a stored persona, so its session cannot be saved. Sign in with \`signIn()\`.`;
  return new TwoFactorError('PROFILE_UNKNOWN', text);
}

/** Returns what a source has thrown as an error of this package. */
export function asError(error: unknown): TwoFactorError {
  return error instanceof TwoFactorError
    ? error
    : new TwoFactorError('SOURCE_UNREACHABLE', String(error), { cause: error });
}
