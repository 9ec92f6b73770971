import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { verify } from 'hono/jwt';
import type { Secret } from '../secret/secret.ts';

/** A signed request, as it arrived. */
export interface SignedRequest {
  readonly url: URL;
  readonly body: string;
  /** The decoded fields of the body. Empty if it cannot be decoded. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string | undefined;
}

/** Maximum age of a signed request, in seconds. Prevents replays. */
const MAX_AGE = 300;

/**
 * Verifies Twilio's signature of the URL and the sorted fields.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export async function isSignedByTwilio({ url, body, header }: SignedRequest, secret: Secret): Promise<boolean> {
  const fields = [...new URLSearchParams(body)].toSorted(([one], [other]) => (one < other ? -1 : 1)).flat();
  const host = header('x-forwarded-host') ?? url.host;
  const signature = header('x-twilio-signature') ?? '';
  // Twilio signs the public URL; a tunnel may have changed its scheme.
  return ['https', 'http'].some((scheme) => {
    const text = `${scheme}://${host}${url.pathname}${url.search}${fields.join('')}`;
    return isSame(createHmac('sha1', secret.reveal()).update(text).digest('base64'), signature);
  });
}

/**
 * Verifies Vonage's signature. The Messages API sends a JWT with a hash of the body; the SMS API sends a field with a
 * hash of the other fields.
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks
 * @see https://developer.vonage.com/en/getting-started/concepts/signing-messages
 */
export async function isSignedByVonage({ body, fields, header }: SignedRequest, secret: Secret): Promise<boolean> {
  const authorization = header('authorization');
  if (authorization === undefined) return isSignedByField(fields, secret.reveal());
  const { iat = 0, payload_hash = '' } = (await claimsOf(authorization, secret)) ?? {};
  const hash = createHash('sha256').update(body).digest('hex');
  return isRecent(Number(iat)) && isSame(hash, String(payload_hash).toLowerCase());
}

/** The hash algorithm is an account setting. Only the length of the signature reveals it; 32 is either MD5 or HMAC-MD5. */
const VONAGE_HASHES: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' };

function isSignedByField({ sig, ...others }: SignedRequest['fields'], secret: string): boolean {
  if (typeof sig !== 'string' || !isRecent(Number(others['timestamp']))) return false;
  const names = Object.keys(others).toSorted();
  const text = names.map((name) => `&${name}=${String(others[name]).replaceAll(/[&=]/g, '_')}`).join('');
  const hash = VONAGE_HASHES[sig.length];
  const expected = hash ? [createHmac(hash, secret).update(text).digest('hex')] : [];
  if (hash === 'md5') expected.push(createHash(hash).update(`${text}${secret}`).digest('hex'));
  return expected.some((one) => isSame(one, sig.toLowerCase()));
}

/** Verifies a Standard Webhooks signature. @see https://www.standardwebhooks.com */
export async function isSignedByStandard({ body, header }: SignedRequest, secret: Secret): Promise<boolean> {
  return isSignedByStandardBytes(Buffer.from(body), header, secret);
}

/** Verifies a Standard Webhooks signature of any bytes. */
export function isSignedByStandardBytes(body: Buffer, header: SignedRequest['header'], secret: Secret): boolean {
  const time = header('webhook-timestamp') ?? '';
  const key = Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key)
    .update(`${header('webhook-id')}.${time}.`)
    .update(body)
    .digest('base64');
  const given = (header('webhook-signature') ?? '').split(' ').filter((one) => one.startsWith('v1,'));
  return isRecent(Number(time)) && given.some((one) => isSame(expected, one.slice(3)));
}

/** Verifies a signature of SMS Gateway for Android. @see https://docs.sms-gate.app/features/webhooks/#security-considerations */
export async function isSignedByAndroid({ body, header }: SignedRequest, secret: Secret): Promise<boolean> {
  const time = header('x-timestamp') ?? '';
  const expected = createHmac('sha256', secret.reveal()).update(`${body}${time}`).digest('hex');
  return isRecent(Number(time)) && isSame(expected, (header('x-signature') ?? '').toLowerCase());
}

/** Verifies a JWT of httpSMS, which does not cover the body. @see https://docs.httpsms.com/webhooks/introduction */
export async function isSignedByHttpSms({ header }: SignedRequest, secret: Secret): Promise<boolean> {
  return (await claimsOf(header('authorization'), secret)) !== undefined;
}

async function claimsOf(authorization = '', secret: Secret): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
  try {
    return await verify(token, secret.reveal(), 'HS256');
  } catch {
    return undefined;
  }
}

/** True if a time is not longer ago, and not further ahead, than a signed request may be. */
export function isRecent(seconds: number): boolean {
  return Math.abs(Date.now() / 1000 - seconds) <= MAX_AGE;
}

/** Compares two texts in constant time. */
export function isSame(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
