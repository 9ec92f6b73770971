import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { withCountryCode } from '../../message/national-number.ts';
import { readNumber } from '../../message/phone-number.ts';
import type { MessageStore } from '../store.ts';
import { readFields } from './sms-fields.ts';
import { type TwilioProblem, twilioProblem } from './twilio-problem.ts';

/** Twilio's limit for a message body, in characters. @see https://www.twilio.com/docs/errors/21617 */
const MAX_BODY = 1600;

/**
 * Adds Twilio's API for messages, so that an application needs only another base URL.
 *
 * @param country the country of numbers without a country code. @default they are refused
 */
export function addTwilioRoutes(app: Hono, store: MessageStore, country?: string): void {
  app.use('/2010-04-01/*', async (context, next) => {
    store.deliveries.begun('sms', context);
    try {
      await next();
    } finally {
      store.deliveries.closed(context);
    }
  });

  // https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
  app.post('/2010-04-01/Accounts/:account/:resource{Messages(\\.json)?}', async (context) => {
    const fields = await readFields(context);
    const recipient = await withCountryCode(fields['To'] ?? '', country);
    const problem = problemOf(fields) ?? ('problem' in recipient ? twilioProblem(21211, recipient.problem) : undefined);
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

function problemOf(fields: Record<string, string>): TwilioProblem | undefined {
  if (!fields['To']) return twilioProblem(21604, "A 'To' phone number is required.");
  if (readNumber(fields['To']) === undefined) return twilioProblem(21211, `Invalid 'To' Phone Number: ${fields['To']}`);
  if (!fields['From'] && !fields['MessagingServiceSid'])
    return twilioProblem(21603, "A 'From' phone number is required.");
  const body = bodyOf(fields);
  if (!body) return twilioProblem(21602, 'Message body is required.');
  if (body.length > MAX_BODY) {
    return twilioProblem(21617, `The concatenated message body exceeds the ${MAX_BODY} character limit.`);
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
