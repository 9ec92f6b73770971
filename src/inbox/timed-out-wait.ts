import type { Caller } from '../core/caller.ts';
import type { Message } from '../message/message.ts';
import type { SourceWatch } from '../sources/source.ts';

/** A message that came, and the reason it was rejected. */
export interface RejectedMessage {
  readonly message: Message;
  readonly reason: string;
}

export interface TimedOutWait {
  /** `code`, `link` or `message`. */
  readonly what: string;
  readonly watch: SourceWatch;
  /** Duration of the wait, in milliseconds. */
  readonly waited: number;
  /** True if the test's own time limit ended the wait. */
  readonly cutShort: boolean;
  readonly rejected: readonly RejectedMessage[];
  /** Returns the owner of an address, if known. */
  readonly ownerOf?: OwnerOf | undefined;
  /** Kind of program that waits. @default 'test' */
  readonly caller?: Caller | undefined;
  /** Origin of the page that asks for the message, if it is not the application under test. */
  readonly foreignSite?: string | undefined;
}

export type OwnerOf = (address: string) => string | undefined;
