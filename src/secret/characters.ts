import { Secret } from './secret.ts';

/** Returns the characters of a secret at 1-based positions. A position behind the end is left out. */
export function charactersOf(secret: Secret, positions: readonly number[]): Secret {
  const characters = Array.from(secret.reveal());
  const chosen = positions.map((position) => characters[position - 1] ?? '');
  return new Secret(`${secret.label}, characters`, chosen.join(''));
}
