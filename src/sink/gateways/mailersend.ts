import { randomBytes } from 'node:crypto';
import { type MailAddress, invalidAddress, readAddresses } from './addresses.ts';
import { type Fields, attachmentOf, fieldsOf, headersOf, listOf, readJson, textOf, limitCopies } from './fields.ts';
import { type Gateway, GatewayProblem, type OutgoingMail } from './gateway.ts';
import { fill } from './template.ts';

const PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}/g;
const MAX_BULK = 500;

/** MailerSend's API for mail. @see https://developers.mailersend.com/api/v1/email.html */
export const mailersend: Gateway = {
  name: 'mailersend',
  kinds: ['email'],

  answer(request) {
    const content = readJson(request);
    const id = randomBytes(12).toString('hex');
    if (request.path === '/v1/email')
      return { status: 202, headers: { 'x-message-id': id }, messages: mailsOf(fieldsOf(content), id) };
    const items = listOf(content);
    if (items.length === 0 || items.length > MAX_BULK) throw invalid('emails', `must have 1 to ${MAX_BULK} items`);
    const messages = items.flatMap((item, index) => mailsOf(fieldsOf(item), `${id}.${index}`));
    return { status: 202, body: { message: 'The bulk email is being processed.', bulk_email_id: id }, messages };
  },

  refuse({ status, message, field }) {
    return { status, body: { message, ...(field && { errors: { [field]: [message] } }) } };
  },
};

/** Returns a mail for each recipient who has values of its own, and one for all others. */
function mailsOf(fields: Fields, id: string): OutgoingMail[] {
  const templateId = textOf(fields['template_id']);
  const [from] = addresses(fields, 'from');
  if (!from && !templateId) throw invalid('from.email', 'is required');
  const to = addresses(fields, 'to');
  if (to.length === 0) throw invalid('to', 'is required');
  if (!templateId && !fields['subject']) throw invalid('subject', 'is required');
  if (!templateId && !fields['text'] && !fields['html']) throw invalid('text', 'is required when html is not present');
  const personal = new Map(
    listOf(fields['personalization']).map((item) => [textOf(fieldsOf(item)['email']), fieldsOf(item)['data']] as const),
  );
  const make = (recipients: readonly MailAddress[], variables: unknown, index: number): OutgoingMail => ({
    from: from ?? { name: '', address: 'template@mailersend.example' },
    to: recipients,
    ...{ cc: addresses(fields, 'cc'), bcc: addresses(fields, 'bcc'), replyTo: addresses(fields, 'reply_to') },
    subject: fill(textOf(fields['subject']), PLACEHOLDER, variables),
    text: fill(textOf(fields['text']), PLACEHOLDER, variables),
    html: fill(textOf(fields['html']), PLACEHOLDER, variables, true),
    headers: headersOf(fields['headers']),
    attachments: listOf(fields['attachments']).map((item) => {
      const { filename: name, content, id: contentId } = fieldsOf(item);
      return attachmentOf({ name, content, contentId });
    }),
    template: templateId ? { id: templateId, variables } : undefined,
    messageId: `<${id}.${index}@mailersend.example>`,
  });
  limitCopies(personal.size, [textOf(fields['text']), textOf(fields['html'])]);
  const own = to.filter(({ address }) => personal.has(address));
  const others = to.filter(({ address }) => !personal.has(address));
  const mails = own.map((recipient, index) => make([recipient], personal.get(recipient.address), index));
  return others.length > 0 ? [...mails, make(others, undefined, mails.length)] : mails;
}

function addresses(fields: Fields, name: string): MailAddress[] {
  const list = readAddresses(fields[name]);
  if (invalidAddress(list) === undefined) return list;
  throw invalid(`${name}.email`, 'must be a valid email address');
}

function invalid(field: string, problem: string): GatewayProblem {
  return new GatewayProblem(422, `The ${field} field ${problem}.`, { field });
}
