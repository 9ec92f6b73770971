import type { Identity } from 'age-encryption';
import type { Secret } from '../secret/secret.ts';
import type { VaultKey } from './key.ts';
import { passphraseIdentity, passphraseRecipient } from './scrypt.ts';

const BINARY_START = 'age-encryption.org/v1\n';

/** Result of decrypting an age file. */
export type DecryptResult =
  | { readonly text: string }
  /** No key fits. Lists the kinds of keys that the file is encrypted to: `X25519`, `scrypt`. */
  | { readonly requiredKinds: readonly string[] }
  | { readonly damage: string };

/** Encrypts a text to recipients or with a passphrase. Returns an age file in ASCII armor. */
export async function seal(text: string, recipients: readonly string[] | Secret): Promise<string> {
  const { Encrypter, armor } = await import('age-encryption');
  const encrypter = new Encrypter();
  if (isList(recipients)) for (const recipient of recipients) encrypter.addRecipient(recipient);
  else encrypter.addRecipient(passphraseRecipient(recipients));
  return armor.encode(await encrypter.encrypt(text));
}

/** Decrypts an age file, with or without ASCII armor. */
export async function open(file: Uint8Array, { identities, passphrase }: VaultKey): Promise<DecryptResult> {
  const { Decrypter } = await import('age-encryption');
  const binary = await stripArmor(file);
  if (!binary) return { damage: 'it is not an age file, or its ASCII armor is damaged' };
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity.reveal());
  if (passphrase) decrypter.addIdentity(passphraseIdentity(passphrase));
  const recorder = recordKinds();
  decrypter.addIdentity(recorder);
  try {
    return { text: await decrypter.decrypt(binary, 'text') };
  } catch (error) {
    if (recorder.kinds.length > 0) return { requiredKinds: recorder.kinds };
    return { damage: `it cannot be decrypted (${error instanceof Error ? error.message : 'unknown reason'})` };
  }
}

/** An identity that never fits. Added last, it is reached only when no other fits, and records the kinds of stanzas. */
function recordKinds(): Identity & { readonly kinds: string[] } {
  const kinds: string[] = [];
  return {
    kinds,
    unwrapFileKey(stanzas) {
      kinds.push(...new Set(stanzas.map(({ args }) => args[0] ?? '')));
      return null;
    },
  };
}

/** Returns the kind of each recipient of an age file: `X25519` for a key, `scrypt` for a passphrase. */
export async function recipientKinds(file: Uint8Array): Promise<readonly string[]> {
  const binary = (await stripArmor(file)) ?? new Uint8Array();
  const [header = ''] = Buffer.from(binary).toString('latin1').split('\n---', 1);
  return [...header.matchAll(/^-> (\S+)/gm)].map(([, kind]) => kind ?? '');
}

/**
 * Decodes ASCII armor strictly. Base64 has several ways to write the same bytes, so a file that differs from its
 * canonical form was changed. Only Windows line ends are accepted, since git may convert them.
 */
async function stripArmor(file: Uint8Array): Promise<Uint8Array | undefined> {
  const text = Buffer.from(file).toString('latin1');
  if (text.startsWith(BINARY_START)) return file;
  const { armor } = await import('age-encryption');
  try {
    const binary = armor.decode(text);
    const canonical = armor.encode(binary);
    return text === canonical || text === canonical.replaceAll('\n', '\r\n') ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the public key of an identity. */
export async function recipientOf(identity: Secret): Promise<string> {
  const { identityToRecipient } = await import('age-encryption');
  return await identityToRecipient(identity.reveal());
}

function isList(recipients: readonly string[] | Secret): recipients is readonly string[] {
  return Array.isArray(recipients);
}
