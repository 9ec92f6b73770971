import type { StoredItems, StoredMembers, StoredRecords, StoredValue } from './stored-value.ts';

/** Writes records into object stores that exist. It runs in the page, so it contains all its functions. */
export async function writeRecords(stores: readonly StoredRecords[]): Promise<void> {
  for (const { database, store, records } of stores) {
    const decoded: { readonly key: unknown; readonly value: unknown }[] = [];
    for (const { key, value } of records) {
      decoded.push({
        key: key === undefined ? undefined : await decode(key, new Map()),
        value: await decode(value, new Map()),
      });
    }
    await writeStore(database, store, decoded);
  }

  async function writeStore(
    database: string,
    name: string,
    records: readonly { readonly key: unknown; readonly value: unknown }[],
  ): Promise<void> {
    const opened = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(database);
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB did not open')));
    });
    try {
      await new Promise<void>((resolve, reject) => {
        const change = opened.transaction(name, 'readwrite');
        const objects = change.objectStore(name);
        change.addEventListener('complete', () => resolve());
        change.addEventListener('abort', () => reject(change.error ?? new Error('IndexedDB gave up')));
        // An undefined key is as good as none.
        for (const { key, value } of records) objects.put(value, key as IDBValidKey | undefined);
      });
    } finally {
      opened.close();
    }
  }

  async function decode(stored: StoredValue, known: Map<number, unknown>): Promise<unknown> {
    if (typeof stored !== 'object' || stored === null) return stored;
    switch (stored.t) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(stored.v);
      case 'bigint':
        return BigInt(stored.v);
      case 'ref':
        return known.get(stored.id);
      case 'object':
      case 'map':
        return await decodeMembers(stored, known);
      case 'array':
      case 'set':
        return await decodeItems(stored, known);
      default: {
        const value = await decodeLeaf(stored, known);
        known.set(stored.id, value);
        return value;
      }
    }
  }

  type Leaf = Exclude<
    Extract<StoredValue, { readonly id: number }>,
    StoredMembers | StoredItems | { readonly t: 'ref'; readonly id: number }
  >;

  /** Decodes an object that may contain itself: it is known before its members are. */
  async function decodeMembers({ t, id, v }: StoredMembers, known: Map<number, unknown>): Promise<unknown> {
    const made = t === 'map' ? new Map<unknown, unknown>() : {};
    known.set(id, made);
    for (const member of v) {
      const [name, value] = [await decode(member.k, known), await decode(member.v, known)];
      if (made instanceof Map) made.set(name, value);
      // An assignment to `__proto__` would set the prototype.
      else Object.defineProperty(made, String(name), { value, writable: true, enumerable: true, configurable: true });
    }
    return made;
  }

  async function decodeItems({ t, id, v }: StoredItems, known: Map<number, unknown>): Promise<unknown> {
    const made = t === 'set' ? new Set<unknown>() : ([] as unknown[]);
    known.set(id, made);
    for (const stored of v) {
      const item = await decode(stored, known);
      if (made instanceof Set) made.add(item);
      else made.push(item);
    }
    return made;
  }

  async function decodeLeaf(stored: Leaf, known: Map<number, unknown>): Promise<unknown> {
    switch (stored.t) {
      case 'date':
        return new Date((await decode(stored.v, known)) as number);
      case 'regexp':
        return new RegExp(stored.v, stored.flags);
      case 'boxed':
        return new Object(await decode(stored.v, known));
      case 'error':
        return decodeError(stored);
      case 'bytes':
        return decodeBytes(stored.kind, bytesOf(stored.v));
      case 'blob':
        return new Blob([bytesOf(stored.v)], { type: stored.type });
      case 'file':
        return new File([bytesOf(stored.v)], stored.name, { type: stored.type, lastModified: stored.lastModified });
      case 'files': {
        const list = new DataTransfer();
        for (const file of stored.v) list.items.add((await decode(file, known)) as File);
        return list.files;
      }
      case 'image': {
        const colorSpace = stored.colorSpace as PredefinedColorSpace;
        return new ImageData(new Uint8ClampedArray(bytesOf(stored.v)), stored.width, stored.height, { colorSpace });
      }
      case 'key':
        return await crypto.subtle.importKey(
          'jwk',
          stored.jwk as JsonWebKey,
          stored.algorithm as Algorithm,
          stored.extractable,
          stored.usages as KeyUsage[],
        );
    }
  }

  function decodeError({ name, v, stack }: Extract<Leaf, { readonly t: 'error' }>): Error {
    const constructors = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
    const error = new (constructors[name as keyof typeof constructors] ?? Error)(v);
    return Object.assign(error, { stack });
  }

  /** A view gets a buffer of its own. Its constructor is one of the browser's, since the name comes from a stored view. */
  function decodeBytes(kind: string, { buffer }: Uint8Array): unknown {
    if (kind === 'ArrayBuffer') return buffer;
    const View = (globalThis as unknown as Record<string, new (buffer: ArrayBufferLike) => unknown>)[kind];
    if (!View) throw new Error(`this browser has no ${kind}`);
    return new View(buffer);
  }

  function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }
}
