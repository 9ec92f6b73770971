import type { Context, Hono } from 'hono';
import type { Secret } from '../secret/secret.ts';
import {
  type Signed,
  isSignedByAndroid,
  isSignedByHttpSms,
  isSignedByStandard,
  isSignedByTwilio,
  isSignedByVonage,
} from './signatures.ts';
import type { MessageStore } from './store.ts';

/** Who may feed the sink with SMS of real numbers, and what they sign with. */
export type InboundSecrets = Readonly<Partial<Record<Sender, Secret>>>;

export type Sender = 'twilio' | 'vonage' | 'sms' | 'android-sms-gateway' | 'httpsms';

interface Sms {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
}

type Fields = Readonly<Record<string, unknown>>;

interface Form {
  /** The message in it; nothing for another event. */
  readonly read: (fields: Fields, url: URL) => Sms | undefined;
  readonly isSigned: (signed: Signed, secret: Secret) => Promise<boolean>;
}

/** How many messages are remembered, for those that are sent again. */
const REMEMBERED = 1000;

const FORMS: Readonly<Record<Sender, Form>> = {
  twilio: {
    read: ({ MessageSid, To, From, Body }) => sms(MessageSid, To, From, Body),
    isSigned: isSignedByTwilio,
  },
  // Its Messages API, and its SMS API.
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

/** SMS of real numbers, pushed by those who take them: providers' webhooks, and telephones that forward theirs. */
export function addInboundRoutes(app: Hono, store: MessageStore, secrets: InboundSecrets): void {
  const taken = new Set<string>();

  app.post('/inbound/:sender', async (context) => {
    const sender = context.req.param('sender') as Sender;
    const form = Object.hasOwn(FORMS, sender) ? FORMS[sender] : undefined;
    if (!form) return context.json({ error: `Known are: ${Object.keys(FORMS).join(', ')}.` }, 404);
    const body = await context.req.text();
    const url = new URL(context.req.url);
    const fields = fieldsOf(body);
    const signed = { url, body, fields: fields ?? {}, header: (name: string) => context.req.header(name) };
    const secret = secrets[sender];
    if (secret && !(await form.isSigned(signed, secret)))
      return refuse(context, store, 403, `POST /inbound/${sender} is not signed with the secret that the sink knows.`);
    const message = fields && form.read(fields, url);
    if (!fields || (message && !(message.to && message.body)))
      return refuse(context, store, 400, `POST /inbound/${sender} holds no SMS that says to whom it came.`);
    const name = message && `${sender}/${message.id}`;
    if (message && (message.id === '' || !taken.has(name ?? ''))) {
      store.add('sms', message.from, [message.to], [Buffer.from(message.body)]);
      remember(taken, name ?? '');
    }
    // What Twilio reads as "say nothing back".
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

/** Vonage leaves out the plus, and has put numbers into objects. */
function numberOf(value: unknown): string {
  const number = textOf(typeof value === 'object' && value !== null ? (value as Fields)['number'] : value);
  return /^\d{7,15}$/.test(number) ? `+${number}` : number;
}

/** The fields of a JSON or form body; nothing when it is neither. */
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

function remember(taken: Set<string>, name: string): void {
  taken.add(name);
  const [oldest] = taken;
  if (taken.size > REMEMBERED && oldest !== undefined) taken.delete(oldest);
}
