import { TwoFactorError } from '../core/errors.ts';
import { isSafeWebhook, keyOf } from '../human/settings.ts';
import { sign } from '../human/signature.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { registerSecret } from '../secret/secret.ts';
import { isStrong } from '../secret/strength.ts';
import type { SessionEvent } from './session-event.ts';

/** Variable with the URL that events are sent to. */
export const WEBHOOK_VARIABLE = 'PLAYWRIGHT_2FA_KEEP_WEBHOOK';
/** Variable with the secret that events are signed with. */
export const SECRET_VARIABLE = 'PLAYWRIGHT_2FA_KEEP_SECRET';

/** Maximum time of one delivery, in milliseconds. */
const TIMEOUT = 5000;

/** Delivers an event. Resolves with false if it has to be sent again. */
export type SendEvent = (event: SessionEvent) => Promise<boolean>;

export interface EventSenderOptions {
  readonly url: string;
  /** Standard Webhooks secret: `whsec_` and 24 to 64 bytes in Base64. */
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Returns a function that POSTs events, signed as Standard Webhooks specifies. All deliveries of an event have one
 * `webhook-id`.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function eventSender({ url, secret, now }: EventSenderOptions): SendEvent {
  registerLinkSecrets('keep/webhook', url);
  registerSecret('keep/secret', secret);
  const key = keyOf(secret) ?? Buffer.alloc(0);
  return async ({ id, ...content }) => {
    const body = JSON.stringify(content);
    const headers = { 'content-type': 'application/json', ...sign(key, id, now(), body) };
    const signal = AbortSignal.timeout(TIMEOUT);
    // Redirects are not followed: events go only to the configured URL.
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal }).catch(
      () => undefined,
    );
    await response?.body?.cancel().catch(() => undefined);
    return response?.ok === true;
  };
}

/**
 * Returns the sender that the environment configures; `undefined` if it configures none.
 *
 * @throws TwoFactorError `SETTINGS_INVALID`, with all problems in one error
 */
export function readEventSender(
  { [WEBHOOK_VARIABLE]: url, [SECRET_VARIABLE]: secret }: Readonly<Record<string, string | undefined>>,
  now: () => number,
): SendEvent | undefined {
  if (!url && !secret) return undefined;
  const problems = [
    ...(url && isSafeWebhook(url)
      ? []
      : [`${WEBHOOK_VARIABLE} must be an https URL (http is allowed only for localhost)`]),
    ...(secret && keyOf(secret) && isStrong(secret.slice('whsec_'.length))
      ? []
      : [
          `${SECRET_VARIABLE} must be a Standard Webhooks secret: whsec_ followed by 24 to 64 random bytes in Base64. The receiver verifies events with it`,
        ]),
  ];
  if (problems.length > 0 || !url || !secret)
    throw new TwoFactorError('SETTINGS_INVALID', `Events cannot be sent: ${problems.join('; ')}.`);
  return eventSender({ url, secret, now });
}
