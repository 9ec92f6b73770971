/**
 * A value of IndexedDB as JSON, for the values that Playwright does not save. Numbers, strings, booleans and `null` stand
 * for themselves. Objects have an `id`, so that a value that is stored twice is one value again.
 */
export type StoredValue =
  | null
  | boolean
  | number
  | string
  | { readonly t: 'undefined' }
  | { readonly t: 'number' | 'bigint'; readonly v: string }
  | { readonly t: 'ref'; readonly id: number }
  | StoredMembers
  | StoredItems
  | { readonly t: 'files'; readonly id: number; readonly v: readonly StoredValue[] }
  | { readonly t: 'date'; readonly id: number; readonly v: StoredValue }
  | { readonly t: 'regexp'; readonly id: number; readonly v: string; readonly flags: string }
  | { readonly t: 'boxed'; readonly id: number; readonly v: StoredValue }
  | { readonly t: 'error'; readonly id: number; readonly name: string; readonly v: string; readonly stack: string }
  /** `kind` is the name of the constructor, `v` is Base64. */
  | { readonly t: 'bytes'; readonly id: number; readonly kind: string; readonly v: string }
  | { readonly t: 'blob'; readonly id: number; readonly type: string; readonly v: string }
  | {
      readonly t: 'file';
      readonly id: number;
      readonly type: string;
      readonly v: string;
      readonly name: string;
      readonly lastModified: number;
    }
  | {
      readonly t: 'image';
      readonly id: number;
      readonly v: string;
      readonly width: number;
      readonly height: number;
      readonly colorSpace: string;
    }
  | {
      readonly t: 'key';
      readonly id: number;
      readonly jwk: object;
      readonly algorithm: object;
      readonly extractable: boolean;
      readonly usages: readonly string[];
    };

export interface StoredMembers {
  readonly t: 'object' | 'map';
  readonly id: number;
  readonly v: readonly StoredMember[];
}

export interface StoredItems {
  readonly t: 'array' | 'set';
  readonly id: number;
  readonly v: readonly StoredValue[];
}

/** A member of an object or a map. Of an object, `k` is a string, as in the states of Playwright. */
export interface StoredMember {
  readonly k: StoredValue;
  readonly v: StoredValue;
}

export interface StoredRecord {
  /** The key, if it is not part of the value. */
  readonly key?: StoredValue;
  readonly value: StoredValue;
}

/** The records of an object store. */
export interface StoredRecords {
  readonly database: string;
  readonly store: string;
  readonly records: readonly StoredRecord[];
}

/** Records of an object store that cannot be saved. */
export interface LostRecords {
  readonly database: string;
  readonly store: string;
  readonly count: number;
  /** Kind of the first value that cannot be saved, such as 'a CryptoKey that is not extractable'. */
  readonly reason: string;
}
