import type { Envelope } from '../message/message.ts';
import type { Owner } from '../message/owner.ts';
import type { Allocation } from './buffer-pool.ts';

/** Size of the addresses of a message that does not count, in bytes: the number of messages limits it. */
const FREE_ADDRESSES = 1024;
/** Memory that an address takes beside its characters, in bytes. */
const ADDRESS_OVERHEAD = 48;

/** A claim of a message: its code, its link or its text was given to a test or job. */
export interface Claim {
  /** The recipient whose inbox claimed it, folded for comparison. */
  readonly folded: string;
  readonly owner: Owner;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A message as it arrived. */
export class StoredMessage {
  readonly envelope: Envelope;
  /** The recipients, folded for comparison. */
  readonly folded: readonly string[];
  /** Size that counts for the cap, in bytes: of the message, and of unusually long addresses. */
  readonly cost: number;
  /** The bytes of the mail, or the text of the SMS in UTF-8. Reused after the message is removed: do not keep them. */
  readonly allocation: Allocation;
  /** The claims so far, at most one for each recipient. */
  readonly claims: Claim[] = [];
  /** Owner of a recipient when the message came. */
  readonly owner: Owner | undefined;

  constructor(envelope: Envelope, folded: readonly string[], allocation: Allocation, owner: Owner | undefined) {
    this.envelope = envelope;
    this.folded = folded;
    this.allocation = allocation;
    this.owner = owner;
    const addresses = sizeOf([envelope.from, ...envelope.to, ...folded]);
    this.cost = allocation.size + Math.max(0, addresses - FREE_ADDRESSES);
  }

  /** A copy of the bytes. @throws Error if the message was removed */
  get raw(): Buffer {
    return Buffer.from(this.allocation.bytes);
  }
}

/** Returns the memory that addresses take, in bytes. */
export function sizeOf(addresses: readonly string[]): number {
  return addresses.reduce((sum, { length }) => sum + length + ADDRESS_OVERHEAD, 0);
}
