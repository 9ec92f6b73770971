import type { StoredMessage } from './stored-message.ts';
import type { Take } from './taken-messages.ts';

/** Keeps messages beyond the process, such as on disk. */
export interface Keeper {
  readonly instance: string;
  /** Number after which new messages are counted. */
  readonly firstSeq: number;
  /** Size of the messages that are not kept yet, in bytes. */
  readonly pendingBytes: number;
  /** Makes sure that a sequence number is never given out again. */
  reserve(seq: number): void;
  added(message: StoredMessage): void;
  removed(message: StoredMessage): void;
  /** Keeps a claim. */
  taken(take: Take): void;
  /** Resolves once all claims so far are kept. */
  claimsSettled(): Promise<void>;
  /** Resolves once a message is kept. */
  written(message: StoredMessage): Promise<void>;
  /** Resolves once all changes so far are kept. */
  settled(): Promise<void>;
}
