import type { BrowserContext, Response } from '@playwright/test';
import { ServerClock } from '../core/server-clock.ts';

/** The clock of the site that the pages of a test are of. */
export class SiteClock extends ServerClock {
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
