import { SecretSet } from '../redaction/secret-set.ts';
import { type Secret, secretChannel } from '../secret/secret.ts';

/**
 * Returns the secrets that this process creates or uses from now on. They are watched as long as somebody holds the set.
 *
 * @param onAdded called after each new secret
 */
export function watchSecrets(onAdded?: () => void): SecretSet {
  const known = new SecretSet();
  const held = new WeakRef(known);
  const add = (secret: unknown): void => {
    const set = held.deref();
    if (!set) secretChannel.unsubscribe(add);
    else if (set.add((secret as Secret).reveal(), (secret as Secret).label)) onAdded?.();
  };
  secretChannel.subscribe(add);
  return known;
}
