import type { Identity } from 'age-encryption';
import type { Secret } from '../secret/secret.ts';
import type { VaultKey } from './key.ts';
import { passphraseIdentity, passphraseRecipient } from './scrypt.ts';

const BINARY_START = 'age-encryption.org/v1\n';

/** What came of opening an age file. */
export type Opened =
  | { readonly text: string }
  /** None of the keys fits; what kinds of keys would: `X25519`, `scrypt`. */
  | { readonly wanted: readonly string[] }
  | { readonly damage: string };

/** Encrypts a text to recipients, or with a passphrase: an age file in ASCII armor. */
export async function seal(text: string, recipients: readonly string[] | Secret): Promise<string> {
  const { Encrypter, armor } = await import('age-encryption');
  const encrypter = new Encrypter();
  if (isList(recipients)) for (const recipient of recipients) encrypter.addRecipient(recipient);
  else encrypter.addRecipient(passphraseRecipient(recipients));
  return armor.encode(await encrypter.encrypt(text));
}

/** Decrypts an age file, in ASCII armor or not. */
export async function open(file: Uint8Array, { identities, passphrase }: VaultKey): Promise<Opened> {
  const { Decrypter } = await import('age-encryption');
  const binary = await withoutArmor(file);
  if (!binary) return { damage: 'it is no age file, or its ASCII armor is damaged' };
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity.reveal());
  if (passphrase) decrypter.addIdentity(passphraseIdentity(passphrase));
  const last = nobody();
  decrypter.addIdentity(last);
  try {
    return { text: await decrypter.decrypt(binary, 'text') };
  } catch (error) {
    if (last.wanted.length > 0) return { wanted: last.wanted };
    return { damage: `it cannot be decrypted (${error instanceof Error ? error.message : 'for no known reason'})` };
  }
}

/** An identity that fits nothing, and is asked only when no other did. */
function nobody(): Identity & { readonly wanted: string[] } {
  const wanted: string[] = [];
  return {
    wanted,
    unwrapFileKey(stanzas) {
      wanted.push(...new Set(stanzas.map(({ args }) => args[0] ?? '')));
      return null;
    },
  };
}

/** How many recipients an age file is encrypted to, or that it is a passphrase's. */
export async function lockKinds(file: Uint8Array): Promise<readonly string[]> {
  const binary = (await withoutArmor(file)) ?? new Uint8Array();
  const [header = ''] = Buffer.from(binary).toString('latin1').split('\n---', 1);
  return [...header.matchAll(/^-> (\S+)/gm)].map(([, kind]) => kind ?? '');
}

/**
 * Takes the armor off, strictly: base64 has several ways to write the same bytes, and a file that is not as it was
 * written was changed by somebody. Git may have given it Windows' line ends.
 */
async function withoutArmor(file: Uint8Array): Promise<Uint8Array | undefined> {
  const text = Buffer.from(file).toString('latin1');
  if (text.startsWith(BINARY_START)) return file;
  const { armor } = await import('age-encryption');
  try {
    const binary = armor.decode(text);
    const written = armor.encode(binary);
    return text === written || text === written.replaceAll('\n', '\r\n') ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** The public side of a key: who has it can read what is encrypted to this. */
export async function recipientOf(identity: Secret): Promise<string> {
  const { identityToRecipient } = await import('age-encryption');
  return await identityToRecipient(identity.reveal());
}

function isList(recipients: readonly string[] | Secret): recipients is readonly string[] {
  return Array.isArray(recipients);
}
