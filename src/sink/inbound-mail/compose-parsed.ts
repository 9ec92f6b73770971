import { randomUUID } from 'node:crypto';
import { readAddresses } from '../gateways/addresses.ts';
import { composeMail } from '../gateways/compose-mail.ts';
import { GatewayProblem, type MailAttachment, type RawMail } from '../gateways/gateway.ts';

/** A mail that a service has taken apart. */
export interface ParsedMail {
  /** Addresses of the envelope. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  /** Values of the headers. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly cc?: string | undefined;
  readonly subject: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** All headers, by name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly MailAttachment[];
}

/** Headers that follow from the other parts of the mail. */
const FROM_PARTS = /^(?:from|to|cc|subject|message-id)$/i;

/** Composes a mail of its parts. @throws GatewayProblem 400 without a sender or a recipient */
export async function composeParsed(parsed: ParsedMail, service: string): Promise<RawMail> {
  const [from] = readAddresses(parsed.from ?? parsed.sender);
  if (!from) throw new GatewayProblem(400, 'The mail has no sender');
  if (parsed.recipients.length === 0) throw new GatewayProblem(400, 'The mail has no recipient');
  const { subject, text, html, attachments, headers, recipients, sender } = parsed;
  const entries = Object.entries(headers);
  const id = entries.find(([name]) => name.toLowerCase() === 'message-id')?.[1];
  const mail = {
    ...{ from, subject, text, html, attachments },
    to: readAddresses(parsed.to ?? recipients.join(', ')),
    cc: readAddresses(parsed.cc ?? ''),
    headers: Object.fromEntries(entries.filter(([name]) => !FROM_PARTS.test(name))),
    messageId: id ?? `<${randomUUID()}@${service}.inbound>`,
  };
  return { raw: await composeMail(mail, service), from: sender ?? from.address, recipients };
}

/** Reads a block of headers (RFC 5322 section 2.2). Of several with one name, the first counts. */
export function readHeaderBlock(block: string): Record<string, string> {
  const lines = block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([^\s:]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs.toReversed());
}
