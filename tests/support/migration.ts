/** An account as Google Authenticator exports it. Undefined members are not written. */
export interface ExportedAccount {
  readonly secret?: Uint8Array;
  readonly name?: string;
  readonly issuer?: string;
  readonly algorithm?: number;
  readonly digits?: number;
  readonly type?: number;
  readonly counter?: bigint;
}

export interface ExportedBatch {
  readonly accounts: readonly ExportedAccount[];
  readonly size?: number;
  readonly index?: number;
}

/** Writes an export of Google Authenticator. */
export function migrationUri({ accounts, size, index }: ExportedBatch): string {
  const payload = [
    ...accounts.map((account) => bytesField(1, accountMessage(account))),
    numberField(2, 1n),
    ...(size === undefined ? [] : [numberField(3, BigInt(size))]),
    ...(index === undefined ? [] : [numberField(4, BigInt(index))]),
    numberField(5, 123_456_789n),
  ];
  return `otpauth-migration://offline?data=${encodeURIComponent(Buffer.concat(payload).toString('base64'))}`;
}

function accountMessage({ secret, name, issuer, algorithm, digits, type, counter }: ExportedAccount): Buffer {
  return Buffer.concat([
    secret ? bytesField(1, secret) : Buffer.alloc(0),
    name === undefined ? Buffer.alloc(0) : bytesField(2, Buffer.from(name)),
    issuer === undefined ? Buffer.alloc(0) : bytesField(3, Buffer.from(issuer)),
    ...[algorithm, digits, type].map((value, at) =>
      value === undefined ? Buffer.alloc(0) : numberField(4 + at, BigInt(value)),
    ),
    counter === undefined ? Buffer.alloc(0) : numberField(7, counter),
  ]);
}

function numberField(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number) * 8n), varint(value)]);
}

function bytesField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt(number) * 8n + 2n), varint(BigInt(value.length)), value]);
}

/** Encodes seven bits per byte, the lowest first. The eighth bit marks that more bytes follow. */
function varint(value: bigint): Buffer {
  const bits = value.toString(2);
  const groups = bits.padStart(Math.ceil(bits.length / 7) * 7, '0').match(/.{7}/g) ?? [];
  const bytes = groups.toReversed().map((group, at) => Number.parseInt(group, 2) + (at < groups.length - 1 ? 128 : 0));
  return Buffer.from(bytes);
}
