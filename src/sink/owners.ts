import { type MessageKind, foldAddress } from '../message/address.ts';
import { type Owner, readOwner } from '../message/owner.ts';

/** Maximum number of addresses whose owners are remembered, and the maximum length of an address, in characters. */
const MAX_ADDRESSES = 10_000;
const MAX_ADDRESS = 320;

/** The owners of addresses, as clients have told them. The oldest are forgotten. */
export class Owners {
  readonly #byAddress = new Map<string, Owner>();

  /** Records the owner of an address. Returns it, or `undefined` if it is invalid. */
  add(kind: MessageKind, address: string, value: unknown): Owner | undefined {
    const owner = readOwner(value);
    if (!owner || address.length > MAX_ADDRESS) return undefined;
    const key = keyOf(kind, foldAddress(kind, address));
    this.#byAddress.delete(key);
    this.#byAddress.set(key, owner);
    if (this.#byAddress.size > MAX_ADDRESSES) this.#byAddress.delete(this.#byAddress.keys().next().value ?? '');
    return owner;
  }

  /** Returns the owner of an address. @param folded the address, folded for comparison */
  of(kind: MessageKind, folded: string): Owner | undefined {
    return this.#byAddress.get(keyOf(kind, folded));
  }
}

function keyOf(kind: MessageKind, folded: string): string {
  return `${kind}:${folded}`;
}
