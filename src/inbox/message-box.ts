import type { Locator, Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { FindCodeOptions } from '../codes/find-code.ts';
import type { FindLinkOptions } from '../codes/find-link.ts';
import type { Message } from '../message/message.ts';
import type { Runtime } from '../core/runtime.ts';
import { fillSecret } from '../secret/fill.ts';
import { allowsOrigin } from '../secret/origins.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { Secret, registerSecret } from '../secret/secret.ts';
import { type MessageFilter, mismatch } from './filter.ts';
import { type RejectedMessage, type OwnerOf, explainTimeout, nameOf } from './timeout-report.ts';
import { Deadline } from '../core/deadline.ts';
import type { SourceArrival, SourceWatch } from '../sources/source.ts';
import { ClaimedMessages } from './claimed-messages.ts';
import { aborted, refusedLink, unsettled } from './errors.ts';

export interface ListOptions extends MessageFilter {
  /** Leave out messages that a wait has already returned. @default false */
  readonly unreadOnly?: boolean;
  /** The newest so many. @default all */
  readonly limit?: number;
}

export interface WaitOptions extends MessageFilter {
  /** Only messages that came after this moment, as `mark()` gave it. @default since the persona was opened */
  readonly after?: number;
  /** How long to wait, in milliseconds. @default 20_000, or `timeout` of the option `twoFactor` */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface PeekOptions extends WaitOptions {
  /** Pass over messages that a wait has already returned. @default false */
  readonly unreadOnly?: boolean;
}

export interface PendingOptions extends MessageFilter {
  /** Count messages that a wait has already returned, too. @default true: they are passed over */
  readonly unreadOnly?: boolean;
  /** How long nothing new may begin before all counts as quiet, in milliseconds. @default 100 */
  readonly quiet?: number;
  /** How long to wait for what is on its way, in milliseconds. @default 20_000, or `timeout` of the option `twoFactor` */
  readonly timeout?: number;
}

export interface WaitForCodeOptions extends WaitOptions, FindCodeOptions {}
export interface WaitForLinkOptions extends WaitOptions, FindLinkOptions {}

/** An application that sends a mail at all begins to within this time, in milliseconds. */
const QUIET = 100;

/** How a watch is come by. It is asked for when the box is made, and its failure told to the first who needs it. */
export interface MessageBoxOptions {
  readonly watch: Promise<SourceWatch>;
  readonly runtime: Runtime;
  /** Where codes may be typed and links opened. @default anywhere */
  readonly origins?: readonly string[] | undefined;
  /** Says whose an address is, for the explanation of a wait in vain. */
  readonly ownerOf?: OwnerOf | undefined;
  /** Where all who read the address write down which messages they took. @default nobody else reads it */
  readonly claims?: OpenLedger | undefined;
  /** Throws where nothing may be tried as who the address belongs to. @default it may */
  readonly checkLockout?: (() => Promise<void>) | undefined;
}

/**
 * The messages to one address since the box was made, and waiting for more.
 *
 * A message that a wait has returned is never returned by another. Among several, the newest wins, so that a code
 * that was sent again is the one that counts.
 */
export class MessageBox {
  readonly #watch: Promise<SourceWatch>;
  readonly #runtime: Runtime;
  readonly #ownerOf: OwnerOf | undefined;
  readonly #origins: readonly string[] | undefined;
  readonly #mayWait: (() => Promise<void>) | undefined;
  readonly #taken: ClaimedMessages;
  /** Where among all arrivals the newest code that was taken stands, by sender: what that sender sent before is void. */
  readonly #superseded = new Map<string, number>();
  /** The messages whose secrets are known. */
  readonly #read = new Set<string>();
  readonly #pending = new Set<() => Promise<TwoFactorError>>();

  constructor({ watch, runtime, ownerOf, origins, claims, checkLockout: mayWait }: MessageBoxOptions) {
    this.#mayWait = mayWait;
    this.#taken = new ClaimedMessages(claims);
    this.#origins = origins;
    this.#watch = watch;
    this.#watch.catch(() => undefined); // told to the first who asks
    this.#runtime = runtime;
    this.#ownerOf = ownerOf;
  }

  /** This moment, by what has come: take it before what makes the site send, and wait for what comes `after` it. */
  async mark(): Promise<number> {
    const watch = await this.#watch;
    await watch.poll?.();
    return watch.arrivals.length;
  }

  /** The messages so far, in the order in which they came. Does not wait. */
  async messages(options: ListOptions = {}): Promise<Message[]> {
    const watch = await this.#watch;
    await watch.poll?.();
    const all = await Promise.all(watch.arrivals.map((arrival) => arrival.message()));
    await Promise.all(all.map((message) => this.#kept(message)));
    const fitting = all.filter(
      (message) =>
        mismatch(message, options) === undefined && !(options.unreadOnly && this.#taken.by(message) !== undefined),
    );
    return fitting.slice(Math.max(0, fitting.length - (options.limit ?? fitting.length)));
  }

  /**
   * The newest message that nobody has taken yet, as soon as there is one.
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and why it was not taken.
   */
  async waitForMessage(options: WaitOptions = {}): Promise<Message> {
    return await this.#kept(await this.#shown('message', options, (message) => message));
  }

  /**
   * The one-time code of the newest message that has one, without the gaps it is printed with.
   *
   * @throws TwoFactorError `CODE_TIMEOUT`, or `CODE_AMBIGUOUS` when a message holds several equally good ones.
   */
  async waitForCode(options: WaitForCodeOptions = {}): Promise<string> {
    const { findCode } = await import('../codes/find-code.ts');
    const { address } = await this.#watch;
    return await this.#shown('code', options, (message) =>
      registerSecret(`${address}/code`, findCode(message, options)),
    );
  }

  /**
   * The link that the newest message with one asks to follow, byte for byte as it was sent.
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and why it was not taken.
   */
  async waitForLink(options: WaitForLinkOptions = {}): Promise<string> {
    const { findLink } = await import('../codes/find-link.ts');
    const { address } = await this.#watch;
    return await this.#shown('link', options, (message) =>
      registerLinkSecrets(`${address}/link`, findLink(message, options)),
    );
  }

  /** Waits for the code and types it, into one field or into a box for each character. */
  async fillCode(locator: Locator, options: WaitForCodeOptions = {}): Promise<void> {
    const code = new Secret('code', await this.waitForCode(options));
    await this.#runtime.step('Fill code', () => fillSecret(locator, code, { ...options, origins: this.#origins }));
  }

  /** Waits for the link and opens it in the page. */
  async openLink(page: Page, options: WaitForLinkOptions = {}): Promise<void> {
    const { urlOf } = await import('../codes/rank-link.ts');
    const link = await this.waitForLink(options);
    const url = urlOf(link);
    if (this.#origins && url && !allowsOrigin(this.#origins, url.origin)) throw refusedLink(this.#origins, url.origin);
    await page.goto(url?.href ?? link);
  }

  /** Ends the watch. A wait that was cut off gets its explanation here, for whoever can still show it. */
  async close(): Promise<TwoFactorError[]> {
    const explained = await Promise.all([...this.#pending].map((explain) => explain()));
    await this.#watch.then(
      (watch) => watch.close(),
      () => undefined,
    );
    return explained;
  }

  /**
   * The newest message, as soon as there is one. It stays for a wait to take.
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and why it does not fit.
   */
  async peekMessage(options: PeekOptions = {}): Promise<Message> {
    const all = options.unreadOnly !== true;
    return await this.#kept(await this.#shown('message', options, (message) => message, { takes: false, all }));
  }

  /**
   * The messages that no wait has taken: at once when there are some, else none as soon as nothing is on its way.
   *
   * @throws TwoFactorError `NOT_SETTLED` when something stays on its way for too long.
   */
  async pendingMessages({ quiet = QUIET, timeout, unreadOnly = true, ...filter }: PendingOptions = {}): Promise<
    Message[]
  > {
    const watch = await this.#watch;
    const patience = this.#patience({ ...(timeout === undefined ? {} : { timeout }) });
    const settled = watch.settled(quiet).then(() => true);
    settled.catch(() => undefined); // it may fail when nobody waits for it any more
    try {
      for (let isSettled = false; ;) {
        const seen = watch.arrivals.length;
        const rest = await this.messages({ ...filter, unreadOnly });
        if (isSettled || rest.length > 0) return rest;
        isSettled = await Promise.race([settled, watch.more(seen, patience.signal).then(() => false)]);
      }
    } catch (error) {
      if (patience.isOver()) throw await unsettled(watch, patience.waited());
      throw error;
    } finally {
      patience.end();
    }
  }

  /** Whoever gets a whole message may read the code in it, and print it. */
  async #kept(message: Message): Promise<Message> {
    if (this.#read.has(message.id)) return message;
    this.#read.add(message.id);
    const { registerMessageSecrets } = await import('./register-secrets.ts');
    registerMessageSecrets((await this.#watch).address, message);
    return message;
  }

  async #shown<T>(
    what: string,
    options: WaitOptions,
    read: (message: Message) => T,
    { takes = true, all = false } = {},
  ): Promise<T> {
    if (takes) await this.#mayWait?.();
    const watch = await this.#watch;
    const search = { what, options, read, takes, all, misses: new Map<string, RejectedMessage>() };
    return await this.#runtime.step(`Wait for ${what} to ${watch.address}`, () => this.#wait(watch, search));
  }

  async #wait<T>(watch: SourceWatch, search: Search<T>): Promise<T> {
    const { what, options } = search;
    const patience = this.#patience(options);
    const explain = (): Promise<TwoFactorError> => this.#explain(watch, search, patience);
    this.#pending.add(explain);
    try {
      for (;;) {
        const seen = watch.arrivals.length;
        const found = await this.#look(watch.arrivals.toReversed(), search);
        if (found) {
          await this.#runtime.step(`${nameOf(found.message)}, after ${patience.waited()} ms`, () => Promise.resolve());
          return found.value;
        }
        await watch.more(seen, patience.signal);
      }
    } catch (error) {
      if (patience.isOver() && !(error instanceof TwoFactorError)) throw watch.outage?.() ?? (await explain());
      if (options.signal?.aborted) throw aborted(what, watch, options.signal);
      throw error;
    } finally {
      patience.end();
      this.#pending.delete(explain);
    }
  }

  async #explain<T>(watch: SourceWatch, { what, misses }: Search<T>, patience: Deadline): Promise<TwoFactorError> {
    const error = await explainTimeout({
      what,
      watch,
      waited: patience.waited(),
      cutShort: patience.isCutShort,
      misses: [...misses.values()],
      ownerOf: this.#ownerOf,
    });
    if (error.details) await this.#runtime.attach(`why no ${what} came`, error.details);
    return error;
  }

  #patience({ timeout = this.#runtime.timeout, signal }: Pick<WaitOptions, 'timeout' | 'signal'>): Deadline {
    return new Deadline(this.#runtime, timeout, signal);
  }

  /** Finds the newest message that will do, and notes of each before it why it will not. */
  async #look<T>(newestFirst: readonly SourceArrival[], search: Search<T>): Promise<Found<T> | undefined> {
    const { what, read, misses, takes, all } = search;
    for (const [index, arrival] of newestFirst.entries()) {
      const message = await arrival.message();
      const place = newestFirst.length - index;
      const isBefore = place <= (search.options.after ?? 0) ? 'it came before the moment that was marked' : undefined;
      const spent = all ? undefined : this.#spent(place, message, what);
      const reason = isBefore ?? spent ?? mismatch(message, search.options);
      const found = reason === undefined ? tryToRead(message, read) : { reason };
      const other = 'value' in found && takes ? await this.#take(message) : undefined;
      if (other !== undefined) misses.set(message.id, { message, reason: `already taken by ${other}` });
      else if ('value' in found) {
        if (what === 'code') this.#superseded.set(message.from, place);
        return { message, value: found.value };
      } else misses.set(message.id, { message, reason: found.reason });
    }
    return undefined;
  }

  async #take(message: Message): Promise<string | undefined> {
    return await this.#taken.take(message, (await this.#watch).address, this.#runtime.owner ?? 'another job');
  }

  #spent(place: number, message: Message, what: string): string | undefined {
    const { from } = message;
    const taker = this.#taken.by(message);
    if (taker !== undefined) return `already taken by ${taker}`;
    if (what !== 'code' || place > (this.#superseded.get(from) ?? 0)) return undefined;
    return 'older than a code of this sender that was already taken';
  }
}

/** What is looked for, and what came of it so far. */
interface Search<T> {
  readonly what: string;
  readonly options: WaitOptions;
  readonly read: (message: Message) => T;
  /** Whether what is found is not to be found again. */
  readonly takes: boolean;
  /** Whether what was taken counts, too. */
  readonly all: boolean;
  readonly misses: Map<string, RejectedMessage>;
}

interface Found<T> {
  readonly message: Message;
  readonly value: T;
}

/** A tie is thrown at once: a second look would not break it, and a guess would cost an attempt. */
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
