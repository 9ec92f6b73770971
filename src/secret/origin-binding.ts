import type { Page } from '@playwright/test';
import { isOwnEmptyPage, openedOrigins } from './opened-origins.ts';
import type { Caller } from '../core/caller.ts';
import { TwoFactorError } from '../core/errors.ts';
import { OPAQUE_ORIGIN, allowsOrigin, describeOrigin, describeOrigins } from './origins.ts';

/** Place of a secret: a document, or the target of a link. */
export interface SecretPlace {
  readonly page: Page;
  readonly origin: string;
  /** True for a document in the main frame. */
  readonly isMainFrame: boolean;
}

/** Decides on which origins the secrets of a persona may be typed, and its links opened. */
export class OriginBinding {
  readonly #listed: readonly string[] | undefined;
  readonly #isFresh: boolean;
  readonly #caller: Caller;
  /** Origins of URLs that the caller has named. */
  readonly #named = new Set<string>();
  /** Origins of other sites of the persona, which have secrets of their own. */
  readonly #foreign: string[] = [];
  /** Bindings of which each one is enough. */
  readonly #parts: OriginBinding[] = [];

  private constructor(listed: readonly string[] | undefined, isFresh: boolean, caller: Caller = 'test') {
    this.#listed = listed;
    this.#isFresh = isFresh;
    this.#caller = caller;
  }

  /** Binds to the listed origins. */
  static to(origins: readonly string[]): OriginBinding {
    return new OriginBinding(origins, false);
  }

  /**
   * Binds a persona that was made for this test: to the listed origins, else to those that the test itself opens. It may
   * also be used at a URL that the test names, and on an empty page that the test has filled.
   *
   * @param caller kind of program, for errors that name its settings
   */
  static ofFresh(origins: readonly string[] | undefined, caller?: Caller): OriginBinding {
    return new OriginBinding(origins, true, caller);
  }

  /** Binds to where one of several bindings allows it, as for messages of several sites. */
  static anyOf(bindings: readonly OriginBinding[]): OriginBinding {
    const any = new OriginBinding([], false);
    any.#parts.push(...bindings);
    return any;
  }

  /** Adds a binding to those of which each one is enough. */
  include(binding: OriginBinding): void {
    this.#parts.push(binding);
  }

  /** Origins that the caller has named. */
  get named(): readonly string[] {
    return [...this.#named];
  }

  /** Notes a URL that the caller of a sign-in has named. It counts for a persona that was made for this test. */
  name(url: string | undefined): void {
    if (this.#isFresh && url !== undefined && /^https?:/.test(url) && URL.canParse(url))
      this.#named.add(new URL(url).origin);
  }

  /** Refuses origins from now on, because another site of the persona has them. */
  exclude(origins: readonly string[]): void {
    this.#foreign.push(...origins);
  }

  async allows({ page, origin, isMainFrame }: SecretPlace): Promise<boolean> {
    if (allowsOrigin(this.#foreign, origin)) return false;
    for (const part of this.#parts) if (await part.allows({ page, origin, isMainFrame })) return true;
    if (origin === OPAQUE_ORIGIN) return this.#isFresh && isMainFrame && (await isOwnEmptyPage(page));
    return this.#named.has(origin) || allowsOrigin(await this.#origins(page), origin);
  }

  /**
   * Checks that a sign-in may begin at a URL that a page or a site has named. A persona that was made for this test is
   * bound to what is opened, so such a URL must not be opened for it.
   *
   * @throws TwoFactorError `ORIGIN_REFUSED`
   */
  async requireOpenable(page: Page, url: string, name: string): Promise<void> {
    if (await this.mayOpen(page, url)) return;
    const origin = new URL(url).origin;
    const text = `Did not sign in at ${describeOrigin(origin)}, to which the page has led: a secret of ${name} ${await this.describe(page)}.${await this.advise(page, origin)}`;
    throw new TwoFactorError('ORIGIN_REFUSED', text);
  }

  /** True if a URL that a page or a site has named may be opened without allowing its origin by that. */
  async mayOpen(page: Page, url: string): Promise<boolean> {
    if (this.#listed || !this.#isFresh) return true;
    return await this.allows({ page, origin: new URL(url).origin, isMainFrame: false });
  }

  /** Checks that a button may send a form with a secret to an origin. @throws TwoFactorError `ORIGIN_REFUSED` */
  async requireTarget(page: Page, origin: string, name: string): Promise<void> {
    if (await this.allows({ page, origin, isMainFrame: false })) return;
    const text = `Did not press the button of the form: it sends the form to ${describeOrigin(origin)}, but a secret of ${name} ${await this.describe(page)}.${await this.advise(page, origin)}`;
    throw new TwoFactorError('ORIGIN_REFUSED', text);
  }

  /** Describes where the secrets may go, for an error. */
  async describe(page: Page): Promise<string> {
    const [only, ...more] = this.#parts;
    if (only) return more.length === 0 ? await only.describe(page) : describeOrigins(this.#allListed());
    if (this.#listed || !this.#isFresh) return describeOrigins(this.#listed ?? []);
    const opened = await openedOrigins(page.context());
    return `is allowed only on the origins that this ${this.#caller === 'job' ? 'job' : 'test'} has opened: ${opened.join(', ') || 'none'}`;
  }

  /** Describes how to allow an origin without losing those that are allowed now. */
  async advise(page: Page, origin: string): Promise<string> {
    if (this.#parts[0]) return await this.#parts[0].advise(page, origin);
    const options = this.#caller === 'job' ? 'to the options of openPersona()' : 'to the option `twoFactor`';
    const owner = this.#isFresh ? options : 'to the persona';
    if (!/^https?:/.test(origin)) return '';
    // The setting replaces the list, the origin of `url` and of `baseURL`, and the origins that were opened.
    const all = [...new Set([...(await this.#origins(page)), ...this.#named, origin])]
      .map((one) => `'${one}'`)
      .join(', ');
    return ` If that origin is right, add it ${owner}: \`origins: [${all}]\`.`;
  }

  #allListed(): readonly string[] {
    return this.#parts.flatMap((part) => [...(part.#listed ?? []), ...part.#named]);
  }

  async #origins(page: Page): Promise<readonly string[]> {
    return this.#listed ?? (await openedOrigins(page.context()));
  }
}
