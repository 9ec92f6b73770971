// @ts-check
import { createHash, createPublicKey } from 'node:crypto';

/**
 * Returns what a browser sends to register a passkey, with the attestation "none", in standard Base64 (the id in
 * Base64url).
 *
 * @param {{ id: string, rpId: string, publicKey: string }} passkey
 * @param {string} challenge Base64url
 * @param {string} origin
 */
export function attestationOf({ id, rpId, publicKey }, challenge, origin) {
  const rawId = Buffer.from(id, 'base64url');
  const length = Buffer.from([rawId.length >> 8, rawId.length & 255]);
  // Flags: the user is present and verified, and there is a credential. The counter and the AAGUID are zero.
  const authData = Buffer.concat([
    createHash('sha256').update(rpId).digest(),
    Buffer.from([0x45, 0, 0, 0, 0]),
    Buffer.alloc(16),
    ...[length, rawId, coseKey(publicKey)],
  ]);
  const attestation = Buffer.concat([
    ...[Buffer.from([0xa3]), cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0])],
    ...[cborText('authData'), Buffer.from([0x59, authData.length >> 8, authData.length & 255]), authData],
  ]);
  const clientData = JSON.stringify({ type: 'webauthn.create', challenge, origin, crossOrigin: false });
  return {
    id,
    rawId: rawId.toString('base64'),
    type: 'public-key',
    response: {
      attestationObject: attestation.toString('base64'),
      clientDataJSON: Buffer.from(clientData).toString('base64'),
    },
  };
}

/** Returns a P-256 key as COSE, with the algorithm ES256. @param {string} publicKey SubjectPublicKeyInfo in Base64url */
export function coseKey(publicKey) {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const bytes = (/** @type {string} */ part) => Buffer.from(part, 'base64url');
  return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), bytes(x), Buffer.from('225820', 'hex'), bytes(y)]);
}

/** @param {string} text of at most 23 bytes */
function cborText(text) {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)]);
}
