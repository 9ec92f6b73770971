import type { PageReading } from '../challenge/page/look.ts';
import type { Runtime } from '../core/runtime.ts';
import { dismissConsent } from './consent.ts';
import { confirmSending } from './overlay.ts';
import type { PageIdle } from './page-idle.ts';
import type { Progress } from './progress.ts';

interface LayersContext {
  readonly runtime: Runtime;
  readonly progress: Progress;
  readonly pageIdle: PageIdle;
}

/** Clears what lies over a form: a cookie banner, or a box that asks whether to send a code. Each once per page. */
export class Layers {
  readonly #context: LayersContext;

  constructor(context: LayersContext) {
    this.#context = context;
  }

  /** Returns true if it pressed a button, so that the page must be read again. */
  async clear(reading: PageReading): Promise<boolean> {
    return (await this.#dismissConsent(reading)) || (await this.#confirmSending(reading));
  }

  async #confirmSending({ locators }: PageReading): Promise<boolean> {
    const { progress, runtime, pageIdle } = this.#context;
    const [field] = locators.fields;
    const action = this.#on('confirm sending');
    if (!field || !progress.hasChosenOn(pageIdle.documents) || progress.hasTried(action)) return false;
    // The box may be drawn a moment after the choice.
    if (!(await confirmSending(field).catch(() => false))) return false;
    progress.tryOnce(action);
    await runtime.step('Confirm sending', () => Promise.resolve());
    return true;
  }

  async #dismissConsent({ locators }: PageReading): Promise<boolean> {
    const [field] = locators.fields;
    const button = [locators.submit, locators.otherWay, ...locators.factors].find((control) => control !== undefined);
    const isNew = locators.consent !== undefined && this.#context.progress.tryOnce(this.#on('consent'));
    if (!isNew || !(await dismissConsent(locators.consent, [field, button]))) return false;
    await this.#context.runtime.step('Dismiss interstitial', () => Promise.resolve());
    return true;
  }

  #on(what: string): string {
    return `${what} on page ${this.#context.pageIdle.documents}`;
  }
}
