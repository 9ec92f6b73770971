import { fieldsOf, listOf, textOf } from '../gateways/fields.ts';
import { GatewayProblem } from '../gateways/gateway.ts';
import { readRawMail } from '../gateways/raw-mail.ts';
import { isSame } from '../signatures.ts';
import type { InboundMail, MailSender } from './mail-sender.ts';
import type { AmazonSns } from './sns-signature.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Amazon SES by an SNS action of its receipt rule. The secret is the ARN of the topic: everybody can have a topic that
 * Amazon signs.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
 */
export function ses(sns: AmazonSns): MailSender {
  return {
    matches: ({ json }) => json !== undefined && 'TopicArn' in json && 'Type' in json,

    isSigned: async ({ json = {} }, topic) =>
      isSame(topic.reveal(), textOf(json['TopicArn']) ?? '') && (await sns.isSigned(json)),

    async read({ json = {} }, isTrusted) {
      const id = textOf(json['MessageId']);
      if (json['Type'] === 'Notification') return { id, mail: mailOf(json) };
      if (json['Type'] !== 'SubscriptionConfirmation') return {};
      if (!isTrusted) throw new GatewayProblem(403, CONFIRM);
      await sns.confirm(json['SubscribeURL']);
      return {};
    },
  };
}

const CONFIRM =
  'Amazon SNS asks to confirm a subscription. Set PLAYWRIGHT_2FA_SNS_TOPIC to the ARN of the topic, so that the sink confirms it, or confirm it yourself';

/** Returns the mail of a notification, or `undefined` if it is about a mail that was sent. */
function mailOf(message: Fields): InboundMail['mail'] {
  const notification = parsed(textOf(message['Message']) ?? '');
  if (notification['notificationType'] !== 'Received') return undefined;
  const { content, mail, receipt } = notification;
  if (typeof content !== 'string')
    throw new GatewayProblem(400, 'The notification has no content: use an SNS action in the receipt rule of SES');
  const { action, recipients } = fieldsOf(receipt);
  const isBase64 = textOf(fieldsOf(action)['encoding'])?.toLowerCase() === 'base64';
  const { source, destination } = fieldsOf(mail);
  const to = listOf(recipients ?? destination).flatMap((address) => textOf(address) ?? []);
  return readRawMail(Buffer.from(content, isBase64 ? 'base64' : 'utf8'), textOf(source), to);
}

function parsed(json: string): Fields {
  try {
    return fieldsOf(JSON.parse(json));
  } catch {
    return {}; // a notification of something else
  }
}
