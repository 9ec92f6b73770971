import type { Locator, Page } from '@playwright/test';
import type { FindCodeOptions } from '../codes/find-code.ts';
import type { FindLinkOptions } from '../codes/find-link.ts';
import { Deadline } from '../core/deadline.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { Message } from '../message/message.ts';
import { fillSecret } from '../secret/fill.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { allowsOrigin } from '../secret/origins.ts';
import { Secret, registerSecret } from '../secret/secret.ts';
import type { SourceArrival, SourceWatch } from '../sources/source.ts';
import { ClaimedMessages } from './claimed-messages.ts';
import { linkRefused, notSettled, waitAborted } from './errors.ts';
import { type MessageFilter, mismatch } from './filter.ts';
import { type OwnerOf, type RejectedMessage, explainTimeout, nameOf } from './timeout-report.ts';

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

/** An application that sends a mail begins to do so within this time, in milliseconds. */
const DEFAULT_QUIET = 100;

export interface MessageBoxOptions {
  /** The watch at the source. If it fails, the first operation of the box rejects with the error. */
  readonly watch: Promise<SourceWatch>;
  readonly runtime: Runtime;
  /** Origins where codes may be typed and links opened. @default any */
  readonly origins?: readonly string[] | undefined;
  /** Returns the owner of an address, for the report of a timeout. */
  readonly ownerOf?: OwnerOf | undefined;
  /** Records the claims of all who read the address. @default nobody else reads it */
  readonly claims?: OpenLedger | undefined;
  /** Throws if the sign-in of the owner is blocked. Called before each wait that claims a message. @default never throws */
  readonly checkLockout?: (() => Promise<void>) | undefined;
}

/**
 * The messages to one address since the box was made.
 *
 * A wait claims the message that it returns, so no other wait returns it. The newest matching message wins, so after a
 * resend the new code is returned.
 */
export class MessageBox {
  readonly #watch: Promise<SourceWatch>;
  readonly #runtime: Runtime;
  readonly #ownerOf: OwnerOf | undefined;
  readonly #origins: readonly string[] | undefined;
  readonly #checkLockout: (() => Promise<void>) | undefined;
  readonly #claimed: ClaimedMessages;
  /** By sender, the position of the newest claimed code. Earlier codes of the sender are void. */
  readonly #lastCodes = new Map<string, number>();
  /** Ids of the messages whose secrets are registered. */
  readonly #registered = new Set<string>();
  /** Reports of the running waits. */
  readonly #pending = new Set<() => Promise<TwoFactorError>>();

  constructor({ watch, runtime, ownerOf, origins, claims, checkLockout }: MessageBoxOptions) {
    this.#checkLockout = checkLockout;
    this.#claimed = new ClaimedMessages(claims);
    this.#origins = origins;
    this.#watch = watch;
    this.#watch.catch(() => undefined); // the first operation reports it
    this.#runtime = runtime;
    this.#ownerOf = ownerOf;
  }

  /**
   * Returns a mark of this moment. Take it before the action that makes the site send, and pass it as `after`.
   *
   * @example
   * const after = await inbox.mark();
   * await page.getByRole('button', { name: 'Resend' }).click();
   * const code = await inbox.waitForCode({ after });
   */
  async mark(): Promise<number> {
    const watch = await this.#watch;
    await watch.poll?.();
    return watch.arrivals.length;
  }

