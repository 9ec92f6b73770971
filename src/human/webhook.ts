import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TwoFactorError, causeOf } from '../core/errors.ts';
import { readGivenCode } from '../protocol/handoff.ts';
import { sign } from './signature.ts';

/** Between one try and the next, in milliseconds; each is twice as long as the one before. */
const DELAY = { first: 500, longest: 30_000 };
/** More than a code is not read, in bytes. */
const MAX_ANSWER = 16 * 1024;

export interface WebhookOptions {
  readonly url: string;
  readonly key: Buffer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Between the first try and the second, in milliseconds. @default 500 */
  readonly delay?: number;
}

/** Tells a program of the user's what is asked, and takes a code from its answer. */
export class Webhook {
  readonly #options: WebhookOptions;
  #tries = 0;
  #status = 'has not answered';

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** How it went so far, for people. The address of a webhook may hold a secret, but for its origin. */
  get status(): string {
    const tries = this.#tries === 1 ? 'once' : `${this.#tries} times`;
    return `The webhook at ${new URL(this.#options.url).origin} was called ${tries}, and ${this.#status}.`;
  }

  /**
   * Calls it until it takes the call. What failed on the way there or within the receiver is called again.
   *
   * @returns the code, if its answer has one
   * @throws TwoFactorError `HUMAN_UNREACHABLE` when it says no, or gives a code that is none
   */
  async call(data: object, signal: AbortSignal): Promise<string | undefined> {
    const { now, delay = DELAY.first } = this.#options;
    // One id for all tries, by which a receiver knows that it has seen the call.
    const id = `msg_${randomUUID()}`;
    const body = JSON.stringify({ type: 'human.asked', timestamp: new Date(now()).toISOString(), data });
    for (let pause = delay; ; pause = Math.min(2 * pause, DELAY.longest)) {
      const response = await this.#post(id, body, signal);
      if (response?.ok) return codeIn(await this.#read(response, signal));
      if (response && !mayPass(response.status)) throw this.#refused(response);
      await sleep(pause, undefined, { signal });
    }
  }

  async #post(id: string, body: string, signal: AbortSignal): Promise<Response | undefined> {
    const { url, key, now } = this.#options;
    this.#tries++;
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
        if (size > MAX_ANSWER) return ''; // leaving the loop ends the connection
        chunks.push(chunk);
      }
    } catch {
      signal.throwIfAborted();
      return ''; // it was taken; only what it says is lost
    }
    return Buffer.concat(chunks).toString();
  }

  #refused({ status }: Response): TwoFactorError {
    const isElsewhere = status >= 300 && status < 400;
    const what = isElsewhere
      ? 'It leads elsewhere, and what is asked goes nowhere but to the address that was set.'
      : 'It will say no again, so it is not called again.';
    const text = `Nobody was asked: ${this.status} ${what} See \`human.webhook\`, and that its receiver has the same \`human.secret\`.`;
    return new TwoFactorError('HUMAN_UNREACHABLE', text);
  }
}

/** A receiver in trouble, or one that is asked too often, may be well later. */
function mayPass(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** The code in an answer such as `{ "code": "123456" }`. An answer of another kind only says that the call was taken. */
export function codeIn(answer: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined;
  const code = readGivenCode(value.code);
  if (code !== undefined) return code;
  const text =
    'The webhook answered with a `code` that is none: give it as a text of up to 64 characters, such as { "code": "012345" }.';
  throw new TwoFactorError('HUMAN_UNREACHABLE', text);
}
