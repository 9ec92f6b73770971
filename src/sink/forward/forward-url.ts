import { decodePercent } from '../../core/decode-percent.ts';
import { Secret } from '../../secret/secret.ts';

/** A mail server that copies are sent through, and where they may go. */
export interface ForwardServer {
  readonly host: string;
  readonly port: number;
  /** True for TLS from the first byte (`smtps:`). */
  readonly isSecure: boolean;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  /** Addresses that get a copy of every mail. */
  readonly to: readonly string[];
  /** Sender of the envelope. @default the sender of the mail */
  readonly from: string | undefined;
  /** Domains that rules may forward to. */
  readonly domains: readonly string[];
}

const EXAMPLE = 'smtp://user:password@mail.acme.com:587?to=qa@acme.com';

/**
 * Reads the URL of a forwarding, such as `smtp://user:password@mail.acme.com:587?to=qa@acme.com&allow=acme.com`. Returns the
 * problem if it is invalid, without the URL: it may contain a password.
 */
export function readForwardUrl(text: string): ForwardServer | { readonly problem: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname)
    return { problem: `It must be a URL such as ${EXAMPLE}` };
  const unknown = [...url.searchParams.keys()].filter((name) => !['to', 'from', 'allow'].includes(name));
  if (unknown.length > 0)
    return { problem: `It has no parameter ${unknown.join(', ')}; the parameters are to, from and allow` };
  const to = url.searchParams.getAll('to');
  const from = url.searchParams.get('from') ?? undefined;
  const wrong = [...to, ...(from === undefined ? [] : [from])].find((address) => !isAddress(address));
  if (wrong !== undefined) return { problem: `"${wrong}" must be an address such as qa@acme.com` };
  const domains = [...url.searchParams.getAll('allow'), ...to.map(domainOf)].map((domain) => domain.toLowerCase());
  if (domains.length === 0) return { problem: 'It must say where copies may go: to=ADDRESS or allow=DOMAIN' };
  const isSecure = url.protocol === 'smtps:';
  const password = decodePercent(url.password);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isSecure ? 465 : 587),
    isSecure,
    user: decodePercent(url.username) || undefined,
    password: password ? new Secret('sink/forward-to', password) : undefined,
    ...{ to, from, domains },
  };
}

/** True for an address that can stand in an envelope. */
export function isAddress(text: string): boolean {
  return /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+$/.test(text) && text.length <= 320;
}

/** Returns the domain of an address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
