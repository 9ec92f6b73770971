import type { FindCodeOptions } from '../codes/find-code.ts';
import type { FindLinkOptions } from '../codes/find-link.ts';
import type { MessageFilter } from '../waiting/filter.ts';

export interface ListOptions extends MessageFilter {
  /** Leave out claimed messages, which a wait has already returned. @default false */
  readonly unreadOnly?: boolean;
  /** Maximum number of messages; the newest are returned. @default all */
  readonly limit?: number;
}

export interface WaitOptions extends MessageFilter {
  /** Only messages that came after this mark, from `mark()`. @default the opening of the persona */
  readonly after?: number;
  /** Time limit of the wait, in milliseconds. @default 20_000, or `timeout` of the option `twoFactor` */
  readonly timeout?: number;
  /** Ends the wait with `WAIT_ABORTED`. */
  readonly signal?: AbortSignal;
}

export interface PeekOptions extends WaitOptions {
  /** Leave out claimed messages, which a wait has already returned. @default false */
  readonly unreadOnly?: boolean;
}

export interface OpenMessageOptions extends PeekOptions {
  /** True if pictures of other servers load. @default false */
  readonly remoteImages?: boolean;
}

export interface PendingOptions extends MessageFilter {
  /** Leave out claimed messages, which a wait has already returned. @default true */
  readonly unreadOnly?: boolean;
  /** Time without a new delivery after which no more messages are expected, in milliseconds. @default 100 */
  readonly quiet?: number;
  /** Time limit for deliveries that have begun, in milliseconds. @default 20_000, or `timeout` of the option `twoFactor` */
  readonly timeout?: number;
}

export interface WaitForCodeOptions extends WaitOptions, FindCodeOptions {}
export interface WaitForLinkOptions extends WaitOptions, FindLinkOptions {}
