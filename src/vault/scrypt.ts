import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { Identity, Recipient } from 'age-encryption';
import type { Secret } from '../secret/secret.ts';

/** Base-2 logarithm of the cost. The `age` program uses the same: about one second and 256 MiB. */
const WORK_FACTOR = 18;
/** Maximum that a file may request: 1 GiB. */
const MAX_WORK_FACTOR = 20;
const CIPHER = 'chacha20-poly1305';
/** Constant, because each key is used once. */
const NONCE = new Uint8Array(12);
const TAG = { authTagLength: 16 };

/**
 * Returns age's scrypt recipient, based on Node's own scrypt. The JavaScript version of `age-encryption` takes five
 * times as long and blocks the event loop, and with it the heartbeats of locks.
 *
 * @see https://age-encryption.org/v1 "The scrypt recipient type"
 */
export function passphraseRecipient(passphrase: Secret): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(16);
      const cipher = createCipheriv(CIPHER, await stretch(passphrase, salt, WORK_FACTOR), NONCE, TAG);
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      const args = ['scrypt', salt.toString('base64').replace(/=+$/, ''), String(WORK_FACTOR)];
      return [{ args, body: new Uint8Array(body) }];
    },
  };
}

/** Returns the identity that decrypts files of `passphraseRecipient`. */
export function passphraseIdentity(passphrase: Secret): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const [stanza] = stanzas;
      const [type, salt = '', workFactor = ''] = stanza?.args ?? [];
      if (type !== 'scrypt' || !stanza) return null;
      if (stanzas.length > 1 || stanza.args.length !== 3 || stanza.body.length !== 32) throw new Error('bad stanza');
      if (!/^[\w+/]{22}$/.test(salt) || !/^[1-9]\d?$/.test(workFactor)) throw new Error('bad scrypt stanza');
      if (Number(workFactor) > MAX_WORK_FACTOR) throw new Error(`its work factor is ${workFactor}`);
      const key = await stretch(passphrase, Buffer.from(salt, 'base64'), Number(workFactor));
      const decipher = createDecipheriv(CIPHER, key, NONCE, TAG).setAuthTag(stanza.body.subarray(16));
      try {
        return new Uint8Array(Buffer.concat([decipher.update(stanza.body.subarray(0, 16)), decipher.final()]));
      } catch {
        return null; // another passphrase
      }
    },
  };
}

function stretch(passphrase: Secret, salt: Buffer, workFactor: number): Promise<Buffer> {
  const cost = 2 ** workFactor;
  const labelled = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt]);
  return new Promise((resolve, reject) =>
    scrypt(passphrase.reveal(), labelled, 32, { N: cost, r: 8, p: 1, maxmem: 2048 * cost }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
