import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { verify } from 'hono/jwt';
import type { Secret } from '../secret/secret.ts';

/** What is signed, as it came. */
export interface Signed {
  readonly url: URL;
  readonly body: string;
  /** What is in the body, as far as it can be read. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string | undefined;
}

/** How old a signed message may be, in seconds: a copy that somebody kept is not taken later. */
const FRESH = 300;

/** Twilio: the address it called and the sorted fields. @see https://www.twilio.com/docs/usage/webhooks/webhooks-security */
export async function isSignedByTwilio({ url, body, header }: Signed, secret: Secret): Promise<boolean> {
  const fields = [...new URLSearchParams(body)].toSorted(([one], [other]) => (one < other ? -1 : 1)).flat();
  const host = header('x-forwarded-host') ?? url.host;
  const signature = header('x-twilio-signature') ?? '';
  // It signs the address that it knows, which a tunnel has changed on the way.
  return ['https', 'http'].some((scheme) => {
    const text = `${scheme}://${host}${url.pathname}${url.search}${fields.join('')}`;
    return isSame(createHmac('sha1', secret.reveal()).update(text).digest('base64'), signature);
  });
}

/**
 * Vonage's Messages API, by a token with the hash of the body; its SMS API, by a field with the hash of the others.
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks
 * @see https://developer.vonage.com/en/getting-started/concepts/signing-messages
 */
export async function isSignedByVonage({ body, fields, header }: Signed, secret: Secret): Promise<boolean> {
  const authorization = header('authorization');
  if (authorization === undefined) return isSignedByField(fields, secret.reveal());
  const { iat = 0, payload_hash = '' } = (await claimsOf(authorization, secret)) ?? {};
  const hash = createHash('sha256').update(body).digest('hex');
  return isRecent(Number(iat)) && isSame(hash, String(payload_hash).toLowerCase());
}

/** The account chooses the algorithm, which is told by the length of the signature alone, and not by that for MD5. */
const VONAGE_HASHES: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' };

function isSignedByField({ sig, ...others }: Signed['fields'], secret: string): boolean {
  if (typeof sig !== 'string' || !isRecent(Number(others['timestamp']))) return false;
  const names = Object.keys(others).toSorted();
  const text = names.map((name) => `&${name}=${String(others[name]).replaceAll(/[&=]/g, '_')}`).join('');
  const hash = VONAGE_HASHES[sig.length];
  const wanted = hash ? [createHmac(hash, secret).update(text).digest('hex')] : [];
  if (hash === 'md5') wanted.push(createHash(hash).update(`${text}${secret}`).digest('hex'));
  return wanted.some((one) => isSame(one, sig.toLowerCase()));
}

/** Standard Webhooks. @see https://www.standardwebhooks.com */
export async function isSignedByStandard({ body, header }: Signed, secret: Secret): Promise<boolean> {
  const time = header('webhook-timestamp') ?? '';
  const key = Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', key)
    .update(`${header('webhook-id')}.${time}.${body}`)
    .digest('base64');
  const given = (header('webhook-signature') ?? '').split(' ').filter((one) => one.startsWith('v1,'));
  return isRecent(Number(time)) && given.some((one) => isSame(wanted, one.slice(3)));
}

/** SMS Gateway for Android. @see https://docs.sms-gate.app/features/webhooks/#security-considerations */
export async function isSignedByAndroid({ body, header }: Signed, secret: Secret): Promise<boolean> {
  const time = header('x-timestamp') ?? '';
  const wanted = createHmac('sha256', secret.reveal()).update(`${body}${time}`).digest('hex');
  return isRecent(Number(time)) && isSame(wanted, (header('x-signature') ?? '').toLowerCase());
}

/** httpSMS: a token, which says nothing of the body. @see https://docs.httpsms.com/webhooks/introduction */
export async function isSignedByHttpSms({ header }: Signed, secret: Secret): Promise<boolean> {
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

function isRecent(seconds: number): boolean {
  return Math.abs(Date.now() / 1000 - seconds) <= FRESH;
}

function isSame(wanted: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(wanted), digest(given));
}
