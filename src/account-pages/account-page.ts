import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { type PageSnapshot, isControl } from '../challenge/page-snapshot.ts';
import { type SeenPage, seePage } from '../challenge/page/look.ts';
import type { ControlView, ItemView } from '../challenge/page/view.ts';
import { Deadline } from '../core/deadline.ts';
import { type ErrorCode, TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { mask } from '../message/mask.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import { submitTargetOf } from '../secret/submit-target.ts';
import { registerShownSecrets } from '../secret/shown-secrets.ts';
import { afterNextFrame, click, preventNativeSubmit } from '../sign-in/click.ts';
import { dismissConsent } from '../sign-in/consent.ts';
import { Dialogs } from '../sign-in/dialogs.ts';
import { withoutQuery } from '../sign-in/errors.ts';
import { PageIdle } from '../sign-in/page-idle.ts';
import { type SiteWords, textsOf, wordsAbout } from '../sign-in/site-words.ts';
import type { AccountCredentials } from './account-credentials.ts';

/** Maximum time between two readings of the page, in milliseconds. */
const POLL_INTERVAL = 250;
/** Idle time after which a page has reacted, in milliseconds. */
const SETTLED_AFTER = 400;
/** Idle time after which a page that shows nothing, or only a progress bar, is final, in milliseconds. */
const EMPTY_AFTER = 4000;

export interface AccountPageOptions {
  /** Maximum time, in milliseconds. @default 90_000 */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A page of a site on which a persona changes its account: it is read, pressed and filled, and waited for. */
export class AccountPage {
  readonly page: Page;
  readonly idle: PageIdle;
  readonly dialogs: Dialogs;
  readonly deadline: Deadline;
  readonly runtime: Runtime;
  readonly #credentials: AccountCredentials;
  /** Completed steps, for errors. */
  readonly path: string[] = [];
  #seen: SeenPage | undefined;
  #readAt = 0;
  #before: ReadonlySet<string> = new Set();
  #dialogsBefore = 0;
  #sentBefore = 0;
  #documentsBefore = 0;

  constructor(page: Page, credentials: AccountCredentials, runtime: Runtime, options: AccountPageOptions = {}) {
    this.page = page;
    this.runtime = runtime;
    this.#credentials = credentials;
    this.idle = new PageIdle(page);
    this.dialogs = new Dialogs(page);
    this.deadline = new Deadline(runtime, options.timeout ?? SIGN_IN_TIMEOUT, options.signal);
  }

  /** Opens a URL. @throws TwoFactorError `CHALLENGE_UNKNOWN` */
  async open(url: string): Promise<void> {
    try {
      await this.page.goto(url, { waitUntil: 'domcontentloaded', timeout: Math.max(1, this.deadline.left()) });
    } catch (error) {
      const text = `Could not open ${withoutQuery(url)}.\nNext: Check the URL, and that the site runs.`;
      throw new TwoFactorError('CHALLENGE_UNKNOWN', text, { cause: error });
    }
  }

  /** The page as it was read last. */
  get seen(): SeenPage {
    return this.#seen!;
  }

  get snapshot(): PageSnapshot {
    return this.seen.decision.features.snapshot;
  }

  /** Reads the page when it has reacted to the last action: it is idle, and looks the same twice. */
  async settled(): Promise<SeenPage> {
    let shape = '';
    for (;;) {
      const change = this.idle.changed(POLL_INTERVAL);
      const readAt = performance.now();
      const seen = await this.#read();
      const now = shapeOf(seen);
      const activity = this.idle.asOf(readAt);
      // An empty page looks as if it still loads.
      const isQuiet = activity.isQuiet(seen.reading.signs.isLoading ? EMPTY_AFTER : SETTLED_AFTER);
      if (isQuiet && now === shape) return seen;
      if (this.deadline.signal.aborted) {
        if (!this.deadline.isOver()) throw this.fail('WAIT_ABORTED', 'The work was aborted by its signal.');
        return seen;
      }
      shape = now;
      await Promise.race([change, sleep(POLL_INTERVAL, undefined, { ref: false })]);
    }
  }

  async #read(): Promise<SeenPage> {
    for (let attempt = 0; ; attempt++) {
      try {
        this.#readAt = performance.now();
        const seen = await seePage(this.page);
        registerShownSecrets(seen.reading.shown);
        this.#seen = seen;
        return seen;
      } catch (error) {
        // The page may navigate while it is read.
        if (this.page.isClosed() || attempt > 3 || this.deadline.signal.aborted) throw error;
      }
    }
  }

  /** Notes the state of the page before an answer, so that what the site says about it can be told from other texts. */
  expectAnswer(): void {
    this.#before = textsOf(this.seen.reading);
    this.#dialogsBefore = this.dialogs.count;
    this.#sentBefore = this.idle.sentCount;
    this.#documentsBefore = this.idle.documents;
    this.idle.expectAnswer();
  }

  /** The site's words since `expectAnswer()`. */
  get words(): SiteWords | undefined {
    const dialogs = this.dialogs.since(this.#dialogsBefore).map(({ text }) => text);
    return wordsAbout(this.seen.reading, this.#before, dialogs);
  }

  /** Texts that the page shows since `expectAnswer()`, the dialogs of the browser included. */
  get freshTexts(): string[] {
    const dialogs = this.dialogs.since(this.#dialogsBefore).map(({ text }) => text);
    const { statements } = this.seen.reading.signs;
    const shown = this.snapshot.texts.map(({ text }) => text).filter((text) => text.length < 200);
    return [...dialogs, ...new Set([...statements.map(({ text }) => text), ...shown])].filter(
      (text) => !this.#before.has(text),
    );
  }

  /** True if the page has sent something since `expectAnswer()`. */
  get hasSent(): boolean {
    return this.idle.sentCount > this.#sentBefore;
  }

  /** Presses a control, unless it sends a form to an origin that may not have the secrets of the persona. */
  async press(control: ControlView, what: string): Promise<void> {
    const locator = this.seen.locate(control);
    // The label of a button may be the key that it copies.
    const title = mask(what);
    await this.runtime.step(title, async () => {
      const target = await submitTargetOf(locator);
      if (target !== undefined) await this.#credentials.requireTarget(this.page, target);
      await dismissConsent(this.seen.reading.locators.consent, [locator]);
      await click(locator);
    });
    this.path.push(title.toLowerCase());
    this.idle.touch();
  }

  /** Sends a form with its button, or with the Enter key in its last field. */
  async submit(field: ControlView, button: ControlView | undefined, title: string): Promise<void> {
    // Some pages send a form with its last character.
    await afterNextFrame(this.page);
    if (this.#hasLeft) return;
    try {
      await this.#send(field, button, title);
    } catch (error) {
      // The button is gone if the page has sent the form in the meantime.
      if (error instanceof TwoFactorError || !(this.#hasLeft || this.hasSent)) throw error;
    }
  }

  /**
   * True if the page had been idle for a time when it was read last. On a busy machine a reading takes time, and the
   * page may have gone on since.
   *
   * @param milliseconds the time
   */
  wasQuiet(milliseconds: number): boolean {
    return this.idle.asOf(this.#readAt).isQuiet(milliseconds);
  }

  /** True if the page navigates, or has done so since `expectAnswer()`. */
  get #hasLeft(): boolean {
    return this.idle.isLeaving || this.idle.documents > this.#documentsBefore;
  }

  /** Returns an error of the browser as one of ours, which tells what was done and seen. */
  asOwnError(error: unknown): unknown {
    if (error instanceof TwoFactorError || !this.#seen || !(error instanceof Error)) return error;
    if (this.page.isClosed()) return this.fail('WAIT_ABORTED', 'The page was closed.');
    return this.fail('CHALLENGE_UNKNOWN', 'The page did not react to a step.');
  }

  async #send(field: ControlView, button: ControlView | undefined, title: string): Promise<void> {
    const locator = this.seen.locate(field);
    await preventNativeSubmit(locator);
    if (button) return await this.press(button, title);
    const target = await submitTargetOf(locator);
    if (target !== undefined) await this.#credentials.requireTarget(this.page, target);
    await this.runtime.step(title, () => locator.press('Enter', { noWaitAfter: true }));
    this.path.push(title.toLowerCase());
    this.idle.touch();
  }

  /** Creates an error that tells what was done and seen. */
  fail(code: ErrorCode, what: string, help = ''): TwoFactorError {
    const { reading, decision } = this.seen;
    const titles = reading.signs.headings.filter(Boolean).slice(0, 3);
    const words = this.words?.text;
    const controls = decision.features.snapshot.controls
      .filter(({ is, label }) => is !== 'field' && label !== '')
      .slice(0, 12)
      .map(({ label }) => `"${mask(label.slice(0, 40))}"`);
    const lines = [
      what,
      `Page: ${withoutQuery(this.page.url())}${titles.length > 0 ? `, titled ${titles.map((title) => `"${mask(title.slice(0, 60))}"`).join(', ')}` : ''}`,
      ...(words === undefined ? [] : [`The page says: "${words}"`]),
      ...(controls.length > 0 ? [`Controls: ${controls.join(', ')}`] : []),
      ...(this.path.length > 0 ? [`Done so far: ${this.path.join(', ')}`] : []),
      ...(help ? [`Next: ${help}`] : []),
    ];
    return new TwoFactorError(code, lines.join('\n'));
  }

  /** Stops observing the page. */
  close(): void {
    this.idle.close();
    this.dialogs.close();
    this.deadline.end();
  }
}

/** Returns a text that is equal for two readings of the same page. */
function shapeOf({ decision }: SeenPage): string {
  return decision.features.snapshot.items.map(describeItem).join('|');
}

function describeItem(item: ItemView): string {
  if (item.is === 'text') return item.text;
  if (isControl(item)) return [item.label, item.filled, item.checked, item.disabled].join(' ');
  return 'width' in item ? String(item.width) : '';
}
