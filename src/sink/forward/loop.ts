/** Header of forwarded copies. */
export const FORWARDED_HEADER = 'X-Playwright-2FA-Forwarded';

/** Number of `Received` headers that means a loop. Postfix has the same limit (`hopcount_limit`). */
const MAX_HOPS = 50;
/** Maximum size of the headers that are read, in bytes. */
const MAX_HEADERS = 256 * 1024;

/** Returns the reason why a mail must not be forwarded, or `undefined`. @see RFC 5321 section 6.3 */
export function whyNotForwarded(mail: Buffer): string | undefined {
  const head = mail.toString('latin1', 0, MAX_HEADERS);
  const [headers = ''] = head.split(/\r?\n\r?\n/, 1);
  if (new RegExp(`^${FORWARDED_HEADER}:`, 'im').test(headers)) return 'it was forwarded by a sink already (a loop)';
  const hops = headers.match(/^Received:/gim)?.length ?? 0;
  return hops >= MAX_HOPS ? `it has ${hops} Received headers (a loop)` : undefined;
}
