import type { Secret } from '../secret/secret.ts';
import type { Credentials } from './credentials.ts';
import { without } from './errors.ts';

/** Returns the password or the memorable word of a persona. @throws TwoFactorError `PERSONA_INCOMPLETE` if it has none */
export function secretOf(credentials: Credentials, role: 'password' | 'memorable-word', isFresh: boolean): Secret {
  const member = role === 'password' ? 'password' : 'memorableWord';
  const secret = credentials[member];
  if (!secret) throw without({ name: credentials.name, isFresh }, member);
  return secret;
}
