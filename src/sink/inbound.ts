import type { Context, Hono } from 'hono';
import { withCountryCode } from '../message/national-number.ts';
import type { Secret } from '../secret/secret.ts';
import { remember } from './remembered-ids.ts';
import {
  type SignedRequest,
  isSignedByAndroid,
  isSignedByHttpSms,
  isSignedByStandard,
  isSignedByTwilio,
  isSignedByVonage,
} from './signatures.ts';
import type { MailSecrets } from './inbound-mail/mail-sender.ts';
import type { MessageStore } from './store.ts';

/** The signing secret of each SMS provider. */
export type InboundSecrets = Readonly<Partial<Record<Sender, Secret>>>;

export type Sender = 'twilio' | 'vonage' | 'sms' | 'android-sms-gateway' | 'httpsms';

interface Sms {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The webhook format of a provider. */
interface InboundFormat {
  /** Returns the message, or `undefined` for other events. */
  readonly read: (fields: Fields, url: URL) => Sms | undefined;
  readonly isSigned: (signed: SignedRequest, secret: Secret) => Promise<boolean>;
}

const FORMATS: Readonly<Record<Sender, InboundFormat>> = {
  twilio: {
    read: ({ MessageSid, To, From, Body }) => sms(MessageSid, To, From, Body),
    isSigned: isSignedByTwilio,
  },
  // Accepts both the Messages API and the SMS API.
  vonage: {
    read: ({ message_uuid, messageId, to, from, msisdn, text }) =>
      sms(message_uuid ?? messageId, numberOf(to), numberOf(from ?? msisdn), text),
    isSigned: isSignedByVonage,
  },
  sms: {
    read: ({ id, to, from, body }) => sms(id, to, from ?? '', body),
    isSigned: isSignedByStandard,
  },
  'android-sms-gateway': {
    read: ({ event, id, payload }, url) => {
      const { message, phoneNumber, sender = phoneNumber, recipient } = (payload ?? {}) as Fields;
      const to = recipient ?? url.searchParams.get('to');
      return event === 'sms:received' ? sms(id, to, sender, message) : undefined;
    },
    isSigned: isSignedByAndroid,
  },
  httpsms: {
    read: ({ type, data }) => {
      const { message_id, owner, contact, content } = (data ?? {}) as Fields;
      return type === 'message.phone.received' ? sms(message_id, owner, contact, content) : undefined;
    },
    isSigned: isSignedByHttpSms,
  },
};

export interface InboundOptions {
  readonly secrets?: InboundSecrets | undefined;
  /** Secrets of mail services. @default signatures are not verified */
  readonly mailSecrets?: MailSecrets | undefined;
  /** Sends the requests to Amazon SNS. @default Node's fetch */
  readonly fetch?: typeof fetch | undefined;
  /** The country of numbers without a country code. @default they are refused */
  readonly country?: string | undefined;
}

/** Adds the routes for SMS of real numbers: webhooks of SMS providers, and phones that forward their SMS. */
export function addInboundRoutes(app: Hono, store: MessageStore, { secrets = {}, country }: InboundOptions): void {
  const seenIds = new Set<string>();

  app.post('/inbound/:sender', async (context) => {
    const sender = context.req.param('sender') as Sender;
    const format = Object.hasOwn(FORMATS, sender) ? FORMATS[sender] : undefined;
    if (!format) return context.json({ error: `Unknown sender. Known: ${Object.keys(FORMATS).join(', ')}.` }, 404);
    const body = await context.req.text();
    const url = new URL(context.req.url);
    const fields = fieldsOf(body);
    const signed = { url, body, fields: fields ?? {}, header: (name: string) => context.req.header(name) };
    const secret = secrets[sender];
    if (secret && !(await format.isSigned(signed, secret)))
      return refuse(context, store, 403, `POST /inbound/${sender} has no valid signature for the configured secret.`);
    const message = fields && format.read(fields, url);
    if (!fields || (message && !(message.to && message.body)))
      return refuse(context, store, 400, `POST /inbound/${sender} must contain an SMS with a recipient and a text.`);
    const recipient = await withCountryCode(message?.to ?? '', country);
    if ('problem' in recipient) return refuse(context, store, 400, `POST /inbound/${sender}: ${recipient.problem}`);
    const id = `${sender}/${message?.id}`;
    if (message && (message.id === '' || !seenIds.has(id))) {
      store.add('sms', message.from, [recipient.number], [Buffer.from(message.body)], `inbound/${sender}`);
      remember(seenIds, id);
    }
    // Empty TwiML: Twilio sends no reply.
    if (sender === 'twilio') return context.body('<Response/>', 200, { 'content-type': 'text/xml' });
    return context.json({ taken: message !== undefined });
  });
}

function sms(id: unknown, to: unknown, from: unknown, body: unknown): Sms {
  return { id: textOf(id), to: textOf(to), from: textOf(from), body: textOf(body) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Reads a Vonage number: without a plus, and in some versions wrapped in an object. */
function numberOf(value: unknown): string {
  const number = textOf(typeof value === 'object' && value !== null ? (value as Fields)['number'] : value);
  return /^[1-9]\d{6,14}$/.test(number) ? `+${number}` : number;
}

/** Reads the fields of a JSON or form body. Returns `undefined` for invalid JSON. */
function fieldsOf(body: string): Fields | undefined {
  if (!body.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body) as Fields;
  } catch {
    return undefined;
  }
}

function refuse(context: Context, store: MessageStore, status: 400 | 403, error: string): Response {
  store.refused(`SMS ${status} ${error}`);
  return context.json({ error }, status);
}
