import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TwoFactorError, causeOf } from '../core/errors.ts';
import { readGivenCode } from '../protocol/handoff.ts';
import { sign } from './signature.ts';

/** Delay between attempts, in milliseconds. It doubles after each attempt. */
const DELAY = { first: 500, longest: 30_000 };
/** Maximum size of a response that is read, in bytes. */
const MAX_RESPONSE = 16 * 1024;

export interface WebhookOptions {
  readonly url: string;
  readonly key: Buffer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Delay between the first two attempts, in milliseconds. @default 500 */
  readonly delay?: number;
}

/** Events of a handoff. */
export type HandoffEvent = 'handoff.created' | 'handoff.answered' | 'handoff.expired' | 'handoff.cancelled';

/** Notifies the user's webhook of a request, and takes a code from its response. */
export class Webhook {
  readonly #options: WebhookOptions;
  #attempts = 0;
  #status = 'has not answered';

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Summary of the attempts, for errors. Names only the origin: the rest of the URL may contain a secret. */
  get status(): string {
    const attempts = this.#attempts === 1 ? 'once' : `${this.#attempts} times`;
    return `The webhook at ${new URL(this.#options.url).origin} was called ${attempts} and ${this.#status}.`;
  }

  /**
   * Calls the webhook until it accepts the request. Retries network errors and server errors.
   *
   * @returns the code, if the response contains one
   * @throws TwoFactorError `HUMAN_UNREACHABLE` if the webhook rejects the request, or responds with an invalid code
   */
  async call(data: object, signal: AbortSignal): Promise<string | undefined> {
    return readCode(await this.#read(await this.#deliver('handoff.created', data, signal), signal));
  }

  /**
   * Calls the webhook until it accepts an event. Ignores its response.
   *
   * @throws TwoFactorError `HUMAN_UNREACHABLE` if the webhook rejects the event; the reason of the signal
   */
  async notify(type: HandoffEvent, data: object, signal: AbortSignal): Promise<void> {
    const response = await this.#deliver(type, data, signal);
    await response.body?.cancel().catch(() => undefined);
  }

  async #deliver(type: HandoffEvent, data: object, signal: AbortSignal): Promise<Response> {
    const { now, delay = DELAY.first } = this.#options;
    // All attempts share one id, so that the receiver can recognize a retry.
    const id = `msg_${randomUUID()}`;
    const body = JSON.stringify({ type, timestamp: new Date(now()).toISOString(), data });
    for (let pause = delay; ; pause = Math.min(2 * pause, DELAY.longest)) {
      const response = await this.#post(id, body, signal);
      if (response?.ok) return response;
      if (response && !isTransient(response.status)) throw this.#rejected(response);
      await sleep(pause, undefined, { signal });
    }
  }

  async #post(id: string, body: string, signal: AbortSignal): Promise<Response | undefined> {
    const { url, key, now } = this.#options;
    this.#attempts++;
    try {
      const headers = { 'content-type': 'application/json', ...sign(key, id, now(), body) };
      const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
      this.#status = `answered HTTP ${response.status}`;
      if (!response.ok) await response.body?.cancel().catch(() => undefined);
      return response;
    } catch (error) {
      signal.throwIfAborted();
      this.#status = `could not be reached (${causeOf(error)})`;
      return undefined;
    }
  }

  async #read(response: Response, signal: AbortSignal): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > MAX_RESPONSE) return ''; // leaving the loop closes the connection
        chunks.push(chunk);
      }
    } catch {
      signal.throwIfAborted();
      return ''; // the request was accepted; only the response body is lost
    }
    return Buffer.concat(chunks).toString();
  }

  #rejected({ status }: Response): TwoFactorError {
    const isRedirect = status >= 300 && status < 400;
    const reason = isRedirect
      ? 'Redirects are not followed: requests go only to the configured URL.'
      : 'This status is permanent, so the call is not retried.';
    const text = `No person was notified: ${this.status} ${reason} Check \`human.webhook\` and that the receiver uses the same \`human.secret\`.`;
    return new TwoFactorError('HUMAN_UNREACHABLE', text);
  }
}

/** True for server errors, rate limits and timeouts, which a retry may resolve. */
function isTransient(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/**
 * Reads the code in a response such as `{ "code": "123456" }`. Any other response only acknowledges the request.
 *
 * @throws TwoFactorError `HUMAN_UNREACHABLE` if `code` is invalid
 */
export function readCode(response: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(response);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined;
  const code = readGivenCode(value.code);
  if (code !== undefined) return code;
  const text =
    'The `code` in the response of the webhook is invalid: it must be a string of up to 64 characters, such as { "code": "012345" }.';
  throw new TwoFactorError('HUMAN_UNREACHABLE', text);
}
