import type { Hono } from 'hono';
import { memoize } from '../../core/memoize.ts';
import type { MessageStore } from '../store.ts';
import { markText } from './mark-text.ts';

const WANTED = ['code', 'link', 'message'] as const;

/**
 * Adds the routes by which programs in any language wait for a code, a link or a message.
 *
 * @param country the country of numbers without a country code. @default they are refused
 */
export function addWaitRoutes(app: Hono, store: MessageStore, country?: string): void {
  // Most sinks are never asked, so what reads messages is loaded with the first request.
  const answers = memoize(async () => new (await import('./wait-answer.ts')).WaitAnswers(store, country));

  app.get('/api/mark', (context) => {
    setImmediate(() => void answers());
    return context.json({ mark: markText(store) }, 200, { 'cache-control': 'no-store' });
  });

  for (const wanted of WANTED) {
    app.get(`/api/wait/${wanted}`, async (context) => {
      const begun = store.mark();
      return await (await answers()).answer(context, wanted, begun);
    });
  }
}
