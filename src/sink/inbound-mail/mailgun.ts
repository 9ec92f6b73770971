import { createHmac } from 'node:crypto';
import { readAddresses } from '../gateways/addresses.ts';
import { listOf } from '../gateways/fields.ts';
import { GatewayProblem } from '../gateways/gateway.ts';
import { readRawMail } from '../gateways/raw-mail.ts';
import { isRecent, isSame } from '../signatures.ts';
import { composeParsed } from './compose-parsed.ts';
import type { MailSender } from './mail-sender.ts';

/**
 * Mailgun Routes, raw (a URL that ends with `mime`) or parsed.
 *
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
export const mailgun: MailSender = {
  matches: ({ form }) => form?.has('recipient') === true && (form.has('body-mime') || form.has('body-plain')),

  isSigned({ form }, secret) {
    const [time = '', token = '', signature = ''] = ['timestamp', 'token', 'signature'].map((name) => form?.text(name));
    const expected = createHmac('sha256', secret.reveal()).update(time).update(token).digest('hex');
    return token !== '' && isRecent(Number(time)) && isSame(expected, signature.toLowerCase());
  },

  async read({ form }) {
    if (!form) throw new GatewayProblem(400, 'The call must be a form');
    const recipients = readAddresses(form.text('recipient')).map(({ address }) => address);
    const sender = form.text('sender');
    const id = form.text('token');
    const raw = form.bytes('body-mime');
    if (raw) return { id, mail: readRawMail(raw, sender, recipients) };
    const mail = await composeParsed(
      {
        ...{ sender, recipients, from: form.text('from'), to: form.text('To'), cc: form.text('Cc') },
        ...{ subject: form.text('subject'), text: form.text('body-plain'), html: form.text('body-html') },
        headers: headersIn(form.text('message-headers') ?? '[]'),
        attachments: await form.files(),
      },
      'mailgun',
    );
    return { id, mail };
  },
};

/** Reads `message-headers`: a list of names and values. */
function headersIn(json: string): Record<string, string> {
  try {
    const pairs = listOf(JSON.parse(json)).flatMap((pair) => {
      const [name, value] = listOf(pair);
      return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [];
    });
    return Object.fromEntries(pairs.toReversed());
  } catch {
    throw new GatewayProblem(400, 'The field message-headers is not valid JSON');
  }
}
