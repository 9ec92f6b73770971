import { randomUUID } from 'node:crypto';
import { invalidAddress, readAddresses } from './addresses.ts';
import { attachmentOf, fieldsOf, listOf, readJson, textOf, textsOf } from './fields.ts';
import { type Gateway, GatewayProblem, type Idempotency, type OutgoingMail } from './gateway.ts';

/** Resend's limits. @see https://resend.com/docs/api-reference/emails/send-email */
const MAX_TO = 50;
const MAX_BATCH = 100;

/** Keys of requests that are sent again. @see https://resend.com/docs/dashboard/emails/idempotency-keys */
const MAX_KEY = 256;
const idempotency: Idempotency = {
  lifetime: 24 * 60 * 60 * 1000,
  keyOf(request) {
    const key = request.header('idempotency-key');
    if (key.length <= MAX_KEY) return key === '' ? undefined : key;
    const text = `The idempotency key must be between 1 and ${MAX_KEY} characters.`;
    throw new GatewayProblem(400, text, { code: 'invalid_idempotency_key' });
  },
  otherRequest: () =>
    new GatewayProblem(409, 'The same idempotency key was used with a different request body.', {
      code: 'invalid_idempotent_request',
    }),
  inProgress: () =>
    new GatewayProblem(409, 'The same idempotency key was used while the first request is in progress.', {
      code: 'concurrent_idempotent_requests',
    }),
};

/** Resend's API for mail. @see https://resend.com/docs/api-reference/emails/send-email */
export const resend: Gateway = {
  name: 'resend',
  kinds: ['email'],
  idempotency,

  answer(request) {
    const content = readJson(request);
    if (request.path === '/emails') {
      const id = randomUUID();
      return { status: 200, body: { id }, messages: [mailOf(content, id)] };
    }
    const items = listOf(content);
    if (items.length === 0 || items.length > MAX_BATCH)
      throw invalid(`The batch must have between 1 and ${MAX_BATCH} emails.`);
    const isPermissive = request.header('x-batch-validation') === 'permissive';
    const read = items.map((item) => outcomeOf(() => mailOf(item, randomUUID())));
    const errors = read.flatMap((outcome, index) =>
      outcome instanceof GatewayProblem ? [{ index, message: outcome.message, problem: outcome }] : [],
    );
    if (errors[0] && !isPermissive) throw errors[0].problem;
    const messages = read.filter((outcome): outcome is OutgoingMail => !(outcome instanceof GatewayProblem));
    const data = messages.map(({ messageId }) => ({ id: messageId.slice(1, messageId.indexOf('@')) }));
    return {
      status: 200,
      body: isPermissive ? { data, errors: errors.map(({ index, message }) => ({ index, message })) } : { data },
      messages,
      refused: errors.map(({ message }) => message),
    };
  },

  refuse({ status, message, code }) {
    return { status, body: { statusCode: status, name: code || 'application_error', message } };
  },
};

function mailOf(value: unknown, id: string): OutgoingMail {
  const fields = fieldsOf(value);
  const template = fieldsOf(fields['template']);
  const templateId = textOf(template['id']);
  for (const name of ['from', 'to', 'subject'])
    if (!fields[name] && !(templateId && name !== 'to'))
      throw new GatewayProblem(422, `Missing \`${name}\` field.`, { field: name, code: 'missing_required_field' });
  const [html, text] = [textOf(fields['html']), textOf(fields['text'])];
  if (!html && !text && !templateId) throw invalid('Missing `html` or `text` field.', 'html');
  const [from = NO_SENDER] = readAddresses(fields['from']);
  const lists = ['to', 'cc', 'bcc', 'reply_to'].map((name) => [name, readAddresses(fields[name])] as const);
  for (const [name, list] of [['from', [from]], ...lists] as const)
    if (invalidAddress(list) !== undefined) throw invalid(wrongAddress(name), name);
  const [to = [], cc = [], bcc = [], replyTo = []] = lists.map(([, list]) => list);
  if (to.length === 0) throw invalid(wrongAddress('to'), 'to');
  if (to.length > MAX_TO) throw invalid(`The \`to\` field must have at most ${MAX_TO} addresses.`, 'to');
  return {
    ...{ from, to, cc, bcc, replyTo, html, text },
    subject: textOf(fields['subject']),
    headers: textsOf(fields['headers']),
    attachments: listOf(fields['attachments']).map((item) => {
      const { filename: name, content, path: url, content_type: type, content_id: contentId } = fieldsOf(item);
      return attachmentOf({ name, content, url, type, contentId });
    }),
    template: templateId ? { id: templateId, variables: template['variables'] } : undefined,
    messageId: `<${id}@resend.example>`,
  };
}

/** Sender of a mail whose template names it. */
const NO_SENDER = { name: '', address: 'template@resend.example' };

function wrongAddress(field: string): string {
  return `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`;
}

function invalid(message: string, field = ''): GatewayProblem {
  return new GatewayProblem(422, message, { field, code: 'validation_error' });
}

function outcomeOf(read: () => OutgoingMail): OutgoingMail | GatewayProblem {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayProblem) return error;
    throw error;
  }
}
