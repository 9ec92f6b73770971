import type { Locator, Page } from '@playwright/test';
import { Deadline } from '../core/deadline.ts';
import { TwoFactorError } from '../core/errors.ts';
import { LongWait } from '../core/long-wait.ts';
import type { Runtime } from '../core/runtime.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { Message } from '../message/message.ts';
import type { Owner } from '../message/owner.ts';
import { fillSecret } from '../secret/fill.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import type { OriginBinding } from '../secret/origin-binding.ts';
import { OPAQUE_ORIGIN, pageOrigin } from '../secret/origins.ts';
import { Secret, registerSecret } from '../secret/secret.ts';
import type { SourceWatch } from '../sources/source.ts';
import { ClaimedMessages } from './claimed-messages.ts';
import { type ReadCodeFormat, withFormat } from './code-format.ts';
import { linkRefused, notSettled, waitAborted } from './errors.ts';
import { mismatch } from './filter.ts';
import { foreignSite } from './foreign-site.ts';
import { linkTimeout, openLinked } from './linked-page.ts';
import { inOrder } from './message-order.ts';
import { tryToRead } from './try-to-read.ts';
import type {
  ListOptions,
  PeekOptions,
  PendingOptions,
  WaitForCodeOptions,
  WaitForLinkOptions,
  WaitOptions,
} from './wait-options.ts';
import { otherSender } from './other-sender.ts';
import { type FoundMessage, type ReceivedMessage, type Search, receivedMessage } from './search.ts';
import type { OwnerOf } from './timed-out-wait.ts';
import { explainTimeout, nameOf } from './timeout-report.ts';

/** An application that sends a mail begins to do so within this time, in milliseconds. */
const DEFAULT_QUIET = 100;

export interface MessageBoxOptions {
  /** The watch at the source. If it fails, the first operation of the box rejects with the error. */
  readonly watch: Promise<SourceWatch>;
  readonly runtime: Runtime;
  /** Decides where codes may be typed and links opened. @default anywhere */
  readonly binding?: OriginBinding | undefined;
  /** Returns the owner of an address, for the report of a timeout. */
  readonly ownerOf?: OwnerOf | undefined;
  /** Origin of the application under test, if it is known. */
  readonly application?: string | undefined;
  /** Form of the codes, for waits that do not state one. @default any */
  readonly codeFormat?: ReadCodeFormat | undefined;
  /** Records the claims of all who read the address. @default nobody else reads it */
  readonly claims?: OpenLedger | undefined;
  /** Test or job that the address belongs to. The source is told, for the people who look at it. @default unknown */
  readonly owner?: Owner | undefined;
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
  readonly #options: MessageBoxOptions;
  readonly #codeFormat: ReadCodeFormat;
  readonly #claimed: ClaimedMessages;
  /** Ids of the messages whose secrets are registered. */
  readonly #registered = new Set<string>();
  /** All waits so far, for the report of a failed test. */
  readonly #searches: Search<unknown>[] = [];
  /** Reports of the running waits. */
  readonly #pending = new Set<() => Promise<TwoFactorError>>();

