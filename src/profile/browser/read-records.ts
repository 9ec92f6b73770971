import type { LostRecords, StoredRecord, StoredRecords, StoredValue } from './stored-value.ts';

export interface ReadRequest {
  readonly stores: readonly { readonly database: string; readonly store: string }[];
  /** Maximum size of all blobs, files and images together, in bytes. */
  readonly maxBytes: number;
}

export interface ReadResult {
  readonly saved: readonly StoredRecords[];
  readonly lost: readonly LostRecords[];
}

/**
 * Reads all records of object stores. It runs in the page, so it contains all its functions. A record with a value that
 * cannot be saved is left out.
 */
export async function readRecords({ stores, maxBytes }: ReadRequest): Promise<ReadResult> {
  let bytesLeft = maxBytes;
  const saved: StoredRecords[] = [];
  const lost: LostRecords[] = [];
  for (const { database, store } of stores) {
    const { keys, values, hasInlineKeys } = await readStore(database, store);
    const records: StoredRecord[] = [];
    const reasons: string[] = [];
    for (const [index, key] of keys.entries()) {
      const ids = new Map<object, number>();
      try {
        const value = await encode(values[index], ids);
        records.push(hasInlineKeys ? { value } : { key: await encode(key, new Map()), value });
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
    }
    saved.push({ database, store, records });
    if (reasons[0] !== undefined) lost.push({ database, store, count: reasons.length, reason: reasons[0] });
  }
  return { saved, lost };

  /** Reads a store in one transaction, which ends before a value is encoded: exporting a key or reading a blob ends it. */
  async function readStore(
    database: string,
    name: string,
  ): Promise<{ keys: IDBValidKey[]; values: unknown[]; hasInlineKeys: boolean }> {
    const opened = await resultOf(indexedDB.open(database));
    try {
      const objects = opened.transaction(name, 'readonly').objectStore(name);
      const [keys, values] = await Promise.all([resultOf(objects.getAllKeys()), resultOf(objects.getAll())]);
      return { keys, values, hasInlineKeys: objects.keyPath !== null };
    } finally {
      opened.close();
    }
  }

  function resultOf<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB gave no result')));
    });
  }

  async function encode(value: unknown, ids: Map<object, number>): Promise<StoredValue> {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (value === undefined) return { t: 'undefined' };
    if (typeof value === 'bigint') return { t: 'bigint', v: String(value) };
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { t: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
    const object: object = value;
    const known = ids.get(object);
    if (known !== undefined) return { t: 'ref', id: known };
    const id = ids.size;
    ids.set(object, id);
    return await encodeObject(object, id, ids);
  }

  async function encodeObject(object: object, id: number, ids: Map<object, number>): Promise<StoredValue> {
    if (Array.isArray(object)) return { t: 'array', id, v: await encodeAll(object, ids) };
    if (object instanceof Map) return { t: 'map', id, v: await encodeMembers([...object], ids) };
    if (object instanceof Set) return { t: 'set', id, v: await encodeAll([...object], ids) };
    if (object instanceof Date) return { t: 'date', id, v: await encode(object.getTime(), ids) };
    if (object instanceof RegExp) return { t: 'regexp', id, v: object.source, flags: object.flags };
    if (object instanceof Error)
      return { t: 'error', id, name: object.name, v: object.message, stack: object.stack ?? '' };
    if (object instanceof ArrayBuffer) return { t: 'bytes', id, kind: 'ArrayBuffer', v: base64Of(object) };
    if (ArrayBuffer.isView(object)) {
      const bytes = new Uint8Array(object.buffer, object.byteOffset, object.byteLength).slice();
      return { t: 'bytes', id, kind: object.constructor.name, v: base64Of(bytes.buffer) };
    }
    const kind = Object.prototype.toString.call(object).slice('[object '.length, -1);
    if (kind === 'Object') return { t: 'object', id, v: await encodeMembers(Object.entries(object), ids) };
    if (['String', 'Number', 'Boolean', 'BigInt'].includes(kind))
      return { t: 'boxed', id, v: await encode(object.valueOf(), ids) };
    return await encodePlatformObject(object, kind, id, ids);
  }

  async function encodePlatformObject(
    object: object,
    kind: string,
    id: number,
    ids: Map<object, number>,
  ): Promise<StoredValue> {
    if (object instanceof CryptoKey) return await encodeKey(object, id);
    if (object instanceof FileList) return { t: 'files', id, v: await encodeAll([...object], ids) };
    if (object instanceof Blob) {
      take(object.size, kind);
      const v = base64Of(await object.arrayBuffer());
      return object instanceof File
        ? { t: 'file', id, type: object.type, v, name: object.name, lastModified: object.lastModified }
        : { t: 'blob', id, type: object.type, v };
    }
    if (object instanceof ImageData && object.data instanceof Uint8ClampedArray) {
      const { width, height, colorSpace, data } = object;
      take(data.byteLength, kind);
      return { t: 'image', id, v: base64Of(data.slice().buffer), width, height, colorSpace };
    }
    throw new Error(`a ${kind}`);
  }

  async function encodeKey(key: CryptoKey, id: number): Promise<StoredValue> {
    if (!key.extractable) throw new Error('a CryptoKey that is not extractable');
    const jwk = await crypto.subtle.exportKey('jwk', key).catch((error: unknown) => {
      throw new Error(`a CryptoKey that cannot be exported (${String(error)})`);
    });
    // JSON cannot hold the exponent of an RSA key. The JWK contains it.
    const algorithm = { ...key.algorithm, publicExponent: undefined };
    return { t: 'key', id, jwk, algorithm, extractable: true, usages: key.usages };
  }

  async function encodeAll(values: readonly unknown[], ids: Map<object, number>): Promise<StoredValue[]> {
    const encoded: StoredValue[] = [];
    // One after the other, so that an object has its id before it is met again.
    for (const value of values) encoded.push(await encode(value, ids));
    return encoded;
  }

  async function encodeMembers(
    members: readonly (readonly [unknown, unknown])[],
    ids: Map<object, number>,
  ): Promise<{ k: StoredValue; v: StoredValue }[]> {
    const encoded: { k: StoredValue; v: StoredValue }[] = [];
    for (const [k, v] of members) encoded.push({ k: await encode(k, ids), v: await encode(v, ids) });
    return encoded;
  }

  function take(size: number, kind: string): void {
    if (size > bytesLeft)
      throw new Error(`a ${kind} of ${size} bytes: the blobs of an origin may have ${maxBytes} bytes together`);
    bytesLeft -= size;
  }

  function base64Of(buffer: ArrayBufferLike): string {
    const bytes = new Uint8Array(buffer);
    let binary = '';
    for (let start = 0; start < bytes.length; start += 0x8000)
      binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
    return btoa(binary);
  }
}
