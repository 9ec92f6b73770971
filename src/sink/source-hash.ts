import { createHash } from 'node:crypto';

/** Returns the hash of an inline style or script, as a Content-Security-Policy lists it. @see https://www.w3.org/TR/CSP3/ */
export function sourceHash(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
