import type { Context, Hono } from 'hono';
import { foldAddress } from '../../message/address.ts';
import { withCountryCode } from '../../message/national-number.ts';
import { memoize } from '../../core/memoize.ts';
import { readMailBody } from '../mail-body.ts';
import { withControl } from '../own-text.ts';
import type { MessageStore } from '../store.ts';
import { AnsweredRequests } from './answered-requests.ts';
import { type Gateway, GatewayProblem, type GatewayReply, type GatewayRequest } from './gateway.ts';

/** Maximum number of recipients of a mail, as by SMTP. */
const MAX_RECIPIENTS = 1000;
/** Maximum number of attachments of a mail. */
const MAX_ATTACHMENTS = 1000;
/** Maximum length of a text message, in characters: ten times what vendors send as one. */
const MAX_TEXT = 16_000;

const amazon = memoize(async () => (await import('./amazon-query.ts')).amazonQuery);
const brevo = memoize(async () => (await import('./brevo.ts')).brevo);
const mailersend = memoize(async () => (await import('./mailersend.ts')).mailersend);
const mailgun = memoize(async () => (await import('./mailgun.ts')).mailgun);
const postmark = memoize(async () => (await import('./postmark.ts')).postmark);
const resend = memoize(async () => (await import('./resend.ts')).resend);
const sendgrid = memoize(async () => (await import('./sendgrid.ts')).sendgrid);
const ses = memoize(async () => (await import('./ses.ts')).ses);
const vonage = memoize(async () => (await import('./vonage.ts')).vonage);

/** The vendors' own paths. A vendor is loaded with its first request: a test suite uses one or two. */
const ROUTES: readonly (readonly [path: string, gateway: () => Promise<Gateway>])[] = [
  ['/', amazon],
  ['/email', postmark],
  ['/email/batch', postmark],
  ['/email/batchWithTemplates', postmark],
  ['/email/withTemplate', postmark],
  ['/emails', resend],
  ['/emails/batch', resend],
  ['/sms/json', vonage],
  ['/v1/bulk-email', mailersend],
  ['/v1/email', mailersend],
  ['/v1/messages', vonage],
  ['/v2/email/outbound-bulk-emails', ses],
  ['/v2/email/outbound-emails', ses],
  ['/v3/mail/send', sendgrid],
  ['/v3/smtp/email', brevo],
  ['/v3/transactionalSMS/sms', brevo],
  ['/v3/transactionalSMS/send', brevo],
  ['/v3/:domain/messages', mailgun],
  ['/v3/:domain/messages.mime', mailgun],
];

/** Adds the HTTP APIs of vendors of mail and SMS, so that an application needs only another base URL. */
export function addGatewayRoutes(app: Hono, store: MessageStore, country?: string): void {
  const answered = new AnsweredRequests();
  for (const [path, load] of ROUTES)
    app.post(path, async (context) => handle(context, await load(), { store, answered, country }));
}

interface Surroundings {
  readonly store: MessageStore;
  readonly answered: AnsweredRequests;
  readonly country: string | undefined;
}

async function handle(context: Context, gateway: Gateway, surroundings: Surroundings): Promise<Response> {
  const { store, country } = surroundings;
  const deliveries = gateway.kinds.map((kind) => ({ kind }));
  for (const delivery of deliveries) store.deliveries.begun(delivery.kind, delivery);
  try {
    const body = await readMailBody(context.req.raw, store);
    try {
      const request = {
        path: context.req.path,
        query: context.req.query(),
        body: body.bytes,
        header: (name: string) => context.req.header(name) ?? '',
        number: (text: string) => withCountryCode(text, country),
      };
      const refusal = body.refusal && new GatewayProblem(body.refusal.status, body.refusal.reason);
      return send(await answer(gateway, request, surroundings, refusal));
    } finally {
      body.drop();
    }
  } finally {
    for (const delivery of deliveries) store.deliveries.closed(delivery);
  }
}

/** Answers a request, or refuses it as the vendor does. */
async function answer(
  gateway: Gateway,
  request: GatewayRequest,
  { store, answered }: Surroundings,
  refusal: GatewayProblem | undefined,
): Promise<GatewayReply> {
  try {
    if (refusal) throw refusal;
    return await answered.once(gateway, request, () => accept(gateway, request, store));
  } catch (error) {
    if (!(error instanceof GatewayProblem)) throw error;
    store.refused(`${gateway.name} ${error.status}: ${error.message}`);
    return gateway.refuse(error, request);
  }
}

/** Stores the messages of a request. Either all of them are stored or none. */
async function accept(gateway: Gateway, request: GatewayRequest, store: MessageStore): Promise<GatewayReply> {
  const reply = await gateway.answer(request);
  const messages: Finished[] = [];
  let size = 0;
  for (const message of reply.messages ?? []) {
    const finished = await finish(message, gateway, store.maxSize);
    const wrong = withControl([finished.from, ...finished.to]);
    if (wrong !== undefined)
      throw new GatewayProblem(400, `The address ${JSON.stringify(wrong)} has a control character`);
    size += finished.bytes.length;
    if (size > store.maxBytes)
      throw new GatewayProblem(413, `The request makes more than ${store.maxBytes} bytes of mail`);
    messages.push(finished);
  }
  const via = reply.via ?? gateway.name;
  const deliveries = messages.map(({ kind, from, to, bytes }) => ({ kind, from, to, chunks: [bytes], via }));
  store.faults.requireAll(deliveries);
  for (const { kind, from, to, chunks } of deliveries) store.add(kind, from, to, chunks, via);
  for (const reason of reply.refused ?? []) store.refused(`${gateway.name} ${reply.status}: ${reason}`);
  return reply;
}

interface Finished {
  readonly kind: 'email' | 'sms';
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Buffer;
}

type Outgoing = NonNullable<GatewayReply['messages']>[number];

/** Composes a message, within the limits of the sink. */
async function finish(message: Outgoing, gateway: Gateway, maxSize: number): Promise<Finished> {
  if ('number' in message) {
    const { number, from, text } = message;
    if (text.length > MAX_TEXT) throw new GatewayProblem(400, `A text message has more than ${MAX_TEXT} characters`);
    return { kind: 'sms', from, to: [number], bytes: Buffer.from(text) };
  }
  if ('raw' in message) {
    return { kind: 'email', from: message.from, to: limited(message.recipients), bytes: message.raw };
  }
  const { to, cc = [], bcc = [], attachments = [] } = message;
  if (attachments.length > MAX_ATTACHMENTS)
    throw new GatewayProblem(400, `A mail has more than ${MAX_ATTACHMENTS} attachments`);
  const recipients = limited([...to, ...cc, ...bcc].map(({ address }) => address));
  const { composeMail } = await import('./compose-mail.ts');
  const bytes = await composeMail(message, gateway.name);
  if (bytes.length > maxSize) throw new GatewayProblem(413, `A mail has more than ${maxSize} bytes`);
  return { kind: 'email', from: message.from.address, to: recipients, bytes };
}

/** Returns the recipients of a mail, each once. */
function limited(addresses: readonly string[]): string[] {
  const unique = new Map(addresses.map((address) => [foldAddress('email', address), address]));
  if (unique.size <= MAX_RECIPIENTS) return [...unique.values()];
  throw new GatewayProblem(400, `A mail has more than ${MAX_RECIPIENTS} recipients`);
}

function send({ status, body, headers = {} }: GatewayReply): Response {
  if (body === undefined) return new Response(null, { status, headers });
  const type = typeof body === 'string' ? 'text/xml' : 'application/json';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { 'content-type': type, ...headers } });
}
