import MailComposer from 'nodemailer/lib/mail-composer';
import type { MailAddress } from './addresses.ts';
import type { MailAttachment, OutgoingMail } from './gateway.ts';
import { textOfTemplate } from './template.ts';

/** Headers that say how a mail is built. They follow from its parts, whatever the request says. */
const STRUCTURE = /^(?:content-|mime-version$|bcc$)/i;

/** Composes a mail (RFC 5322, RFC 2045) from its parts. Blind copies are not named. */
export async function composeMail(mail: OutgoingMail, vendor: string): Promise<Buffer> {
  const { template, subject, messageId } = mail;
  const headers = Object.entries(mail.headers ?? {}).filter(([name]) => isHeaderName(name) && !STRUCTURE.test(name));
  const isBare = template && !mail.text && !mail.html;
  const composer = new MailComposer({
    from: [mail.from],
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    replyTo: addresses(mail.replyTo),
    subject: subject ?? '',
    messageId,
    text: isBare ? textOfTemplate(template) : mail.text,
    html: mail.html,
    headers: [
      ...headers.map(([key, value]) => ({ key, value })),
      ...(template ? [{ key: 'X-Vendor-Template', value: `${vendor} ${template.id}` }] : []),
    ],
    attachments: (mail.attachments ?? []).map(attachment),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function addresses(list: readonly MailAddress[] | undefined): MailAddress[] {
  return [...(list ?? [])];
}

function attachment({ name, content, type, contentId }: MailAttachment): object {
  const isFetched = Buffer.isBuffer(content);
  return {
    filename: name,
    content: isFetched ? content : `The sink does not get attachments from the network: ${content.url}`,
    contentType: isFetched ? type : 'text/plain',
    ...(contentId && { cid: contentId, contentDisposition: 'inline' }),
  };
}

/** True for the name of a header (RFC 5322 section 2.2). */
function isHeaderName(name: string): boolean {
  return /^[\x21-\x39\x3b-\x7e]{1,200}$/.test(name);
}
