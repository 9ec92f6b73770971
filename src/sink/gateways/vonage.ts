import { randomBytes, randomUUID } from 'node:crypto';
import { type Fields, fieldsOf, listOf, readForm, readJson, textOf, textsIn } from './fields.ts';
import { type Gateway, GatewayProblem, type GatewayReply, type GatewayRequest } from './gateway.ts';

/** Vonage's statuses of an SMS. @see https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms */
const MISSING = 2;
const INVALID = 3;

/**
 * Vonage's SMS API, and its Messages API for texts.
 *
 * @see https://developer.vonage.com/en/api/sms
 * @see https://developer.vonage.com/en/api/messages
 */
export const vonage: Gateway = {
  name: 'vonage',
  kinds: ['sms'],

  async answer(request) {
    if (request.path === '/v1/messages') return message(request);
    const isJson = request.header('content-type').includes('json');
    const form = isJson ? undefined : await readForm(request);
    const json = isJson ? fieldsOf(readJson(request)) : {};
    const field = (name: string): string | undefined =>
      textOf(json[name]) ?? (form && textsIn(form, name)[0]) ?? request.query[name];
    const [to, from, text] = [field('to'), field('from'), field('text')];
    for (const [name, value] of Object.entries({ to, from, text }))
      if (!value) throw new GatewayProblem(200, `Missing ${name} param`, { field: name, code: MISSING });
    const number = await numberOf(to ?? '', request, 200);
    const sent = {
      ...{ to, 'message-id': randomBytes(8).toString('hex').toUpperCase(), status: '0' },
      ...{ 'remaining-balance': '10.00000000', 'message-price': '0.00000000', network: '00000' },
    };
    const messages = [{ number, from: from ?? '', text: text ?? '' }];
    return { status: 200, body: { 'message-count': '1', messages: [sent] }, messages };
  },

  refuse({ status, message, field, code }, { path }) {
    if (path !== '/v1/messages') {
      const failed = { status: String(code || INVALID), 'error-text': message };
      return { status, body: { 'message-count': '1', messages: [failed] } };
    }
    return {
      status,
      body: {
        type: 'https://developer.vonage.com/api-errors/messages#1150',
        title: 'Invalid params',
        detail: 'The value of one or more parameters is invalid.',
        instance: randomUUID(),
        invalid_parameters: [{ name: field, reason: message }],
      },
    };
  },
};

async function message(request: GatewayRequest): Promise<GatewayReply> {
  const fields = fieldsOf(readJson(request));
  const [to, from] = [textOf(fields['to']), textOf(fields['from'])];
  const text = textIn(fields);
  for (const [name, value] of Object.entries({ to, from, text }))
    if (!value) throw new GatewayProblem(422, `The ${name} is missing`, { field: name });
  const number = await numberOf(to ?? '', request, 422);
  return {
    status: 202,
    body: { message_uuid: randomUUID() },
    messages: [{ number, from: from ?? '', text: text ?? '' }],
  };
}

/** Returns the text of a message. A template is kept by WhatsApp: of it, the request has the values, one a line. */
function textIn(fields: Fields): string | undefined {
  if (fields['message_type'] !== 'template' && fields['message_type'] !== 'custom') return textOf(fields['text']);
  const { parameters } = fieldsOf(fields['template']);
  const { components } = fieldsOf(fieldsOf(fieldsOf(fields['custom'])['template']));
  const custom = listOf(components).flatMap((component) => listOf(fieldsOf(component)['parameters']));
  const values = [...listOf(parameters), ...custom].map((item) => textOf(item) ?? textOf(fieldsOf(item)['text']) ?? '');
  return values.filter((value) => value !== '').join('\n');
}

async function numberOf(to: string, request: GatewayRequest, status: number): Promise<string> {
  const recipient = await request.number(to);
  if ('problem' in recipient || !/\d/.test(to)) {
    const reason = 'problem' in recipient ? recipient.problem : 'Invalid to param';
    throw new GatewayProblem(status, reason, { field: 'to', code: INVALID });
  }
  return recipient.number;
}
