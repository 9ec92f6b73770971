import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { withCountryCode } from '../message/national-number.ts';
import type { MessageStore } from './store.ts';

/** Twilio's limit for a message body, in characters. @see https://www.twilio.com/docs/errors/21617 */
const MAX_BODY = 1600;

/**
 * Adds the routes that accept SMS: a plain JSON API, and Twilio's API, so that an app needs only another base URL.
 *
 * @param country the country of numbers without a country code. @default they are refused
 */
export function addSmsRoutes(app: Hono, store: MessageStore, country?: string): void {
  app.on('POST', ['/sms', '/2010-04-01/*'], async (context, next) => {
    store.deliveries.begun('sms', context);
    try {
      await next();
    } finally {
      store.deliveries.closed(context);
    }
  });

  app.post('/sms', async (context) => {
    const fields = await readFields(context);
    const { to, from = '', body } = fields;
    const missing = Object.entries({ to, body }).filter(([, value]) => !value);
    if (!to || !body) {
      const names = missing.map(([name]) => `"${name}"`).join(' and ');
      // A plain-text body parses as one long field name, and may contain a code.
      const seen = Object.keys(fields).filter((name) => /^[a-z_]+$/i.test(name));
      const error = `POST /sms needs ${names}. Seen: ${seen.join(', ') || 'nothing'}. Send {"to", "from", "body"} as JSON or form.`;
      store.refused(`SMS 400 ${error}`);
      return context.json({ error }, 400);
    }
    const recipient = await withCountryCode(to, country);
    if ('problem' in recipient) {
      store.refused(`SMS 400 POST /sms: ${recipient.problem}`);
      return context.json({ error: recipient.problem }, 400);
    }
    const { envelope } = store.add('sms', from, [recipient.number], [Buffer.from(body)], 'sms');
    return context.json({ id: envelope.id, to, from }, 201);
  });

  // https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
  app.post('/2010-04-01/Accounts/:account/:resource{Messages(\\.json)?}', async (context) => {
    const fields = await readFields(context);
    const recipient = await withCountryCode(fields['To'] ?? '', country);
    const problem =
      twilioProblem(fields) ?? ('problem' in recipient ? twilioError(21211, recipient.problem) : undefined);
    if (problem) {
      store.refused(`SMS 400 (Twilio error ${problem.code}) ${problem.message}`);
      return context.json(problem, 400);
    }
    const to = 'number' in recipient ? recipient.number : '';
    const body = bodyOf(fields);
    const from = fields['From'] ?? fields['MessagingServiceSid'] ?? '';
    store.add('sms', from, [to], [Buffer.from(body)], 'twilio');
    return context.json(twilioMessage(context.req.param('account'), fields), 201);
  });
}

/**
 * Returns the text of a message. A content template (`ContentSid`) is kept by Twilio: of it, the sink knows the values of
 * its variables, one a line.
 */
function bodyOf({
  Body: body,
  ContentSid: template,
  ContentVariables: variables = '{}',
}: Record<string, string>): string {
  if (body || !template) return body ?? '';
  try {
    const values = Object.values(JSON.parse(variables) as Record<string, unknown>).filter((value) => value !== '');
    return values.map(String).join('\n') || `Content template ${template}`;
  } catch {
    return `Content template ${template}`;
  }
}

/** Reads the text fields of a JSON or form body. */
async function readFields(context: Context): Promise<Record<string, string>> {
  const text = await context.req.text();
  const isJson = (context.req.header('content-type') ?? '').includes('json') || text.trimStart().startsWith('{');
  if (!isJson) return Object.fromEntries(new URLSearchParams(text));
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}

/** Twilio's error resource. @see https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
interface TwilioProblem {
  readonly code: number;
  readonly message: string;
  readonly more_info: string;
  readonly status: 400;
}

function twilioError(code: number, message: string): TwilioProblem {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status: 400 };
}

function twilioProblem(fields: Record<string, string>): TwilioProblem | undefined {
  if (!fields['To']) return twilioError(21604, "A 'To' phone number is required.");
  if (!/\d/.test(fields['To'])) return twilioError(21211, `Invalid 'To' Phone Number: ${fields['To']}`);
  if (!fields['From'] && !fields['MessagingServiceSid'])
    return twilioError(21603, "A 'From' phone number is required.");
  const body = bodyOf(fields);
  if (!body) return twilioError(21602, 'Message body is required.');
  if (body.length > MAX_BODY) {
    return twilioError(21617, `The concatenated message body exceeds the ${MAX_BODY} character limit.`);
  }
  return undefined;
}

/** Returns Twilio's response to an accepted message. */
function twilioMessage(account: string, fields: Record<string, string>): Record<string, unknown> {
  const sid = `SM${randomBytes(16).toString('hex')}`;
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}.json`;
  const now = new Date().toUTCString().replace('GMT', '+0000');
  return {
    sid,
    account_sid: account,
    api_version: '2010-04-01',
    to: fields['To'],
    from: fields['From'] ?? null,
    messaging_service_sid: fields['MessagingServiceSid'] ?? null,
    body: bodyOf(fields),
    status: 'queued',
    direction: 'outbound-api',
    num_segments: '1',
    num_media: '0',
    date_created: now,
    date_updated: now,
    date_sent: null,
    price: null,
    price_unit: 'USD',
    error_code: null,
    error_message: null,
    uri,
    subresource_uris: { media: uri.replace('.json', '/Media.json') },
  };
}
