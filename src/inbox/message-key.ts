import { createHash } from 'node:crypto';
import type { Message } from '../message/message.ts';

/**
 * Returns a key that is the same for all copies of a message. A mail that is delivered twice or is in two folders has
 * the same Message-ID (RFC 5322 section 3.6.4) and content. Some applications use one Message-ID for all mails, so the
 * key includes the content.
 */
export function messageKey({ id, headers, subject, plain, html }: Message): string {
  const messageId = headers['message-id'];
  if (!messageId) return id;
  const parts = JSON.stringify([messageId, subject, plain, html]);
  return createHash('sha256').update(parts).digest('base64url');
}
