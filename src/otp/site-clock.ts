import type { BrowserContext, Response } from '@playwright/test';
import { ServerClock } from '../core/server-clock.ts';

/** The clock of the site under test. */
export class SiteClock extends ServerClock {
  /** Reads the clock from the responses that the pages of a context get from their own site. Sends no requests. */
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
}

/** Returns the `Date` of a fresh response of the site itself, in milliseconds since the epoch. */
function dateOf(response: Response): number | undefined {
  const request = response.request();
  if (!['document', 'xhr', 'fetch'].includes(request.resourceType()) || response.fromServiceWorker()) return undefined;
  const { date = '', age } = response.headers();
  const time = Date.parse(date);
  if (Number.isNaN(time) || Number(age) > 0) return undefined;
  const site = request.isNavigationRequest() ? response.url() : request.frame().url();
  return new URL(response.url()).origin === new URL(site).origin ? time : undefined;
}