  constructor(options: MessageBoxOptions) {
    this.#options = options;
    this.#codeFormat = options.codeFormat ?? {};
    const { claims: ledger, owner, runtime } = options;
    this.#claimed = new ClaimedMessages({ ledger, owner, ownerName: runtime.owner ?? 'another job' });
    this.#watch = options.watch;
    // The first operation reports an error of the watch.
    this.#watch.then((watch) => owner && watch.belongsTo?.(owner)).catch(() => undefined);
    this.#runtime = runtime;
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
    const format = withFormat(options, this.#codeFormat);
    return await this.#waitStep('code', options, (message) =>
      registerSecret(`${address}/code`, findCode(message, format)),
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
   * Waits for the code and types it, into one field or into one box per character. A code that its message binds to
   * another origin than that of the page is refused.
   *
   * @example
   * await inbox.fillCode(page.getByLabel('Code'));
   *
   * @throws TwoFactorError as `waitForCode()`, `ORIGIN_REFUSED`, or `FILL_FAILED`
   */
  async fillCode(locator: Locator, options: WaitForCodeOptions = {}): Promise<void> {
    const origin = options.origin ?? pageOrigin(locator.page());
    const code = new Secret('code', await this.waitForCode({ ...options, ...(origin ? { origin } : {}) }));
    const { binding } = this.#options;
    const fill = { ...options, ...(binding ? { binding } : {}) };
    await this.#runtime.step('Fill code', () => fillSecret(locator, code, fill));
  }

  /**
   * Waits for the link and opens it in the page.
   *
   * @example
   * await inbox.openLink(page);
   *
   * @throws TwoFactorError as `waitForLink()`; `ORIGIN_REFUSED` if the link leads to another site, or
   *   `CHALLENGE_UNKNOWN` if its page does not load within 30 s, or `timeout` if that is longer
   */
  async openLink(page: Page, options: WaitForLinkOptions = {}): Promise<void> {
    const { urlOf } = await import('../codes/link-address.ts');
    const link = await this.waitForLink(options);
    const url = urlOf(link);
    const origin = url?.origin ?? OPAQUE_ORIGIN;
    const { binding } = this.#options;
    if (binding && !(await binding.allows({ page, origin, isMainFrame: false })))
      throw await linkRefused(binding, page, origin);
    await openLinked(page, url?.href ?? link, origin, this.#deadline({ timeout: linkTimeout(options.timeout) }));
  }

  /**
   * Returns all messages so far, and what the waits made of each.
   *
   * @internal
   */
  async received(): Promise<ReceivedMessage[]> {
    const messages = await this.messages();
    return messages.map((message) => receivedMessage(message, this.#searches, this.#codeFormat));
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
    const long = new LongWait(this.#runtime, () => `the end of the deliveries to ${watch.address}`);
    try {
      for (let isSettled = false; ;) {
        const seen = watch.arrivals.length;
        const pending = await this.messages({ ...filter, unreadOnly });
        if (isSettled || pending.length > 0) return pending;
        long.begin();
        isSettled = await Promise.race([settled, watch.more(seen, deadline.signal).then(() => false)]);
      }
    } catch (error) {
      if (deadline.isOver()) throw await notSettled(watch, deadline.waited());
      throw error;
    } finally {
      long.end();
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
    if (claims) await this.#options.checkLockout?.();
    const watch = await this.#watch;
    const search: Search<T> = { what, options, read, claims, includesClaimed, rejected: new Map() };
    this.#searches.push(search);
    return await this.#runtime.step(`Wait for ${what} to ${watch.address}`, () => this.#wait(watch, search));
  }

  async #wait<T>(watch: SourceWatch, search: Search<T>): Promise<T> {
    const { what, options } = search;
    const deadline = this.#deadline(options);
    const explain = (): Promise<TwoFactorError> => this.#explain(watch, search, deadline);
    this.#pending.add(explain);
    const long = new LongWait(this.#runtime, () => `a ${what} to ${watch.address}`);
    try {
      for (;;) {
        const seen = watch.arrivals.length;
        const found = await this.#find(watch, search);
        if (found) {
          const other = await otherSender(watch.arrivals, found.message, search, this.#claimed);
          const title = `${nameOf(found.message)}, after ${deadline.waited()} ms${other}`;
          await this.#runtime.step(title, () => Promise.resolve());
          return found.value;
        }
        long.begin();
        await watch.more(seen, deadline.signal);
      }
    } catch (error) {
      if (deadline.isOver() && !(error instanceof TwoFactorError)) throw watch.outage?.() ?? (await explain());
      if (options.signal?.aborted) throw waitAborted(what, watch, options.signal);
      throw error;
    } finally {
      long.end();
      deadline.end();
      this.#pending.delete(explain);
    }
  }

  async #explain<T>(
    watch: SourceWatch,
    { what, options, rejected }: Search<T>,
    deadline: Deadline,
  ): Promise<TwoFactorError> {
    const error = await explainTimeout({
      what,
      watch,
      waited: deadline.waited(),
      cutShort: deadline.isCutShort,
      rejected: [...rejected.values()],
      ownerOf: this.#options.ownerOf,
      caller: this.#runtime.caller,
      foreignSite: foreignSite(options.origin, this.#options.application),
    });
    if (error.details) await this.#runtime.attach(`why no ${what} came`, error.details);
    return error;
  }

  #deadline({ timeout = this.#runtime.timeout, signal }: Pick<WaitOptions, 'timeout' | 'signal'>): Deadline {
    return new Deadline(this.#runtime, timeout, signal);
  }

  /** Finds the newest matching message, and notes the reason against each newer one. */
  async #find<T>(watch: SourceWatch, search: Search<T>): Promise<FoundMessage<T> | undefined> {
    const { what, read, rejected, claims, includesClaimed } = search;
    for await (const { message, position } of inOrder(watch.arrivals.toReversed(), search.options.origin)) {
      const beforeMark = position <= (search.options.after ?? 0) ? 'it came before the mark' : undefined;
      const voided = includesClaimed ? undefined : this.#claimed.voided(message, position, what);
      const reason = beforeMark ?? voided ?? mismatch(message, search.options);
      const found = reason === undefined ? tryToRead(message, read) : { reason };
      const owner = 'value' in found && claims ? await this.#claimed.claim(message, watch) : undefined;
      if (owner !== undefined) rejected.set(message.id, { message, reason: `already claimed by ${owner}` });
      else if ('value' in found) {
        if (what === 'code') this.#claimed.codeFound(message, position);
        search.found = message.id;
        return { message, value: found.value };
      } else rejected.set(message.id, { message, reason: found.reason });
    }
    return undefined;
  }
}
