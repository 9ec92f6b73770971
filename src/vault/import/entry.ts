import { reasonOf } from '../../core/errors.ts';
import { splitOtpUri } from '../../otp/otp-uri.ts';
import { normalizeOtp } from '../otp.ts';

/** An account in an imported file. */
export interface ImportedEntry {
  /** Position in the file, for messages: `line 3`. */
  readonly where: string;
  readonly title: string;
  /** Name of the issuer, if the file has no web address. */
  readonly siteName?: string;
  /** Empty if the file has no web address. */
  readonly origins: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly otp?: string;
  /** Reasons why it cannot be imported, without any value. */
  readonly problems: readonly string[];
}

/** Returns the account of an `otpauth://` URI or a bare seed. Neither names the origin of its site. */
export function entryOfOtp(text: string, where: string): ImportedEntry {
  const label = labelOf(text);
  const entry = { where, title: label.title, siteName: label.issuer, origins: [] };
  return { ...entry, ...readOtp(text, label.title) };
}

/** Returns the `otpauth://` URI of an account, or the reason why it is invalid. */
export function readOtp(text: string, label: string): Pick<ImportedEntry, 'otp' | 'problems'> {
  try {
    return { otp: normalizeOtp(text, label), problems: [] };
  } catch (error) {
    return { problems: [reasonOf(error)] };
  }
}

function labelOf(text: string): { readonly title: string; readonly issuer: string } {
  const uri = splitOtpUri(text);
  if (!uri) return { title: 'authenticator', issuer: '' };
  const { label, parameters } = uri;
  const [issuer] = label.includes(':') ? label.split(':', 1) : [''];
  return { title: label.slice(0, 60) || 'authenticator', issuer: parameters.get('issuer') ?? issuer ?? '' };
}
