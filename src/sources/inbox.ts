import type { Locator, Page } from '@playwright/test';
import { TwoFactorError } from '../errors.ts';
import type { FindCodeOptions } from '../message/find-code.ts';
import type { FindLinkOptions } from '../message/find-link.ts';
import type { Message } from '../message/message.ts';
import type { Runtime } from '../runtime.ts';
import { fillSecret } from '../secret/fill.ts';
import { Secret } from '../secret/secret.ts';
import { type MessageFilter, misfit } from './filter.ts';
import { type NearMiss, explainVainWait } from './near-miss.ts';
import type { Arrival, Watch } from './source.ts';

export interface ListOptions extends MessageFilter {
  /** Leave out messages that a wait has already returned. @default false */
  readonly unreadOnly?: boolean;
  /** The newest so many. @default all */
  readonly limit?: number;
}

export interface WaitOptions extends MessageFilter {
  /** How long to wait, in milliseconds. @default 20_000, or `timeout` of the option `twoFactor` */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface WaitForCodeOptions extends WaitOptions, FindCodeOptions {}
export interface WaitForLinkOptions extends WaitOptions, FindLinkOptions {}

/** Our error shall be read before Playwright's own time-out cuts the test off: this much earlier, in milliseconds. */
const AHEAD_OF_DEADLINE = 1000;

/** How a watch is come by. It is asked for when the box is made, and its failure told to the first who needs it. */
export interface BoxOptions {
  readonly watch: Promise<Watch>;
  readonly runtime: Runtime;
}

/**
 * The messages to one address since the box was made, and waiting for more.
 *
 * A message that a wait has returned is never returned by another. Among several, the newest wins, so that a code
 * that was sent again is the one that counts.
 */
class MessageBox {
  readonly #watch: Promise<Watch>;
  readonly #runtime: Runtime;
  readonly #taken = new Set<string>();
  /** Where among all arrivals the newest code that was taken stands, by sender: what that sender sent before is void. */
  readonly #superseded = new Map<string, number>();
  readonly #pending = new Set<() => Promise<TwoFactorError>>();

  constructor({ watch, runtime }: BoxOptions) {
    this.#watch = watch;
    this.#watch.catch(() => undefined); // told to the first who asks
    this.#runtime = runtime;
  }

