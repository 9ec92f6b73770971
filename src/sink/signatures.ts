import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { verify } from 'hono/jwt';
import type { Secret } from '../secret/secret.ts';

/** What is signed, as it came. */
export interface Signed {
  readonly url: URL;
  readonly body: string;
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

/** Vonage's Messages API: a token with the hash of the body. @see https://developer.vonage.com/en/getting-started/concepts/webhooks */
export async function isSignedByVonage({ body, header }: Signed, secret: Secret): Promise<boolean> {
  const claims = await claimsOf(header('authorization'), secret);
  const hash = createHash('sha256').update(body).digest('hex');
  const { iat = 0, payload_hash = '' } = claims ?? {};
  return isRecent(Number(iat)) && isSame(hash, String(payload_hash).toLowerCase());
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
