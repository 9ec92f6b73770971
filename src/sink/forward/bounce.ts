import { FORWARDED_HEADER } from './loop.ts';

/** Maximum size of a bounce that is read, in bytes. It may contain the mail. */
const MAX_SIZE = 1024 * 1024;
const MAX_BOUNCES = 100;

/** A recipient whose copy came back. */
export interface Bounce {
  readonly address: string;
  /** Reply of its mail server. */
  readonly reason: string;
}

/**
 * Returns the recipients that a delivery status notification names as failed, if it is about a copy of this sink: it
 * contains the header of the copy. Returns an empty list for all other mail.
 *
 * @see RFC 3464
 */
export function bouncesIn(mail: Buffer, instance: string): Bounce[] {
  const text = mail.toString('latin1', 0, MAX_SIZE).replace(/\r\n/g, '\n');
  if (!/^Content-Type:\s*multipart\/report\b/im.test(text)) return [];
  if (!text.includes(`\n${FORWARDED_HEADER}: ${instance}\n`)) return [];
  const [, status = ''] = /^Content-Type:[^\S\n]*message\/(?:global-)?delivery-status[^\n]*\n([^]*)/im.exec(text) ?? [];
  // A line that begins with a blank belongs to the one before.
  const blocks = status.replace(/\n[ \t]+/g, ' ').split(/\n\n+/);
  const bounces = blocks.flatMap((block) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:\\s*(?:[\\w-]+;)?\\s*(.*)$`, 'im').exec(block)?.[1];
    const address = field('Final-Recipient');
    if (address === undefined || field('Action')?.toLowerCase() !== 'failed') return [];
    return [{ address, reason: field('Diagnostic-Code') ?? `status ${field('Status') ?? 'unknown'}` }];
  });
  return bounces.slice(0, MAX_BOUNCES);
}
