import { decodePercent } from '../../core/decode-percent.ts';
import { reasonOf } from '../../core/errors.ts';
import { normalizeOtp } from '../otp.ts';

/** One account of a file that is imported. */
export interface ImportedEntry {
  /** Where in the file it is, for people: `line 3`. */
  readonly where: string;
  readonly title: string;
  /** The issuer's, where the file says no web address. */
  readonly siteName?: string;
  /** None where the file says no web address. */
  readonly origins: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly otp?: string;
  /** Why it cannot be taken, without any value. */
  readonly problems: readonly string[];
}

/** The account of an `otpauth://` URI, or of a bare seed, which says nothing of where its site is. */
export function entryOfOtp(text: string, where: string): ImportedEntry {
  const label = labelOf(text);
  const entry = { where, title: label.title, siteName: label.issuer, origins: [] };
  return { ...entry, ...readOtp(text, label.title) };
}

/** An account's seed, or why it is none. */
export function readOtp(text: string, label: string): Pick<ImportedEntry, 'otp' | 'problems'> {
  try {
    return { otp: normalizeOtp(text, label), problems: [] };
  } catch (error) {
    return { problems: [reasonOf(error)] };
  }
}

function labelOf(text: string): { readonly title: string; readonly issuer: string } {
  if (!/^otpauth:/i.test(text) || !URL.canParse(text)) return { title: 'authenticator', issuer: '' };
  const { pathname, searchParams } = new URL(text);
  const title = decodePercent(pathname.replace(/^\/*(?:[th]otp\/)?/i, ''));
  const [issuer] = title.includes(':') ? title.split(':', 1) : [''];
  return { title: title.slice(0, 60) || 'authenticator', issuer: searchParams.get('issuer') ?? issuer ?? '' };
}
