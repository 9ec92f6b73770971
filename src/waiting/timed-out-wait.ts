import type { Caller } from '../core/caller.ts';
import type { MessageKind } from '../message/address.ts';
import type { Message } from '../message/message.ts';

/** Members of a message that a report names it by. */
export type NamedMessage = Pick<Message, 'kind' | 'id' | 'subject' | 'from' | 'receivedAt'>;

/** A message that came, and the reason it was rejected. */
export interface RejectedMessage {
  readonly message: NamedMessage;
  readonly reason: string;
}

export interface TimedOutWait {
  /** `code`, `link` or `message`. */
  readonly what: string;
  readonly watch: {
    readonly kind: MessageKind;
    readonly address: string;
    /** Name of the source. @default 'the sink' */
    readonly source?: string;
  };
  /** Duration of the wait, in milliseconds. */
  readonly waited: number;
  /** True if the test's own time limit ended the wait. */
  readonly cutShort: boolean;
  readonly rejected: readonly RejectedMessage[];
  /** Returns the owner of an address, if known. */
  readonly ownerOf?: OwnerOf | undefined;
  /** Kind of program that waits; `client` is one that calls the sink over HTTP. @default 'test' */
  readonly caller?: Caller | 'client' | undefined;
  /** Origin of the page that asks for the message, if it is not the application under test. */
  readonly foreignSite?: string | undefined;
}

export type OwnerOf = (address: string) => string | undefined;
