import { foldAddress } from '../message/address.ts';
import type { Message } from '../message/message.ts';

/** Returns true if a message comes from an address, a domain, a number, or a sender name. Subdomains are other domains. */
export function isFrom({ kind, from }: Message, wanted: string): boolean {
  if (kind === 'sms') return foldAddress('sms', from) === foldAddress('sms', wanted);
  const folded = foldAddress('email', wanted);
  const isDomain = !folded.includes('@') || folded.startsWith('@');
  if (!isDomain) return foldAddress('email', from) === folded;
  return domainOf(from) === domainOf(`x@${folded.replace(/^@/, '')}`);
}

/**
 * Returns true if the mail server that received a message has verified its sender, and the sender belongs to the site.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8601
 */
export function isVerifiedFor(message: Message, origin: string): boolean {
  const domain = domainOf(message.from);
  return siteOf(domain) === siteOf(new URL(origin).hostname) && isVerified(resultsOf(message), domain);
}

function isVerified(results: string, domain: string): boolean {
  if (/\bdmarc=/i.test(results)) return /\bdmarc=pass\b/i.test(results);
  const signers = [...results.matchAll(/\bdkim=pass\b[^;]*?\bheader\.[di]=(?:[^\s;@]*@)?([\w.-]+)/gi)];
  return signers.some(([, signer = '']) => siteOf(signer.toLowerCase()) === siteOf(domain));
}

/** Returns the results of the receiving server: the first header. Those below it may be the sender's own. */
function resultsOf({ raw, headers }: Message): string {
  if (!raw) return headers['authentication-results'] ?? '';
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.toString('latin1', 0, end < 0 ? raw.length : end);
  return /^Authentication-Results:(.*(?:\r\n[ \t].*)*)/im.exec(head)?.[1]?.replace(/\r\n/g, '') ?? '';
}

function domainOf(address: string): string {
  const folded = foldAddress('email', address);
  return folded.slice(folded.lastIndexOf('@') + 1);
}

/** Returns the part of a host that one owner registers, by its length: `acme.com`, `acme.co.uk`. */
export function siteOf(host: string): string {
  const labels = host.split('.');
  const isLong = /^[a-z]{2,3}\.[a-z]{2}$/.test(labels.slice(-2).join('.')) && labels.length > 2;
  return labels.slice(isLong ? -3 : -2).join('.');
}
