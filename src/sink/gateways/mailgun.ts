import { randomUUID } from 'node:crypto';
import { decodePercent } from '../../core/decode-percent.ts';
import { type MailAddress, invalidAddress, readAddresses } from './addresses.ts';
import { fieldsOf, limitCopies, parseJson, readForm, textsIn } from './fields.ts';
import { type Gateway, GatewayProblem, type GatewayReply, type MailAttachment, type OutgoingMail } from './gateway.ts';
import { readRawMail } from './raw-mail.ts';
import { fill } from './template.ts';

/** A placeholder for a value of the recipient. */
const RECIPIENT_VARIABLE = /%recipient\.([\w.-]+)%/g;

/** Mailgun's API for mail. @see https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages */
export const mailgun: Gateway = {
  name: 'mailgun',
  kinds: ['email'],

  async answer({ path, ...request }) {
    const form = await readForm({ path, ...request });
    const domain = decodePercent(path.split('/')[2] ?? '').replace(/[^\w.-]/g, '') || 'mailgun.example';
    const id = `<${randomUUID()}@${domain}>`;
    const messages = path.endsWith('.mime') ? [await rawMail(form)] : await mailsOf(form, id);
    const body = { id, message: 'Queued. Thank you.' };
    // In test mode, Mailgun accepts a mail and delivers nothing.
    if (['yes', 'true', 'True'].includes(textsIn(form, 'o:testmode')[0] ?? ''))
      return {
        status: 200,
        body,
        refused: ['Test mode (o:testmode) is on, so the mail is accepted and not delivered'],
      };
    return { status: 200, body, messages };
  },

  refuse({ status, message }) {
    return { status, body: { message } };
  },
};

async function rawMail(form: FormData): Promise<NonNullable<GatewayReply['messages']>[number]> {
  const [message] = form.getAll('message');
  if (!message) throw new GatewayProblem(400, 'message parameter is missing', { field: 'message' });
  const bytes = typeof message === 'string' ? Buffer.from(message) : Buffer.from(await message.arrayBuffer());
  const recipients = addressesIn(form, 'to').map(({ address }) => address);
  if (recipients.length === 0) throw new GatewayProblem(400, 'to parameter is missing', { field: 'to' });
  return readRawMail(bytes, undefined, recipients);
}

/** Returns the mail, or one for each recipient if the request has values for each (`recipient-variables`). */
async function mailsOf(form: FormData, id: string): Promise<OutgoingMail[]> {
  const first = (name: string): string | undefined => textsIn(form, name)[0];
  const [from] = addressesIn(form, 'from');
  if (!from) throw new GatewayProblem(400, 'from parameter is missing', { field: 'from' });
  const to = addressesIn(form, 'to');
  if (to.length === 0) throw new GatewayProblem(400, 'to parameter is missing', { field: 'to' });
  const [template, text, html] = [first('template'), first('text'), first('html')];
  if (!template && !text && !html)
    throw new GatewayProblem(400, "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified");
  const mail = {
    ...{ from, to, text, html, subject: first('subject') },
    cc: addressesIn(form, 'cc'),
    bcc: addressesIn(form, 'bcc'),
    headers: prefixed(form, 'h:'),
    attachments: await attachmentsOf(form),
    template: template
      ? { id: template, variables: { ...fieldsOf(jsonIn(form, 't:variables')), ...prefixed(form, 'v:') } }
      : undefined,
    messageId: id,
  };
  const personal = jsonIn(form, 'recipient-variables');
  if (personal === undefined) return [mail];
  limitCopies(to.length, [text, html]);
  return to.map((recipient) => {
    const variables = fieldsOf(fieldsOf(personal)[recipient.address]);
    const filled = (part: string | undefined, isHtml = false): string | undefined =>
      fill(part, RECIPIENT_VARIABLE, variables, isHtml);
    return { ...mail, to: [recipient], subject: filled(mail.subject), text: filled(text), html: filled(html, true) };
  });
}

function addressesIn(form: FormData, name: string): MailAddress[] {
  const addresses = readAddresses(textsIn(form, name));
  if (invalidAddress(addresses) !== undefined)
    throw new GatewayProblem(400, `'${name}' parameter is not a valid address. please check documentation`, {
      field: name,
    });
  return addresses;
}

/** Returns the texts of a form whose names have a prefix, without it. */
function prefixed(form: FormData, prefix: string): Record<string, string> {
  const names = [...form.keys()].filter((name) => name.startsWith(prefix));
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), textsIn(form, name)[0] ?? '']));
}

function jsonIn(form: FormData, name: string): unknown {
  const [text] = textsIn(form, name);
  return text ? parseJson(text, `${name} parameter`, name) : undefined;
}

async function attachmentsOf(form: FormData): Promise<MailAttachment[]> {
  const files = ['attachment', 'inline'].flatMap((field) => form.getAll(field).map((file) => ({ field, file })));
  return Promise.all(
    files.map(async ({ field, file }) => {
      if (typeof file === 'string') return { name: 'attachment', content: Buffer.from(file) };
      const { name, type } = file;
      const contentId = field === 'inline' ? name : undefined;
      return { name, type, content: Buffer.from(await file.arrayBuffer()), contentId };
    }),
  );
}
