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

/** Returns what a source has thrown as an error of this package. */
export function asError(error: unknown): TwoFactorError {
  return error instanceof TwoFactorError
    ? error
    : new TwoFactorError('SOURCE_UNREACHABLE', String(error), { cause: error });
}
