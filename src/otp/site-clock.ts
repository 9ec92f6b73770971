import type { BrowserContext, Response } from '@playwright/test';

/** What one answer says: how far the site's clock is ahead, in milliseconds, lies between the two. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** So many answers tell it as well as more would. */
const ENOUGH = 50;

/**
 * A site's clock against this machine's, by the `Date` of its answers, which is cut to whole seconds and was set at some
 * moment between request and answer. All answers together narrow it down to some tenths of a second.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export class SiteClock {
  readonly #bounds: Bounds[] = [];

  /** Looks at the answers that pages of a context get from their own site. Asks for nothing by itself. */
  watch(context: BrowserContext): void {
    context.on('response', (response) => {
      const date = dateOf(response);
      if (date === undefined) return;
      const { startTime, requestStart, responseStart } = response.request().timing();
      this.note(
        date,
        startTime + Math.max(0, requestStart),
        responseStart < 0 ? Date.now() : startTime + responseStart,
      );
    });
  }

  /** An answer, when it was asked for, and when it came, by this machine's clock; in milliseconds since the epoch. */
  note(date: number, askedAt: number, cameAt: number): void {
    if (this.#bounds.length < ENOUGH) this.#bounds.push({ least: date - cameAt, most: date + 1000 - askedAt });
  }

  /** How far the site is ahead, and how exact that is, both in milliseconds; nothing before its first answer. */
  get skew(): { readonly ms: number; readonly error: number } | undefined {
    if (this.#bounds.length === 0) return undefined;
    // An answer from a cache is older, so it lies below the others, and is left out.
    const least = Math.max(...this.#bounds.map((bounds) => bounds.least));
    const most = Math.min(...this.#bounds.map((bounds) => bounds.most).filter((most) => most >= least));
    return { ms: Math.round((least + most) / 2), error: Math.ceil((most - least) / 2) };
  }

  /** What to correct by, in milliseconds: nothing where the clocks may well be the same. */
  get correction(): number | undefined {
    const { skew } = this;
    return skew && (Math.abs(skew.ms) > skew.error ? skew.ms : 0);
  }
}

/** When a site says that it answered: pages, and what they ask their own site for, and nothing that was kept since. */
function dateOf(response: Response): number | undefined {
  const request = response.request();
  if (!['document', 'xhr', 'fetch'].includes(request.resourceType()) || response.fromServiceWorker()) return undefined;
  const { date = '', age } = response.headers();
  const at = Date.parse(date);
  if (Number.isNaN(at) || Number(age) > 0) return undefined;
  const site = request.isNavigationRequest() ? response.url() : request.frame().url();
  return new URL(response.url()).origin === new URL(site).origin ? at : undefined;
}
