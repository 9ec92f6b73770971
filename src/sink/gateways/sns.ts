import { randomUUID } from 'node:crypto';
import type { Action } from './action.ts';
import { GatewayProblem } from './gateway.ts';

/** Attributes that name the sender of an SMS, and the sender without them. */
const SENDERS = ['AWS.SNS.SMS.SenderID', 'AWS.MM.SMS.OriginationNumber'];
const NO_SENDER = 'NOTICE';

/** Amazon SNS, `Publish` to a phone number. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const publish: Action = async (fields, request) => {
  const phone = fields.get('PhoneNumber');
  if (!phone) {
    if (fields.has('TopicArn') || fields.has('TargetArn'))
      throw new GatewayProblem(404, 'Topic does not exist. The sink sends to a PhoneNumber only', { code: 'NotFound' });
    throw invalid('PhoneNumber Reason: no value for required parameter');
  }
  const text = textOf(fields);
  if (!text) throw invalid('Empty message');
  const recipient = await request.number(phone);
  if ('problem' in recipient || !/\d/.test(phone))
    throw invalid(
      `PhoneNumber Reason: ${'problem' in recipient ? recipient.problem : `${phone} is not valid to publish to`}`,
    );
  const id = randomUUID();
  const from = attributeOf(fields, SENDERS) ?? NO_SENDER;
  return { result: `<MessageId>${id}</MessageId>`, messages: [{ number: recipient.number, from, text }] };
};

/** Returns the text. With `MessageStructure=json`, it is a JSON object with a text for each protocol. */
function textOf(fields: URLSearchParams): string {
  const message = fields.get('Message') ?? '';
  if (fields.get('MessageStructure') !== 'json') return message;
  try {
    const { default: fallback, sms = fallback } = JSON.parse(message) as Record<string, unknown>;
    return typeof sms === 'string' ? sms : '';
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
}

function attributeOf(fields: URLSearchParams, names: readonly string[]): string | undefined {
  for (let index = 1; fields.has(`MessageAttributes.entry.${index}.Name`); index++) {
    if (names.includes(fields.get(`MessageAttributes.entry.${index}.Name`) ?? ''))
      return fields.get(`MessageAttributes.entry.${index}.Value.StringValue`) ?? undefined;
  }
  return undefined;
}

function invalid(reason: string): GatewayProblem {
  return new GatewayProblem(400, `Invalid parameter: ${reason}`, { code: 'InvalidParameter' });
}
