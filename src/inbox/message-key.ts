import { createHash } from 'node:crypto';
import type { Message } from '../message/message.ts';

/**
 * What a message is known by. A mail that is delivered twice, or lies in two folders, is one message: it has the same
 * Message-ID (RFC 5322 section 3.6.4) and says the same. Some applications give all their mails one Message-ID.
 */
export function messageKey({ id, headers, subject, plain, html }: Message): string {
  const messageId = headers['message-id'];
  if (!messageId) return id;
  const parts = JSON.stringify([messageId, subject, plain, html]);
  return createHash('sha256').update(parts).digest('base64url');
}
