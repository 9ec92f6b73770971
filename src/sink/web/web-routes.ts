import type { Hono } from 'hono';
import { memoize } from '../../core/memoize.ts';
import type { Handoffs } from '../handoffs.ts';
import type { MessageStore } from '../store.ts';

/**
 * Adds the pages on which people look at the messages of the sink. They are loaded with the first request, because most sinks
 * serve tests only.
 */
export function addWebRoutes(app: Hono, store: MessageStore, handoffs: Handoffs): void {
  const web = memoize(async () => (await import('./web-app.ts')).createWebApp(store, handoffs));
  app.post('/inbox/handoffs/:id', async ({ req, env }) => (await web()).fetch(req.raw, env));
  for (const path of ['/', '/inbox/*']) app.get(path, async ({ req, env }) => (await web()).fetch(req.raw, env));
}
