import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { StoredPasskey } from 'playwright-2fa';

/** Creates a unique passkey, because tests that share one wait for each other. Its id begins with the domain. */
export function newPasskey(rpId: string): Required<StoredPasskey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    id: Buffer.from(`${rpId} ${randomUUID()}`).toString('base64url'),
    rpId,
    userHandle: Buffer.from('alice').toString('base64url'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    signCount: 7,
  };
}
