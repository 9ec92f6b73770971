import { randomInt, randomUUID } from 'node:crypto';
import { type MailAddress, invalidAddress, readAddresses } from './addresses.ts';
import { type Fields, attachmentOf, fieldsOf, limitCopies, listOf, readJson, textOf, textsOf } from './fields.ts';
import { type Gateway, GatewayProblem, type GatewayReply, type GatewayRequest, type OutgoingMail } from './gateway.ts';
import { fill } from './template.ts';

const PLACEHOLDER = /\{\{\s*params\.([\w.-]+)\s*\}\}/g;

/** Brevo's API for mail and SMS. @see https://developers.brevo.com/reference/sendtransacemail */
export const brevo: Gateway = {
  name: 'brevo',
  kinds: ['email', 'sms'],

  answer(request) {
    const fields = fieldsOf(readJson(request));
    if (request.path.startsWith('/v3/transactionalSMS/')) return sms(fields, request);
    // Each version of a mail has recipients of its own, and replaces what it names.
    const versions = listOf(fields['messageVersions']).map((version) => ({ ...fields, ...fieldsOf(version) }));
    limitCopies(versions.length, [textOf(fields['textContent']), textOf(fields['htmlContent'])]);
    const messages = (versions.length > 0 ? versions : [fields]).map(mailOf);
    const ids = messages.map(({ messageId }) => messageId);
    return { status: 201, body: versions.length > 0 ? { messageIds: ids } : { messageId: ids[0] }, messages };
  },

  refuse({ status, message, code }) {
    return { status, body: { code: code || 'bad_request', message } };
  },
};

function mailOf(fields: Fields): OutgoingMail {
  const [from] = addresses(fields, 'sender');
  if (!from) throw missing('sender');
  const to = addresses(fields, 'to');
  if (to.length === 0) throw missing('to');
  const templateId = textOf(fields['templateId']);
  const part = (name: string, isHtml = false): string | undefined =>
    fill(textOf(fields[name]), PLACEHOLDER, fields['params'], isHtml);
  const [subject, text, html] = [part('subject'), part('textContent'), part('htmlContent', true)];
  if (!templateId && !subject) throw missing('subject');
  if (!templateId && !text && !html) throw missing('htmlContent');
  return {
    ...{ from, to, subject, text, html, headers: textsOf(fields['headers']) },
    ...{ cc: addresses(fields, 'cc'), bcc: addresses(fields, 'bcc'), replyTo: addresses(fields, 'replyTo') },
    attachments: listOf(fields['attachment']).map((item) => {
      const { name, content, url } = fieldsOf(item);
      return attachmentOf({ name, content, url });
    }),
    template: templateId ? { id: templateId, variables: fields['params'] } : undefined,
    messageId: `<${randomUUID()}@brevo.example>`,
  };
}

async function sms(fields: Fields, request: GatewayRequest): Promise<GatewayReply> {
  const [to, text] = [textOf(fields['recipient']), textOf(fields['content'])];
  if (!to) throw missing('recipient');
  if (!text) throw missing('content');
  const recipient = await request.number(to);
  if ('problem' in recipient) throw new GatewayProblem(400, recipient.problem, { code: 'invalid_parameter' });
  const message = { number: recipient.number, from: textOf(fields['sender']) ?? '', text };
  return {
    status: 201,
    body: { reference: randomUUID(), messageId: randomInt(2 ** 47), smsCount: 1 },
    messages: [message],
  };
}

function addresses(fields: Fields, name: string): MailAddress[] {
  const list = readAddresses(fields[name]);
  if (invalidAddress(list) === undefined) return list;
  throw new GatewayProblem(400, `email is not valid in ${name}`, { field: name, code: 'invalid_parameter' });
}

function missing(field: string): GatewayProblem {
  return new GatewayProblem(400, `${field} is missing`, { field, code: 'missing_parameter' });
}
