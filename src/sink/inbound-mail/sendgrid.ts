import { createHash, createPublicKey, verify } from 'node:crypto';
import { fieldsOf, listOf, textOf, textsOf } from '../gateways/fields.ts';
import { GatewayProblem, type RawMail } from '../gateways/gateway.ts';
import { readRawMail } from '../gateways/raw-mail.ts';
import { isRecent } from '../signatures.ts';
import { composeParsed, readHeaderBlock } from './compose-parsed.ts';
import type { ByteForm } from './byte-form.ts';
import type { MailSender } from './mail-sender.ts';

/**
 * SendGrid Inbound Parse, raw or parsed. The secret is the public key of its security policy.
 *
 * @see https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
 * @see https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/securing-your-parse-webhooks
 */
export const sendgrid: MailSender = {
  matches: ({ form }) => form?.has('envelope') === true,

  isSigned({ body, header }, secret) {
    const time = header('x-twilio-email-event-webhook-timestamp');
    const signature = Buffer.from(header('x-twilio-email-event-webhook-signature'), 'base64');
    try {
      const der = Buffer.from(secret.reveal().replace(/-----[^-]+-----|\s/g, ''), 'base64');
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      return isRecent(Number(time)) && verify('sha256', Buffer.concat([Buffer.from(time), body]), key, signature);
    } catch {
      return false; // not a key, or not a signature
    }
  },

  async read({ form }) {
    if (!form) throw new GatewayProblem(400, 'The call must be a form');
    const envelope = jsonIn(form, 'envelope');
    const sender = textOf(envelope['from']);
    const recipients = listOf(envelope['to']).flatMap((address) => textOf(address) ?? []);
    const raw = form.bytes('email');
    const mail = raw ? readRawMail(raw, sender, recipients) : await parsed(form, sender, recipients);
    // SendGrid has no id of its own. Each mail has other headers (Received), so equal bytes are a repeated call.
    const parts = ['headers', 'from', 'subject', 'text', 'html'].map((name) => form.text(name) ?? '');
    const source = raw ?? Buffer.from(JSON.stringify(parts));
    const id = createHash('sha256').update(recipients.join()).update('\n').update(source).digest('hex');
    return { mail, id };
  },
};

async function parsed(form: ByteForm, sender: string | undefined, recipients: readonly string[]): Promise<RawMail> {
  const charsets = textsOf(jsonIn(form, 'charsets'));
  const text = (name: string): string | undefined => form.text(name, charsets[name]);
  const attachments = await form.files();
  return composeParsed(
    {
      ...{ sender, recipients, from: text('from'), to: text('to'), cc: text('cc'), subject: text('subject') },
      ...{ text: text('text'), html: text('html'), headers: readHeaderBlock(text('headers') ?? ''), attachments },
    },
    'sendgrid',
  );
}

function jsonIn(form: ByteForm, name: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(form.text(name) ?? '{}'));
  } catch {
    throw new GatewayProblem(400, `The field ${name} is not valid JSON`);
  }
}
