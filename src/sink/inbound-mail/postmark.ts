import { tokenInHeader } from '../../core/http-access.ts';
import { readAddresses } from '../gateways/addresses.ts';
import { attachmentOf, fieldsOf, headersOf, listOf, textOf } from '../gateways/fields.ts';
import { readRawMail } from '../gateways/raw-mail.ts';
import { composeParsed } from './compose-parsed.ts';
import type { MailSender } from './mail-sender.ts';

/**
 * Postmark's inbound webhook, with or without "Include raw email content". Postmark signs nothing; the secret is the
 * password in the URL of the webhook.
 *
 * @see https://postmarkapp.com/developer/webhooks/inbound-webhook
 */
export const postmark: MailSender = {
  matches: ({ json }) => json !== undefined && 'FromFull' in json && 'MessageID' in json,

  isSigned: ({ header }, secret) => secret.equals(tokenInHeader(header('authorization'))),

  async read({ json = {} }) {
    const text = (name: string): string | undefined => textOf(json[name]) || undefined;
    const named = ['ToFull', 'CcFull', 'BccFull'].flatMap((name) => listOf(json[name]));
    const all = named.flatMap((item) => textOf(fieldsOf(item)['Email']) ?? []);
    const [original] = readAddresses(text('OriginalRecipient'));
    const recipients = original ? [original.address] : [...new Set(all)];
    const sender = text('From');
    const id = text('MessageID');
    const raw = text('RawEmail');
    if (raw) return { id, mail: readRawMail(Buffer.from(raw), sender, recipients) };
    const [address] = readAddresses(sender);
    const name = textOf(fieldsOf(json['FromFull'])['Name']);
    const mail = await composeParsed(
      {
        ...{ sender: address?.address, recipients, subject: text('Subject') },
        from: name && address ? `"${name.replaceAll(/["\\]/g, '')}" <${address.address}>` : sender,
        ...{ to: text('To'), cc: text('Cc'), text: text('TextBody'), html: text('HtmlBody') },
        headers: headersOf(json['Headers']),
        attachments: listOf(json['Attachments']).map((item) => {
          const { Name, Content: content, ContentType: type, ContentID: contentId } = fieldsOf(item);
          return attachmentOf({ name: Name, content, type, contentId });
        }),
      },
      'postmark',
    );
    return { id, mail };
  },
};
