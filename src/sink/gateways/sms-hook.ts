import type { Context, Hono } from 'hono';
import { withCountryCode } from '../../message/national-number.ts';
import type { MessageStore } from '../store.ts';
import { readFields } from './sms-fields.ts';

/** Names of the same field in the settings "SMS by URL" of applications. The first one that is given counts. */
const NAMES = {
  to: ['to', 'phone', 'number', 'recipient'],
  body: ['body', 'text', 'message', 'content'],
  from: ['from', 'sender'],
} as const;

/**
 * Adds the route for applications that send SMS to a URL: `/sms`, by GET or POST, with a query, a form or JSON.
 *
 * @param country the country of numbers without a country code. @default they are refused
 */
export function addSmsHook(app: Hono, store: MessageStore, country?: string): void {
  app.on(['GET', 'POST'], '/sms', async (context) => {
    const { method } = context.req;
    // The guard lets pages be opened from other sites, and a link can be one to this route.
    const site = context.req.header('sec-fetch-site') ?? 'none';
    if (method === 'GET' && !['none', 'same-origin'].includes(site))
      return context.json({ error: 'GET /sms is not for pages of another site.' }, 403);
    store.deliveries.begun('sms', context);
    try {
      const body = method === 'GET' ? {} : await readFields(context);
      return await accept(context, { ...context.req.query(), ...body }, store, country);
    } finally {
      store.deliveries.closed(context);
    }
  });
}

async function accept(
  context: Context,
  fields: Readonly<Record<string, string>>,
  store: MessageStore,
  country: string | undefined,
): Promise<Response> {
  const { method } = context.req;
  const valueOf = (field: keyof typeof NAMES): string =>
    NAMES[field].map((name) => fields[name]).find((value) => value !== undefined && value !== '') ?? '';
  const [to, from, body] = [valueOf('to'), valueOf('from'), valueOf('body')];
  if (!to || !body) {
    const missing = Object.entries({ to, body }).filter(([, value]) => !value);
    const names = missing.map(([name]) => `"${name}"`).join(' and ');
    // A plain-text body parses as one long field name, and may contain a code.
    const seen = Object.keys(fields).filter((name) => /^[a-z_]+$/i.test(name));
    const error = `${method} /sms needs ${names}. Seen: ${seen.join(', ') || 'nothing'}. Send {"to", "from", "body"} as JSON or form.`;
    store.refused(`SMS 400 ${error}`);
    return context.json({ error }, 400);
  }
  const recipient = await withCountryCode(to, country);
  if ('problem' in recipient) {
    store.refused(`SMS 400 ${method} /sms: ${recipient.problem}`);
    return context.json({ error: recipient.problem }, 400);
  }
  const { envelope } = store.add('sms', from, [recipient.number], [Buffer.from(body)], 'sms');
  return context.json({ id: envelope.id, to, from }, 201);
}
