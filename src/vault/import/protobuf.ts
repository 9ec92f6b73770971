import { TwoFactorError } from '../../core/errors.ts';

/** A field of a message: a number, or bytes. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/**
 * Parses the top level of a Protocol Buffers message. Nested messages are returned as bytes.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 * @throws TwoFactorError `VAULT_INVALID` if the message is malformed.
 */
export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;

  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw malformed('it is truncated');
    return bytes.subarray(at, (at += length));
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed('it has an unterminated number');
  };

  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (number === 0) throw malformed('it has a field without a number');
    if (type === 0) fields.push({ number, value: varint() });
    else if (type === 1) fields.push({ number, value: take(8) });
    else if (type === 2) fields.push({ number, value: take(Number(varint())) });
    else if (type === 5) fields.push({ number, value: take(4) });
    else throw malformed('it has a field of an unknown type');
  }
  return fields;
}

function malformed(seen: string): TwoFactorError {
  const text = `The export of Google Authenticator is damaged: ${seen}. Copy the whole otpauth-migration:// URI, or import a picture of its QR code.`;
  return new TwoFactorError('VAULT_INVALID', text);
}
