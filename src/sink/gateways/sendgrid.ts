import { randomBytes } from 'node:crypto';
import { type MailAddress, invalidAddress, readAddresses } from './addresses.ts';
import { type Fields, attachmentOf, fieldsOf, limitCopies, listOf, readJson, textOf, textsOf } from './fields.ts';
import { type Gateway, GatewayProblem, type OutgoingMail } from './gateway.ts';
import { replaceBounded } from './template.ts';

const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message';
const MAX_PERSONALIZATIONS = 1000;

/** SendGrid's API for mail, version 3. @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
export const sendgrid: Gateway = {
  name: 'sendgrid',
  kinds: ['email'],

  answer(request) {
    const fields = fieldsOf(readJson(request));
    const personalizations = listOf(fields['personalizations']).map(fieldsOf);
    if (personalizations.length === 0 || personalizations.length > MAX_PERSONALIZATIONS)
      throw refusal(
        'The personalizations field is required and must have at least one personalization.',
        'personalizations',
      );
    const content = listOf(fields['content']).map((item) => textsOf(item)['value']);
    limitCopies(personalizations.length, content);
    const id = randomBytes(16).toString('base64url');
    const messages = personalizations.map((one, index) => mailOf(fields, one, index, id));
    // SendGrid checks a mail in sandbox mode, and delivers nothing.
    const isSandbox = fieldsOf(fieldsOf(fields['mail_settings'])['sandbox_mode'])['enable'] === true;
    if (isSandbox) return { status: 200, refused: ['Sandbox mode is on, so the mail is checked and not delivered'] };
    return { status: 202, headers: { 'x-message-id': id }, messages };
  },

  refuse({ status, message, field }) {
    return { status, body: { errors: [{ message, field: field || null, help: field ? `${HELP}.${field}` : null }] } };
  },
};

function mailOf(fields: Fields, personal: Fields, index: number, id: string): OutgoingMail {
  const at = `personalizations.${index}`;
  const [from] = readAddresses(personal['from'] ?? fields['from']);
  if (!from)
    throw refusal(
      'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or {"email" : "example@example.com", "name" : "Example Recipient"}.',
      'from.email',
    );
  const to = read(personal['to'], `${at}.to`);
  if (to.length === 0)
    throw refusal(
      'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
      `${at}.to`,
    );
  read(from, 'from.email');
  const subject = textOf(personal['subject']) ?? textOf(fields['subject']);
  const templateId = textOf(fields['template_id']);
  if (!subject && !templateId)
    throw refusal(
      'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
      'subject',
    );
  const content = listOf(fields['content']).map((item) => textsOf(item));
  if (content.length === 0 && !templateId)
    throw refusal(
      'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.',
      'content',
    );
  const filled = (text: string | undefined): string | undefined => substitute(text, personal['substitutions']);
  const partOf = (type: string): string | undefined => filled(content.find((part) => part['type'] === type)?.['value']);
  return {
    ...{ from, to, text: partOf('text/plain'), html: partOf('text/html'), subject: filled(subject) },
    cc: read(personal['cc'], `${at}.cc`),
    bcc: read(personal['bcc'], `${at}.bcc`),
    replyTo: read(fields['reply_to'] ?? fields['reply_to_list'], 'reply_to.email'),
    headers: { ...textsOf(fields['headers']), ...textsOf(personal['headers']) },
    attachments: listOf(fields['attachments']).map((item) => {
      const { filename: name, content: data, type, content_id: contentId } = fieldsOf(item);
      return attachmentOf({ name, content: data, type, contentId });
    }),
    template: templateId
      ? { id: templateId, variables: personal['dynamic_template_data'] ?? personal['substitutions'] }
      : undefined,
    messageId: `<${id}.${index}@sendgrid.example>`,
  };
}

/** Replaces tags by their values. The longest tag that fits counts. */
function substitute(text: string | undefined, given: unknown): string | undefined {
  const values = new Map(Object.entries(textsOf(given)).filter(([tag]) => tag !== ''));
  if (values.size === 0) return text;
  const tags = [...values.keys()].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(tags.map((tag) => tag.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)).join('|'), 'g');
  return replaceBounded(text, pattern, (tag) => values.get(tag) ?? tag);
}

function read(value: unknown, field: string): MailAddress[] {
  const addresses = readAddresses(value);
  if (invalidAddress(addresses) !== undefined) throw refusal('Does not contain a valid address.', field);
  return addresses;
}

function refusal(message: string, field: string): GatewayProblem {
  return new GatewayProblem(400, message, { field });
}
