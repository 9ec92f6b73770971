import type { Frame, Page, Response } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { type HeldAnswer, holdAnswers } from '../core/answer-gate.ts';
import { hasDevtools } from '../core/devtools-session.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { newPageBeside } from '../core/new-page.ts';
import { callIn } from '../core/page-script.ts';
import { isSignIn, isSignInPage, leadsToSignIn } from './sign-in-page.ts';
import { isSamePage } from './start-address.ts';

/** Fields that sign-in pages have, and few other pages. */
const FIELDS = [
  '[type=password]',
  '[type=email]',
  '[autocomplete~=username]',
  '[autocomplete~=one-time-code]',
  '[inputmode=numeric]',
].map((field) => `input${field}`);
/** Matches the field of a document that may ask for a password. */
const PASSWORD_FIELD = /<input\b[^>]*\btype\s*=\s*["']?password\b/i;
/** Maximum time for a page to draw a form after it has changed, in milliseconds. */
const DRAW_TIMEOUT = 5000;
/** Time after an answer of 401 or 403 in a living session during which the same URL is not suspected, in milliseconds. */
const TRUST = 60_000;
/** Maximum number of such URLs that are remembered. */
const MAX_TRUSTED = 1000;
/** Maximum time that a request was under way when the session was renewed, in milliseconds. */
const LATE = 30_000;

/** The persona that keeps a page signed in. */
export interface Keeper {
  /** URL of its site. */
  readonly url: string | undefined;
  challenge(page: Page): Promise<Challenge>;
  signIn(page: Page): Promise<void>;
  /** Returns true if the context had to be signed in. */
  ensureSignedIn(page: Page, url: string): Promise<boolean>;
  /** True if a URL that the page has named may be opened. */
  mayOpen(url: string): Promise<boolean>;
  /** @throws TwoFactorError `ORIGIN_REFUSED` if the persona may not sign in at a URL that the page has led to */
  requireOpenable(url: string): Promise<void>;
  /** True while the persona signs in on a page. */
  isSigningIn(page: Page): boolean;
  /** Tells a person what went wrong in the background. */
  announce(text: string): void;
  /** True if an error in the background fails the work at once, as in a test. A job would end by it. */
  readonly failsAtOnce: boolean;
}

/** Keeps a page signed in until it is closed. */
export async function keepSignedIn(page: Page, keeper: Keeper): Promise<void> {
  const kept = new KeptPage(page, keeper);
  if (await hasDevtools(page)) await holdAnswers(page, (answer) => kept.mayPass(answer));
  page.on('framenavigated', (frame) => kept.onNavigated(frame));
  page.on('domcontentloaded', () => kept.onChange());
  page.on('response', (response) => kept.onResponse(response));
  const fields = page.locator(FIELDS.map((field) => `${field}:visible`).join(', '));
  const onForm = async (): Promise<void> => {
    try {
      await kept.answer();
    } catch (error) {
      if (keeper.failsAtOnce) throw error;
      kept.leaveAlone(error);
    }
  };
  await page.addLocatorHandler(fields.first(), onForm, { noWaitAfter: true });
}

class KeptPage {
  readonly #page: Page;
  readonly #keeper: Keeper;
  /** The sign-in on the page itself that runs now. */
  #signingIn: Promise<void> | undefined;
  /** The question in the background that runs now. */
  #ensuring: Promise<boolean> | undefined;
  #renewedAt = -Infinity;
  /** URLs that answered 401 or 403 in a living session, and when. */
  readonly #refusing = new Map<string, number>();
  /** Last page of the site that is not one of a sign-in. */
  #wanted: string | undefined;
  #isWatching = false;
  /** URL of a sign-in page of another site, or of one where a sign-in failed. */
  #leftAlone: string | undefined;
  #lastError: unknown;

  constructor(page: Page, keeper: Keeper) {
    this.#page = page;
    this.#keeper = keeper;
  }

  /** Returns false if the session was renewed, so that the request of a held answer must be sent again. Never fails. */
  async mayPass(answer: HeldAnswer): Promise<boolean> {
    if (this.#isBusy()) return true;
    try {
      const start = await this.#startFor(answer);
      return start === undefined || !(await this.#isRenewed(answer.url, start));
    } catch (error) {
      this.#tell(error);
      return true;
    }
  }

  onNavigated(frame: Frame): void {
    if (frame !== this.#page.mainFrame()) return;
    const url = frame.url();
    if (/^https?:/.test(url) && !isSignInPage(url) && !this.#isBusy()) this.#wanted = url;
    this.onChange();
  }

  onResponse(response: Response): void {
    if (isRefused(response.status()) && this.#isOwn(response.url())) this.onChange();
  }

  /** Reads the page as soon as it shows a field of a sign-in. */
  onChange(): void {
    if (this.#isWatching || this.#isBusy()) return;
    this.#isWatching = true;
    const drawn = callIn(this.#page.mainFrame(), waitForField, { fields: FIELDS, timeout: DRAW_TIMEOUT });
    void drawn
      .catch(() => true) // The page has navigated on: the next one may be a sign-in.
      .then((isDrawn) => {
        this.#isWatching = false;
        return isDrawn ? this.answer() : undefined;
      })
      .catch((error: unknown) => this.leaveAlone(error));
  }

  /** Signs in on the page if it asks for it. */
  async answer(): Promise<void> {
    if (this.#signingIn) return await this.#signingIn;
    const url = this.#page.url();
    if (url === this.#leftAlone || this.#keeper.isSigningIn(this.#page)) return;
    if (!isSignIn(await this.#keeper.challenge(this.#page))) return;
    await this.#keeper.requireOpenable(url).catch((error: unknown) => this.leaveAlone(error));
    if (url === this.#leftAlone) return;
    this.#signingIn ??= this.#signInHere().finally(() => (this.#signingIn = undefined));
    await this.#signingIn;
  }

  async #signInHere(): Promise<void> {
    const wanted = this.#wanted;
    const mayReturn = wanted !== undefined && (await this.#keeper.mayOpen(wanted));
    await this.#keeper.signIn(this.#page);
    this.#renewedAt = performance.now();
    if (mayReturn && !isSamePage(this.#page.url(), wanted)) await this.#page.goto(wanted);
  }

  /** Returns the URL where the session is checked because of an answer; undefined if the answer does not tell of its end. */
  async #startFor(answer: HeldAnswer): Promise<string | undefined> {
    const { url, status, location, isDocument } = answer;
    if (isRefused(status)) {
      const isTrusted = performance.now() - (this.#refusing.get(url) ?? -Infinity) < TRUST;
      if (isTrusted || !(isDocument || this.#isOwn(url))) return undefined;
      return this.#keeper.url ?? (isDocument ? undefined : this.#page.url());
    }
    if (!isDocument) return undefined;
    if (location !== undefined) return leadsToSignIn(url, location) ? location : undefined;
    if (status >= 300 || isSignInPage(url)) return undefined;
    return PASSWORD_FIELD.test((await answer.html()) ?? '') ? url : undefined;
  }

  async #isRenewed(url: string, start: string): Promise<boolean> {
    this.#ensuring ??= this.#ensure(start).finally(() => (this.#ensuring = undefined));
    if (await this.#ensuring) return true;
    if (this.#refusing.size >= MAX_TRUSTED) this.#refusing.clear();
    this.#refusing.set(url, performance.now());
    // The request may have been sent before the session was renewed.
    return performance.now() - this.#renewedAt < LATE;
  }

  async #ensure(start: string): Promise<boolean> {
    const beside = await newPageBeside(this.#page);
    if (!beside) return false; // The page itself is signed in when it shows the form.
    try {
      const isRenewed = await this.#keeper.ensureSignedIn(beside, start);
      if (isRenewed) this.#renewedAt = performance.now();
      return isRenewed;
    } finally {
      await beside.close().catch(() => undefined);
    }
  }

  #isBusy(): boolean {
    return this.#signingIn !== undefined || this.#keeper.isSigningIn(this.#page);
  }

  /** True for a URL of the site of the page, or of a subdomain or a parent domain. */
  #isOwn(url: string): boolean {
    const own = this.#wanted ?? this.#page.url();
    if (!URL.canParse(url) || !URL.canParse(own)) return false;
    const [a, b] = [new URL(url).hostname, new URL(own).hostname];
    return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
  }

  /** Tells what went wrong on the page, which is not tried again until it leads elsewhere. */
  leaveAlone(error: unknown): void {
    this.#leftAlone = this.#page.url();
    // An action and an event may wait for the same sign-in.
    if (error !== this.#lastError) this.#tell(error);
    this.#lastError = error;
  }

  /** Tells what went wrong in the background. */
  #tell(error: unknown): void {
    const isOver =
      error instanceof TwoFactorError && (error.code === 'PERSONA_CLOSED' || error.code === 'WAIT_ABORTED');
    if (!isOver && !this.#page.isClosed()) this.#keeper.announce(`keepSignedIn: ${reasonOf(error)}`);
  }
}

function isRefused(status: number): boolean {
  return status === 401 || status === 403;
}

/** Runs in the page. Resolves with true when a field is visible, and with false at the end of the time. */
function waitForField({ fields, timeout }: { fields: readonly string[]; timeout: number }): Promise<boolean> {
  const isShown = (): boolean =>
    [...document.querySelectorAll(fields.join(', '))].some((field) => field.getClientRects().length > 0);
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (isShown()) end(true);
    });
    const end = (isDrawn: boolean): void => {
      observer.disconnect();
      resolve(isDrawn);
    };
    if (isShown()) return end(true);
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    setTimeout(() => end(isShown()), timeout);
  });
}
