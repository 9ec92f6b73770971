import { X509Certificate, verify } from 'node:crypto';
import { textOf } from '../gateways/fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Hosts that have certificates of Amazon SNS. */
const HOST = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/;
/** Maximum size of a certificate, in bytes. */
const MAX_CERTIFICATE = 64 * 1024;
/** Maximum number of certificates that are remembered. */
const MAX_REMEMBERED = 10;
/** Time limit for an answer of Amazon SNS, in milliseconds. */
const TIMEOUT = 10_000;

/** Fields that are signed, in order. @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

/** Amazon SNS, as far as a subscriber calls it: for certificates, and to confirm a subscription. */
export class AmazonSns {
  readonly #fetch: typeof fetch;
  readonly #certificates = new Map<string, X509Certificate>();

  /** @param get sends the requests. @default Node's fetch */
  constructor(get: typeof fetch = fetch) {
    this.#fetch = get;
  }

  /** True if Amazon SNS has signed the message. */
  async isSigned(message: Fields): Promise<boolean> {
    const { Type: type, SignatureVersion: version, Signature: signature, SigningCertURL: url } = message;
    const names = typeof type === 'string' && Object.hasOwn(SIGNED, type) ? SIGNED[type as keyof typeof SIGNED] : [];
    const hash = { '1': 'sha1', '2': 'sha256' }[textOf(version) ?? ''];
    if (names.length === 0 || hash === undefined || typeof signature !== 'string') return false;
    const lines = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${textOf(message[name])}\n`]));
    try {
      const certificate = await this.#certificate(addressAt(url, /\.pem$/));
      const isValid = Date.now() > Date.parse(certificate.validFrom) && Date.now() < Date.parse(certificate.validTo);
      const bytes = Buffer.from(signature, 'base64');
      return isValid && verify(hash, Buffer.from(lines.join('')), certificate.publicKey, bytes);
    } catch {
      return false;
    }
  }

  /** Confirms a subscription. @throws Error if Amazon SNS refuses, or if the URL is not one of Amazon SNS */
  async confirm(url: unknown): Promise<void> {
    await this.#get(addressAt(url, /^\/$/));
  }

  async #certificate(url: string): Promise<X509Certificate> {
    const known = this.#certificates.get(url);
    if (known) return known;
    const certificate = new X509Certificate(await this.#get(url));
    if (this.#certificates.size >= MAX_REMEMBERED) this.#certificates.clear();
    this.#certificates.set(url, certificate);
    return certificate;
  }

  async #get(url: string): Promise<Buffer> {
    const response = await this.#fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    if (!response.ok) throw new Error(`Amazon SNS answered HTTP ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_CERTIFICATE) throw new Error('The answer of Amazon SNS is too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

/** Returns a URL of Amazon SNS. A message names its URLs itself, and could name any host. */
function addressAt(value: unknown, path: RegExp): string {
  const url = new URL(textOf(value) ?? '');
  const isSns = url.protocol === 'https:' && HOST.test(url.host) && url.username === '' && url.password === '';
  if (!isSns || !path.test(url.pathname)) throw new Error('The URL is not one of Amazon SNS');
  return url.href;
}
