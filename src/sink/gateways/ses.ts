import { randomUUID } from 'node:crypto';
import { type MailAddress, invalidAddress, readAddresses } from './addresses.ts';
import { type Fields, attachmentOf, fieldsOf, headersOf, listOf, readJson, textOf } from './fields.ts';
import { type Gateway, GatewayProblem, type OutgoingMail, type RawMail } from './gateway.ts';
import { readRawMail } from './raw-mail.ts';
import { fill } from './template.ts';

/** A placeholder of a template that comes with the request. */
const PLACEHOLDER = /\{\{\{?\s*([\w.-]+)\s*\}?\}\}/g;
const MAX_ENTRIES = 50;

/** The API of Amazon SES for mail, version 2. @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
export const ses: Gateway = {
  name: 'ses',
  kinds: ['email'],

  answer(request) {
    const fields = fieldsOf(readJson(request));
    if (request.path.endsWith('/outbound-bulk-emails')) return bulk(fields);
    const id = sesMessageId();
    return { status: 200, body: { MessageId: id }, messages: [mailOf(fields, fieldsOf(fields['Content']), id)] };
  },

  refuse({ status, message, code }) {
    const type = String(code || 'BadRequestException');
    return { status, body: { message }, headers: { 'x-amzn-errortype': type } };
  },
};

/** Returns an id as SES gives it. */
export function sesMessageId(): string {
  return `0100${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
}

/** Outcome of one entry of a bulk request. */
interface BulkOutcome {
  readonly result: object;
  readonly mail?: OutgoingMail | RawMail;
  readonly refused?: string;
}

/** Composes one mail for each entry of `SendBulkEmail`. */
function bulk(fields: Fields): ReturnType<Gateway['answer']> {
  const entries = listOf(fields['BulkEmailEntries']).map(fieldsOf);
  if (entries.length === 0 || entries.length > MAX_ENTRIES)
    throw new GatewayProblem(400, `BulkEmailEntries must have between 1 and ${MAX_ENTRIES} entries.`);
  const content = fieldsOf(fieldsOf(fields['DefaultContent'])['Template']);
  // What all entries share is refused as a whole; each entry has an outcome of its own.
  if (read(fields['FromEmailAddress']).length === 0) throw new GatewayProblem(400, 'FromEmailAddress is required.');
  templateParts(content);
  const outcomes = entries.map((entry): BulkOutcome => {
    try {
      return sentEntry(entry);
    } catch (error) {
      if (!(error instanceof GatewayProblem)) throw error;
      return { result: { Status: 'INVALID_PARAMETER', Error: error.message }, refused: error.message };
    }
  });
  return {
    status: 200,
    body: { BulkEmailEntryResults: outcomes.map(({ result }) => result) },
    messages: outcomes.flatMap(({ mail }) => mail ?? []),
    refused: outcomes.flatMap(({ refused }) => refused ?? []),
  };

  function sentEntry(entry: Fields): BulkOutcome {
    const replacement = fieldsOf(fieldsOf(entry['ReplacementEmailContent'])['ReplacementTemplate']);
    const data = { ...variablesOf(content['TemplateData']), ...variablesOf(replacement['ReplacementTemplateData']) };
    const headers = [...listOf(content['Headers']), ...listOf(entry['ReplacementHeaders'])];
    const template = { ...content, TemplateData: JSON.stringify(data), Headers: headers };
    const id = sesMessageId();
    const mail = mailOf({ ...fields, Destination: entry['Destination'] }, { Template: template }, id);
    return { mail, result: { Status: 'SUCCESS', MessageId: id } };
  }
}

function mailOf(fields: Fields, content: Fields, id: string): OutgoingMail | RawMail {
  const destination = fieldsOf(fields['Destination']);
  const [to, cc, bcc] = ['ToAddresses', 'CcAddresses', 'BccAddresses'].map((name) => read(destination[name]));
  const data = textOf(fieldsOf(content['Raw'])['Data']);
  const [from] = read(fields['FromEmailAddress']);
  if (data !== undefined) {
    const recipients = [...(to ?? []), ...(cc ?? []), ...(bcc ?? [])].map(({ address }) => address);
    return readRawMail(Buffer.from(data, 'base64'), from?.address, recipients);
  }
  if (!from) throw new GatewayProblem(400, 'FromEmailAddress is required.');
  const parts = content['Template']
    ? templateParts(fieldsOf(content['Template']))
    : simpleParts(fieldsOf(content['Simple']));
  return composed({ ...parts, from, to, cc, bcc, replyTo: read(fields['ReplyToAddresses']), id });
}

type Parts = Pick<OutgoingMail, 'subject' | 'text' | 'html' | 'headers' | 'attachments' | 'template'>;

/** Adds the addresses to the parts of a mail. Both versions of the API do. */
export function composed({
  id,
  from,
  to = [],
  cc = [],
  bcc = [],
  ...parts
}: Parts & {
  readonly id: string;
  readonly from: MailAddress;
  readonly to?: readonly MailAddress[] | undefined;
  readonly cc?: readonly MailAddress[] | undefined;
  readonly bcc?: readonly MailAddress[] | undefined;
  readonly replyTo?: readonly MailAddress[];
}): OutgoingMail {
  if (to.length + cc.length + bcc.length === 0) throw new GatewayProblem(400, 'Missing required destination.');
  return { ...parts, from, to, cc, bcc, messageId: `<${id}@email.amazonses.com>` };
}

/** Reads addresses as SES does. */
export function read(value: unknown): MailAddress[] {
  const addresses = readAddresses(value);
  const invalid = invalidAddress(addresses);
  if (invalid !== undefined) throw new GatewayProblem(400, 'Illegal address');
  return addresses;
}

function simpleParts(message: Fields): Parts {
  const body = fieldsOf(message['Body']);
  const [subject, text, html] = [message['Subject'], body['Text'], body['Html']].map((part) =>
    textOf(fieldsOf(part)['Data']),
  );
  if (subject === undefined) throw new GatewayProblem(400, 'Content.Simple.Subject is required.');
  if (text === undefined && html === undefined)
    throw new GatewayProblem(400, 'Content.Simple.Body must have Text or Html.');
  return { subject, text, html, headers: headersOf(message['Headers']), attachments: attachmentsOf(message) };
}

function templateParts(template: Fields): Parts {
  const variables = variablesOf(template['TemplateData']);
  const own = fieldsOf(template['TemplateContent']);
  const [subject, text, html] = ['Subject', 'Text', 'Html'].map((name) =>
    fill(textOf(own[name]), PLACEHOLDER, variables, name === 'Html'),
  );
  const id = textOf(template['TemplateName']) ?? textOf(template['TemplateArn']);
  if (id === undefined && text === undefined && html === undefined)
    throw new GatewayProblem(400, 'Content.Template needs TemplateName, TemplateArn or TemplateContent.');
  return {
    ...{ subject, text, html, headers: headersOf(template['Headers']), attachments: attachmentsOf(template) },
    template: id === undefined ? undefined : { id, variables },
  };
}

/** Reads the variables of a template, which are JSON in a text. */
export function variablesOf(data: unknown): Fields {
  try {
    return fieldsOf(JSON.parse(textOf(data) ?? '{}'));
  } catch {
    throw new GatewayProblem(400, 'TemplateData is not valid JSON.');
  }
}

function attachmentsOf(content: Fields): NonNullable<Parts['attachments']> {
  return listOf(content['Attachments']).map((item) => {
    const { FileName: name, RawContent: data, ContentType: type, ContentId: contentId } = fieldsOf(item);
    return attachmentOf({ name, content: data, type, contentId });
  });
}
