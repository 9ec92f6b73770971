import { TwoFactorError } from '../core/errors.ts';
import type { Credentials } from './credentials.ts';
import { variableOf } from './credential-sources.ts';

/** Error of a persona that lacks a member. */
export function without(
  { name }: Credentials,
  field: 'email' | 'phone' | 'password' | 'memorableWord',
): TwoFactorError {
  const text = `Persona "${name}" has no ${field}. Add \`${field}\` to it under \`personas\`, or set ${variableOf(name, field)}.`;
  return new TwoFactorError('PERSONA_INCOMPLETE', text);
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
