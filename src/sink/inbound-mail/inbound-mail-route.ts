import type { Hono } from 'hono';
import { memoize } from '../../core/memoize.ts';
import type { InboundOptions } from '../inbound.ts';
import type { MessageStore } from '../store.ts';

/** Adds the webhook for mail of real addresses. Its formats are loaded with the first call. */
export function addInboundMailRoute(app: Hono, store: MessageStore, options: InboundOptions): void {
  const mailbox = memoize(async () => {
    const { InboundMailbox } = await import('./inbound-mail.ts');
    return new InboundMailbox(store, options.mailSecrets ?? {}, options.fetch);
  });
  app.post('/inbound/mail', async (context) => (await mailbox()).handle(context));
}