  /**
   * Returns the messages so far, in the order in which they came. Does not wait.
   *
   * @example
   * expect(await inbox.messages({ subject: 'Welcome' })).toHaveLength(1);
   */
  async messages(options: ListOptions = {}): Promise<Message[]> {
    const watch = await this.#watch;
    await watch.poll?.();
    const all = await Promise.all(watch.arrivals.map((arrival) => arrival.message()));
    await Promise.all(all.map((message) => this.#registerSecrets(message)));
    const matching = all.filter(
      (message) =>
        mismatch(message, options) === undefined &&
        !(options.unreadOnly && this.#claimed.ownerOf(message) !== undefined),
    );
    return matching.slice(Math.max(0, matching.length - (options.limit ?? matching.length)));
  }

  /**
   * Waits for a message and claims it. Returns the newest one that is not claimed.
   *
   * @example
   * const { html } = await inbox.waitForMessage({ subject: /receipt/i });
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and the reason it was rejected
   */
  async waitForMessage(options: WaitOptions = {}): Promise<Message> {
    return await this.#registerSecrets(await this.#waitStep('message', options, (message) => message));
  }

  /**
   * Waits for a one-time code and claims its message. Returns the code without spaces or hyphens.
   *
   * @example
   * const code = await inbox.waitForCode({ from: 'no-reply@acme.com' });
   *
   * @throws TwoFactorError `CODE_TIMEOUT`, or `CODE_AMBIGUOUS` if a message holds several equally likely codes
   */
  async waitForCode(options: WaitForCodeOptions = {}): Promise<string> {
    const { findCode } = await import('../codes/find-code.ts');
    const { address } = await this.#watch;
    return await this.#waitStep('code', options, (message) =>
      registerSecret(`${address}/code`, findCode(message, options)),
    );
  }

  /**
   * Waits for a link to follow and claims its message. Returns the link byte for byte as it was sent.
   *
   * @example
   * const link = await inbox.waitForLink({ text: 'Confirm' });
   *
   * @throws TwoFactorError `CODE_TIMEOUT`, or `LINK_AMBIGUOUS` if a message holds several equally likely links
   */
  async waitForLink(options: WaitForLinkOptions = {}): Promise<string> {
    const { findLink } = await import('../codes/find-link.ts');
    const { address } = await this.#watch;
    return await this.#waitStep('link', options, (message) =>
      registerLinkSecrets(`${address}/link`, findLink(message, options)),
    );
  }

  /**
   * Waits for the code and types it, into one field or into one box per character.
   *
   * @example
   * await inbox.fillCode(page.getByLabel('Code'));
   *
   * @throws TwoFactorError as `waitForCode()`, `ORIGIN_REFUSED`, or `FILL_FAILED`
   */
  async fillCode(locator: Locator, options: WaitForCodeOptions = {}): Promise<void> {
    const code = new Secret('code', await this.waitForCode(options));
    await this.#runtime.step('Fill code', () => fillSecret(locator, code, { ...options, origins: this.#origins }));
  }

  /**
   * Waits for the link and opens it in the page.
   *
   * @example
   * await inbox.openLink(page);
   *
   * @throws TwoFactorError as `waitForLink()`, or `ORIGIN_REFUSED` if the link leads to another site
   */
  async openLink(page: Page, options: WaitForLinkOptions = {}): Promise<void> {
    const { urlOf } = await import('../codes/link-address.ts');
    const link = await this.waitForLink(options);
    const url = urlOf(link);
    if (this.#origins && url && !allowsOrigin(this.#origins, url.origin)) throw linkRefused(this.#origins, url.origin);
    await page.goto(url?.href ?? link);
  }

  /** Ends the watch. @returns an error for each wait that is still running, for the caller to report */
  async close(): Promise<TwoFactorError[]> {
    const errors = await Promise.all([...this.#pending].map((explain) => explain()));
    await this.#watch.then(
      (watch) => watch.close(),
      () => undefined,
    );
    return errors;
  }

  /**
   * Waits for a message without claiming it. Returns the newest one.
   *
   * @example
   * const { subject } = await inbox.peekMessage();
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and the reason it was rejected
   */
  async peekMessage(options: PeekOptions = {}): Promise<Message> {
    const mode = { claims: false, includesClaimed: options.unreadOnly !== true };
    return await this.#registerSecrets(await this.#waitStep('message', options, (message) => message, mode));
  }

  /**
   * Returns the unclaimed messages: at once if there are some, else an empty list when no delivery is on its way.
   *
   * @example
   * expect(await inbox.pendingMessages()).toEqual([]);
   *
   * @throws TwoFactorError `NOT_SETTLED` if a delivery does not end in time
   */
  async pendingMessages({ quiet = DEFAULT_QUIET, timeout, unreadOnly = true, ...filter }: PendingOptions = {}): Promise<
    Message[]
  > {
    const watch = await this.#watch;
    const deadline = this.#deadline({ ...(timeout === undefined ? {} : { timeout }) });
    const settled = watch.settled(quiet).then(() => true);
    settled.catch(() => undefined); // it may fail after the loop has ended
    try {
      for (let isSettled = false; ;) {
        const seen = watch.arrivals.length;
        const pending = await this.messages({ ...filter, unreadOnly });
        if (isSettled || pending.length > 0) return pending;
        isSettled = await Promise.race([settled, watch.more(seen, deadline.signal).then(() => false)]);
      }
    } catch (error) {
      if (deadline.isOver()) throw await notSettled(watch, deadline.waited());
      throw error;
    } finally {
      deadline.end();
    }
  }

  /** Registers the code and the link of a message before a test can read and print them. */
  async #registerSecrets(message: Message): Promise<Message> {
    if (this.#registered.has(message.id)) return message;
    this.#registered.add(message.id);
    const { registerMessageSecrets } = await import('./register-secrets.ts');
    registerMessageSecrets((await this.#watch).address, message);
    return message;
  }

  /** Runs a wait as a step of the report. */
  async #waitStep<T>(
    what: string,
    options: WaitOptions,
    read: (message: Message) => T,
    { claims = true, includesClaimed = false } = {},
  ): Promise<T> {
    if (claims) await this.#checkLockout?.();
    const watch = await this.#watch;
    const search = { what, options, read, claims, includesClaimed, rejected: new Map<string, RejectedMessage>() };
    return await this.#runtime.step(`Wait for ${what} to ${watch.address}`, () => this.#wait(watch, search));
  }

  async #wait<T>(watch: SourceWatch, search: Search<T>): Promise<T> {
    const { what, options } = search;
    const deadline = this.#deadline(options);
    const explain = (): Promise<TwoFactorError> => this.#explain(watch, search, deadline);
    this.#pending.add(explain);
    try {
      for (;;) {
        const seen = watch.arrivals.length;
        const found = await this.#find(watch.arrivals.toReversed(), search);
        if (found) {
          await this.#runtime.step(`${nameOf(found.message)}, after ${deadline.waited()} ms`, () => Promise.resolve());
          return found.value;
        }
        await watch.more(seen, deadline.signal);
      }
    } catch (error) {
      if (deadline.isOver() && !(error instanceof TwoFactorError)) throw watch.outage?.() ?? (await explain());
      if (options.signal?.aborted) throw waitAborted(what, watch, options.signal);
      throw error;
    } finally {
      deadline.end();
      this.#pending.delete(explain);
    }
  }

  async #explain<T>(watch: SourceWatch, { what, rejected }: Search<T>, deadline: Deadline): Promise<TwoFactorError> {
    const error = await explainTimeout({
      what,
      watch,
      waited: deadline.waited(),
      cutShort: deadline.isCutShort,
      rejected: [...rejected.values()],
      ownerOf: this.#ownerOf,
    });
    if (error.details) await this.#runtime.attach(`why no ${what} came`, error.details);
    return error;
  }

  #deadline({ timeout = this.#runtime.timeout, signal }: Pick<WaitOptions, 'timeout' | 'signal'>): Deadline {
    return new Deadline(this.#runtime, timeout, signal);
  }

  /** Finds the newest matching message, and notes the reason against each newer one. */
  async #find<T>(newestFirst: readonly SourceArrival[], search: Search<T>): Promise<FoundMessage<T> | undefined> {
    const { what, read, rejected, claims, includesClaimed } = search;
    for (const [index, arrival] of newestFirst.entries()) {
      const message = await arrival.message();
      const position = newestFirst.length - index;
      const beforeMark = position <= (search.options.after ?? 0) ? 'it came before the mark' : undefined;
      const voided = includesClaimed ? undefined : this.#voided(position, message, what);
      const reason = beforeMark ?? voided ?? mismatch(message, search.options);
      const found = reason === undefined ? tryToRead(message, read) : { reason };
      const owner = 'value' in found && claims ? await this.#claim(message) : undefined;
      if (owner !== undefined) rejected.set(message.id, { message, reason: `already claimed by ${owner}` });
      else if ('value' in found) {
        if (what === 'code') this.#lastCodes.set(message.from, position);
        return { message, value: found.value };
      } else rejected.set(message.id, { message, reason: found.reason });
    }
    return undefined;
  }

  /** @returns undefined on success, else the earlier owner */
  async #claim(message: Message): Promise<string | undefined> {
    return await this.#claimed.claim(message, (await this.#watch).address, this.#runtime.owner ?? 'another job');
  }

  /** Returns the reason why a message no longer counts, if there is one. */
  #voided(position: number, message: Message, what: string): string | undefined {
    const owner = this.#claimed.ownerOf(message);
    if (owner !== undefined) return `already claimed by ${owner}`;
    if (what !== 'code' || position > (this.#lastCodes.get(message.from) ?? 0)) return undefined;
    return 'older than a code of this sender that was already claimed';
  }
}

/** One wait, and the messages it has rejected so far. */
interface Search<T> {
  readonly what: string;
  readonly options: WaitOptions;
  readonly read: (message: Message) => T;
  /** True if the message that is found is claimed. */
  readonly claims: boolean;
  /** True if claimed messages match, too. */
  readonly includesClaimed: boolean;
  readonly rejected: Map<string, RejectedMessage>;
}

interface FoundMessage<T> {
  readonly message: Message;
  readonly value: T;
}

/** Throws on a tie: waiting does not resolve it, and a wrong guess costs a sign-in attempt. */
function tryToRead<T>(
  message: Message,
  read: (message: Message) => T,
): { readonly value: T } | { readonly reason: string } {
  try {
    return { value: read(message) };
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code === 'CODE_AMBIGUOUS') throw error;
    return { reason: error.message };
  }
}