  /** The messages so far, oldest first. Does not wait. */
  async messages(options: ListOptions = {}): Promise<Message[]> {
    const watch = await this.#watch;
    const all = await Promise.all(watch.arrivals.map((arrival) => arrival.message()));
    const fitting = all.filter(
      (message) => misfit(message, options) === undefined && !(options.unreadOnly && this.#taken.has(message.id)),
    );
    return fitting.slice(Math.max(0, fitting.length - (options.limit ?? fitting.length)));
  }

  /**
   * The newest message that nobody has taken yet, as soon as there is one.
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and why it was not taken.
   */
  async waitForMessage(options: WaitOptions = {}): Promise<Message> {
    return await this.#shown('message', options, (message) => message);
  }

  /**
   * The one-time code of the newest message that has one, without the gaps it is printed with.
   *
   * @throws TwoFactorError `CODE_TIMEOUT`, or `CODE_AMBIGUOUS` when a message holds several equally good ones.
   */
  async waitForCode(options: WaitForCodeOptions = {}): Promise<string> {
    const { findCode } = await import('../message/find-code.ts');
    return await this.#shown('code', options, (message) => findCode(message, options));
  }

  /**
   * The link that the newest message with one asks to follow, byte for byte as it was sent.
   *
   * @throws TwoFactorError `CODE_TIMEOUT` with every message that came and why it was not taken.
   */
  async waitForLink(options: WaitForLinkOptions = {}): Promise<string> {
    const { findLink } = await import('../message/find-link.ts');
    return await this.#shown('link', options, (message) => findLink(message, options));
  }

  /** Waits for the code and types it, into one field or into a box for each character. */
  async fillCode(locator: Locator, options: WaitForCodeOptions = {}): Promise<void> {
    const code = new Secret('code', await this.waitForCode(options));
    await this.#runtime.step('Fill code', () => fillSecret(locator, code, options));
  }

  /** Waits for the link and opens it in the page. */
  async openLink(page: Page, options: WaitForLinkOptions = {}): Promise<void> {
    await page.goto(await this.waitForLink(options));
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

  async #shown<T>(what: string, options: WaitOptions, read: (message: Message) => T): Promise<T> {
    const watch = await this.#watch;
    const search = { what, options, read, misses: new Map<string, NearMiss>() };
    return await this.#runtime.step(`Wait for ${what} to ${watch.address}`, () => this.#wait(watch, search));
  }

  async #wait<T>(watch: Watch, search: Search<T>): Promise<T> {
    const { what, options, misses } = search;
    const started = this.#runtime.now();
    const allowed = options.timeout ?? this.#runtime.timeout;
    const left = this.#runtime.deadline() - AHEAD_OF_DEADLINE - started;
    const explain = (): Promise<TwoFactorError> => {
      const waited = this.#runtime.now() - started;
      return explainVainWait({ what, watch, waited, cutShort: left < allowed, misses: [...misses.values()] });
    };
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), Math.max(0, Math.min(allowed, left, MAX_TIMER)));
    const signal = options.signal ? AbortSignal.any([timer.signal, options.signal]) : timer.signal;
    this.#pending.add(explain);
    try {
      for (;;) {
        const seen = watch.arrivals.length;
        const found = await this.#look(watch.arrivals.toReversed(), search);
        if (found) return found.value;
        await watch.more(seen, signal);
      }
    } catch (error) {
      if (timer.signal.aborted && !(error instanceof TwoFactorError)) throw await explain();
      if (options.signal?.aborted) throw aborted(what, watch, options.signal);
      throw error;
    } finally {
      clearTimeout(timeout);
      this.#pending.delete(explain);
    }
  }

  /** Takes the newest message that will do, and notes of each before it why it will not. */
  async #look<T>(newestFirst: readonly Arrival[], search: Search<T>): Promise<{ readonly value: T } | undefined> {
    const { what, read, misses } = search;
    for (const [index, arrival] of newestFirst.entries()) {
      const message = await arrival.message();
      const place = newestFirst.length - index;
      const reason = this.#spent(place, message, what) ?? misfit(message, search.options);
      const found = reason === undefined ? tryToRead(message, read) : { reason };
      if ('value' in found) {
        this.#taken.add(message.id);
        if (what === 'code') this.#superseded.set(message.from, place);
        return found;
      }
      misses.set(message.id, { message, reason: found.reason });
    }
    return undefined;
  }

  #spent(place: number, { id, from }: Message, what: string): string | undefined {
    if (this.#taken.has(id)) return 'already taken by an earlier wait';
    if (what !== 'code' || place > (this.#superseded.get(from) ?? 0)) return undefined;
    return 'older than a code of this sender that was already taken';
  }
}

/** What is looked for, and what came of it so far. */
interface Search<T> {
  readonly what: string;
  readonly options: WaitOptions;
  readonly read: (message: Message) => T;
  readonly misses: Map<string, NearMiss>;
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

/** Node's longest timer; one that is asked for longer fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** E-mail to one address. */
export class Inbox extends MessageBox {
  readonly #address: string | TwoFactorError;

  constructor(address: string | TwoFactorError, options: BoxOptions) {
    super(options);
    this.#address = address;
  }

  /** The e-mail address. @throws TwoFactorError `PERSONA_INCOMPLETE` when the persona has none */
  get address(): string {
    return given(this.#address);
  }
}

/** SMS to one number. */
export class Sms extends MessageBox {
  readonly #number: string | TwoFactorError;

  constructor(number: string | TwoFactorError, options: BoxOptions) {
    super(options);
    this.#number = number;
  }

  /** The number in E.164 form, such as `+12025552368`. @throws TwoFactorError when the persona has none */
  get number(): string {
    return given(this.#number);
  }
}

function given(value: string | TwoFactorError): string {
  if (value instanceof TwoFactorError) throw value;
  return value;
}

function aborted(what: string, { address }: Watch, signal: AbortSignal): TwoFactorError {
  return new TwoFactorError('WAIT_ABORTED', `The wait for a ${what} to ${address} was aborted by its signal.`, {
    cause: signal.reason,
  });
}
