import { decodePercent } from '../core/decode-percent.ts';

/** Parts of an `otpauth://` URI. */
export interface OtpUri {
  readonly type: string;
  /** Name of the account, often with the issuer and a colon before it. */
  readonly label: string;
  readonly parameters: URLSearchParams;
}

/** The first parameter of a query. Programs leave `?` in the label as it is. */
const QUERY = /\?(?=(?:secret|issuer|algorithm|digits|period|counter|image|encoder|lock|icon)=)/i;

/**
 * Splits an `otpauth://` URI as authenticator apps do: `#` and `?` in the name of an account need no escape. Returns
 * undefined if it does not look like one.
 */
export function splitOtpUri(text: string): OtpUri | undefined {
  const [, type = '', rest = ''] = /^otpauth:\/{0,3}([a-z\d-]*)(?:\/|(?=[?#]|$))(.*)$/is.exec(text.trim()) ?? [];
  if (type === '') return undefined;
  const at = QUERY.exec(rest)?.index ?? rest.indexOf('?');
  const [label, query] = at < 0 ? [rest, ''] : [rest.slice(0, at), rest.slice(at + 1)];
  const escaped = query.replace(/#$/, '').replaceAll('#', '%23');
  return { type: type.toLowerCase(), label: decodePercent(label), parameters: new URLSearchParams(escaped) };
}
