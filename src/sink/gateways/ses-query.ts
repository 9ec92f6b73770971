import type { MailAddress } from './addresses.ts';
import type { Action } from './action.ts';
import { GatewayProblem, type OutgoingMail } from './gateway.ts';
import { readRawMail } from './raw-mail.ts';
import { composed, read, sesMessageId, variablesOf } from './ses.ts';

const MAX_ENTRIES = 50;

/** The actions of version 1 of Amazon SES that send a mail. */
export const sesActions: Readonly<Record<string, Action>> = {
  SendEmail(fields) {
    const text = (name: string): string | undefined => fields.get(`Message.${name}.Data`) ?? undefined;
    const [subject, plain, html] = [text('Subject'), text('Body.Text'), text('Body.Html')];
    if (subject === undefined) throw missing('message.subject');
    if (plain === undefined && html === undefined) throw missing('message.body');
    return sent((id) => composed({ ...addressesOf(fields), id, subject, text: plain, html }));
  },

  SendRawEmail(fields) {
    const data = fields.get('RawMessage.Data');
    if (!data) throw missing('rawMessage');
    const source = read(fields.get('Source') ?? undefined)[0]?.address;
    const recipients = read(members(fields, 'Destinations')).map(({ address }) => address);
    return sent(() => readRawMail(Buffer.from(data, 'base64'), source, recipients));
  },

  SendTemplatedEmail(fields) {
    const template = templateOf(fields, fields.get('TemplateData'));
    return sent((id) => composed({ ...addressesOf(fields), id, template }));
  },

  SendBulkTemplatedEmail(fields) {
    const source = addressesOf(fields);
    const entries = prefixes(fields, 'Destinations');
    if (entries.length === 0 || entries.length > MAX_ENTRIES) throw missing('destinations');
    const mails = entries.map((entry) => {
      const template = templateOf(
        fields,
        fields.get('DefaultTemplateData'),
        fields.get(`${entry}.ReplacementTemplateData`),
      );
      const id = sesMessageId();
      const mail = composed({ ...source, ...destinationOf(fields, `${entry}.Destination`), id, template });
      return { mail, result: `<member><Status>Success</Status><MessageId>${id}</MessageId></member>` };
    });
    const results = mails.map(({ result }) => result).join('');
    return { result: `<Status>${results}</Status>`, messages: mails.map(({ mail }) => mail) };
  },
};

function sent(make: (id: string) => ReturnType<typeof composed> | ReturnType<typeof readRawMail>): ReturnType<Action> {
  const id = sesMessageId();
  return { result: `<MessageId>${id}</MessageId>`, messages: [make(id)] };
}

type Addresses = Pick<OutgoingMail, 'from' | 'to' | 'cc' | 'bcc' | 'replyTo'>;

function addressesOf(fields: URLSearchParams): Addresses {
  const [from] = read(fields.get('Source') ?? undefined);
  if (!from) throw missing('source');
  return { from, replyTo: read(members(fields, 'ReplyToAddresses')), ...destinationOf(fields, 'Destination') };
}

function destinationOf(fields: URLSearchParams, prefix: string): Record<'to' | 'cc' | 'bcc', MailAddress[]> {
  const list = (name: string): MailAddress[] => read(members(fields, `${prefix}.${name}Addresses`));
  return { to: list('To'), cc: list('Cc'), bcc: list('Bcc') };
}

function templateOf(
  fields: URLSearchParams,
  ...data: readonly (string | null)[]
): NonNullable<OutgoingMail['template']> {
  const id = fields.get('Template') ?? fields.get('TemplateArn');
  if (!id) throw missing('template');
  return { id, variables: Object.assign({}, ...data.map((json) => variablesOf(json ?? undefined))) as unknown };
}

/** Returns the items of a list, which are numbered. */
function members(fields: URLSearchParams, name: string): string[] {
  const items = [];
  for (let index = 1; fields.has(`${name}.member.${index}`); index++)
    items.push(fields.get(`${name}.member.${index}`) ?? '');
  return items;
}

/** Returns the beginnings of the names of a list of structures. */
function prefixes(fields: URLSearchParams, name: string): string[] {
  const found = [...fields.keys()].map((key) => /^\w+\.member\.\d+(?=\.)/.exec(key)?.[0]);
  return [...new Set(found.filter((prefix) => prefix?.startsWith(`${name}.`) === true))] as string[];
}

function missing(field: string): GatewayProblem {
  const message = `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`;
  return new GatewayProblem(400, message, { field });
}
