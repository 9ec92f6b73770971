import type { Context } from 'hono';
import { foldAddress } from '../../message/address.ts';
import { fieldsOf, readJson } from '../gateways/fields.ts';
import { GatewayProblem, type GatewayRequest, type RawMail } from '../gateways/gateway.ts';
import { readMailBody } from '../mail-body.ts';
import { withControl } from '../own-text.ts';
import { remember } from '../remembered-ids.ts';
import type { MessageStore } from '../store.ts';
import { ByteForm } from './byte-form.ts';
import type { MailCall, MailSecrets, MailSender, MailSenderName } from './mail-sender.ts';
import { mailgun } from './mailgun.ts';
import { postmark } from './postmark.ts';
import { raw } from './raw.ts';
import { sendgrid } from './sendgrid.ts';
import { ses } from './ses.ts';
import { AmazonSns } from './sns-signature.ts';

/** Maximum number of recipients of a mail, as by SMTP. */
const MAX_RECIPIENTS = 1000;
const KNOWN =
  'The call has none of the known forms: a raw mail, SendGrid Inbound Parse, Mailgun Routes, Postmark inbound, or SES by SNS';

/** Takes the mail of real addresses from the webhooks of mail services. */
export class InboundMailbox {
  readonly #store: MessageStore;
  readonly #secrets: MailSecrets;
  readonly #senders: readonly (readonly [MailSenderName, MailSender])[];
  readonly #seenIds = new Set<string>();

  /** @param get sends the requests to Amazon SNS */
  constructor(store: MessageStore, secrets: MailSecrets, get?: typeof fetch) {
    this.#store = store;
    this.#secrets = secrets;
    const amazon = ses(new AmazonSns(get));
    // The order counts: a raw mail is what has no other form.
    this.#senders = Object.entries({ ses: amazon, postmark, mailgun, sendgrid, mail: raw }) as [
      MailSenderName,
      MailSender,
    ][];
  }

  async handle(context: Context): Promise<Response> {
    const delivery = {};
    this.#store.deliveries.begun('email', delivery);
    try {
      const body = await readMailBody(context.req.raw, this.#store);
      try {
        if (body.refusal) throw new GatewayProblem(body.refusal.status, body.refusal.reason);
        return context.json({ taken: await this.#take(await readCall(context, body.bytes)) });
      } finally {
        body.drop();
      }
    } catch (error) {
      if (!(error instanceof GatewayProblem)) throw error;
      const text = `POST /inbound/mail: ${error.message}.`;
      this.#store.refused(`mail ${error.status} ${text}`);
      return Response.json({ error: text }, { status: error.status });
    } finally {
      this.#store.deliveries.closed(delivery);
    }
  }

  /** Stores the mail of a call. Returns false if there is none. */
  async #take(call: MailCall): Promise<boolean> {
    const [name, sender] = this.#senders.find(([, one]) => one.matches(call)) ?? [];
    if (!name || !sender) throw new GatewayProblem(400, KNOWN);
    const isTrusted = await this.#verify(name, sender, call);
    const { mail, id } = await sender.read(call, isTrusted);
    if (!mail) return false;
    const wrong = withControl([mail.from, ...mail.recipients]);
    if (wrong !== undefined)
      throw new GatewayProblem(400, `The address ${JSON.stringify(wrong)} has a control character`);
    const key = id === undefined ? undefined : `${name}/${id}`;
    if (key !== undefined && this.#seenIds.has(key)) return true;
    this.#store.add('email', mail.from, recipientsOf(mail), [mail.raw], `inbound/${name}`);
    if (key !== undefined) remember(this.#seenIds, key);
    return true;
  }

  /** With a secret for one service, calls in the form of another are refused: they would evade it. */
  async #verify(name: MailSenderName, sender: MailSender, call: MailCall): Promise<boolean> {
    const secret = this.#secrets[name];
    if (Object.keys(this.#secrets).length === 0) return false;
    if (secret && (await sender.isSigned(call, secret))) return true;
    const configured = Object.keys(this.#secrets).join(', ');
    throw new GatewayProblem(
      403,
      secret
        ? `A call of ${name} has no valid signature for the configured secret`
        : `There are secrets for ${configured}, and none for ${name}, so its calls cannot be verified`,
    );
  }
}

async function readCall(context: Context, body: Buffer): Promise<MailCall> {
  const header = (name: string): string => context.req.header(name) ?? '';
  const request: GatewayRequest = {
    path: context.req.path,
    query: context.req.query(),
    body,
    header,
    number: () => Promise.reject(new Error('A mail has no number.')),
  };
  const call = { ...request, header, url: new URL(context.req.url) };
  const start = body.toString('latin1', 0, 200).trimStart();
  // Amazon SNS says text/plain.
  if (start.startsWith('{')) return { ...call, json: fieldsOf(readJson({ body })) };
  const type = header('content-type').toLowerCase();
  // curl says that everything is a form, unless told otherwise.
  const isForm = type.startsWith('multipart/form-data') || (type.includes('urlencoded') && !/^[\w-]+:/.test(start));
  return isForm ? { ...call, form: await ByteForm.read(request) } : call;
}

/** Returns the recipients of a mail, each once. */
function recipientsOf({ recipients }: RawMail): string[] {
  const unique = new Map(recipients.map((address) => [foldAddress('email', address), address]));
  if (unique.size > MAX_RECIPIENTS) throw new GatewayProblem(400, `A mail has more than ${MAX_RECIPIENTS} recipients`);
  return [...unique.values()];
}
