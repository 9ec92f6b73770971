import { GatewayProblem } from '../gateways/gateway.ts';
import { readRawMail } from '../gateways/raw-mail.ts';
import { isSignedByStandardBytes } from '../signatures.ts';
import type { MailSender } from './mail-sender.ts';

/** Any program that posts the mail itself. `?to=` and `?from=` are the envelope; without them, the headers are. */
export const raw: MailSender = {
  matches: ({ json, form }) => !json && !form,

  isSigned: ({ body, header }, secret) => isSignedByStandardBytes(body, header, secret),

  read({ body, url, header }) {
    const recipients = url.searchParams.getAll('to');
    const sender = url.searchParams.get('from') ?? undefined;
    // Not a mail, but an empty body or the JSON of another service.
    if (!/^[!-9;-~]+[ \t]*:/m.test(body.toString('latin1', 0, 4096)))
      throw new GatewayProblem(400, 'The body has no headers of a mail');
    return { mail: readRawMail(body, sender, recipients), id: header('webhook-id') || undefined };
  },
};
