import { randomUUID } from 'node:crypto';
import { invalidAddress, readAddresses } from './addresses.ts';
import { attachmentOf, fieldsOf, headersOf, listOf, readJson, textOf } from './fields.ts';
import { type Gateway, GatewayProblem, type OutgoingMail } from './gateway.ts';

/** Postmark's codes of errors. @see https://postmarkapp.com/developer/api/overview#error-codes */
const INVALID_MAIL = 300;
const INVALID_JSON = 402;
const TOO_MANY = 410;
const MAX_BATCH = 500;
const MAX_RECIPIENTS = 50;

/** Postmark's API for mail. @see https://postmarkapp.com/developer/api/email-api */
export const postmark: Gateway = {
  name: 'postmark',
  kinds: ['email'],

  answer(request) {
    const content = readJson(request);
    if (!request.path.includes('batch')) {
      const { mail, body } = read(content);
      return { status: 200, body, messages: [mail] };
    }
    const items = listOf(request.path.endsWith('Templates') ? fieldsOf(content)['Messages'] : content);
    if (items.length > MAX_BATCH)
      throw new GatewayProblem(422, `A batch must have at most ${MAX_BATCH} messages.`, { code: TOO_MANY });
    // Each message of a batch has an outcome of its own.
    const outcomes = items.map((item) => {
      try {
        return read(item);
      } catch (error) {
        if (!(error instanceof GatewayProblem)) throw error;
        return { body: { ErrorCode: error.code, Message: error.message } };
      }
    });
    return {
      status: 200,
      body: outcomes.map(({ body }) => body),
      messages: outcomes.flatMap((outcome) => ('mail' in outcome ? [outcome.mail] : [])),
      refused: outcomes.flatMap((outcome) => ('mail' in outcome ? [] : [outcome.body.Message])),
    };
  },

  refuse({ status, message, code }) {
    const isUnreadable = status === 400;
    return {
      status: isUnreadable ? 422 : status,
      body: { ErrorCode: code === '' ? (isUnreadable ? INVALID_JSON : INVALID_MAIL) : code, Message: message },
    };
  },
};

interface Outcome {
  readonly mail: OutgoingMail;
  readonly body: object;
}

function read(value: unknown): Outcome {
  const fields = fieldsOf(value);
  const [from] = readAddresses(fields['From']);
  if (!from || invalidAddress([from]) !== undefined) throw invalid("Invalid 'From' address.", 'From');
  const lists = ['To', 'Cc', 'Bcc', 'ReplyTo'].map((name) => {
    const addresses = readAddresses(fields[name]);
    const wrong = invalidAddress(addresses);
    if (wrong !== undefined) throw invalid(`Error parsing '${name}': Illegal email address '${wrong}'.`, name);
    if (addresses.length > MAX_RECIPIENTS)
      throw invalid(`Recipient limit exceeded: '${name}' must have at most ${MAX_RECIPIENTS} addresses.`, name);
    return addresses;
  });
  const [to = [], cc = [], bcc = [], replyTo = []] = lists;
  if (to.length + cc.length + bcc.length === 0) throw invalid('Zero recipients specified', 'To');
  const templateId = textOf(fields['TemplateId']) ?? textOf(fields['TemplateAlias']);
  const [text, html] = [textOf(fields['TextBody']), textOf(fields['HtmlBody'])];
  if (!text && !html && !templateId) throw invalid('Provide either email TextBody or HtmlBody or both.', 'TextBody');
  const id = randomUUID();
  const mail = {
    ...{ from, to, cc, bcc, replyTo, text, html },
    subject: textOf(fields['Subject']),
    headers: headersOf(fields['Headers']),
    attachments: listOf(fields['Attachments']).map((item) => {
      const { Name: name, Content: content, ContentType: type, ContentID: contentId } = fieldsOf(item);
      return attachmentOf({ name, content, type, contentId });
    }),
    template: templateId ? { id: templateId, variables: fields['TemplateModel'] } : undefined,
    messageId: `<${id}@postmark.example>`,
  };
  const named = Object.entries({ To: fields['To'], Cc: fields['Cc'], Bcc: fields['Bcc'] }).filter(([, list]) => list);
  const body = { ...Object.fromEntries(named), SubmittedAt: new Date().toISOString(), MessageID: id, ErrorCode: 0 };
  return { mail, body: { ...body, Message: 'OK' } };
}

function invalid(message: string, field: string): GatewayProblem {
  return new GatewayProblem(422, message, { field, code: INVALID_MAIL });
}
