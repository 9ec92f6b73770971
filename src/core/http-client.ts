import { TwoFactorError, causeOf } from './errors.ts';
import { ServerClock } from './server-clock.ts';

/** Time limit for one answer, in milliseconds. */
export const ANSWER_TIMEOUT = 15_000;
/** Size limit for one answer, in bytes. It leaves room for a mail with attachments. */
const MAX_ANSWER = 64 * 1024 * 1024;

export interface HttpOptions {
  /** Name of the service in error messages. */
  readonly name: string;
  readonly url: string;
  /** Sends the requests, for example through a proxy or with a certificate of your own. @default Node's fetch */
  readonly fetch?: typeof fetch | undefined;
  /** Returns the headers of a request. Called for each request. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** Advice for the user if the service answers 401 or 403. */
  readonly ifRefused: string;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly json?: object;
  readonly signal: AbortSignal;
}

/** A transient fault: a retry may succeed. */
export class HttpFault extends Error {
  /** Delay before the next request that the server asks for (RFC 9110 section 10.2.3), in milliseconds. */
  readonly retryAfter?: number;

  constructor(text: string, { retryAfter, ...options }: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(text, options);
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

/** An HTTP client for one service. It separates transient faults from final refusals. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #clock = new ServerClock();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Offset of the service's clock from this machine's, in milliseconds; positive if it is ahead. Undefined before the first answer. */
  clockOffset(): number | undefined {
    return this.#clock.skew?.ms;
  }

  /** @throws HttpFault if a retry may help, TwoFactorError `SOURCE_REFUSED` if not */
  async json(path: string, request: HttpRequest): Promise<JsonAnswer> {
    const { status, headers, body } = await this.#send(path, request);
    try {
      return { body: JSON.parse(body.toString()) as unknown, headers };
    } catch (error) {
      throw new HttpFault(`it answered ${status} with a body that is not JSON`, { cause: error });
    }
  }

  /** Returns the body, or undefined if the resource does not exist (404, 410). Throws as `json()` does. */
  async maybeBytes(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
    try {
      return (await this.#send(path, { signal })).body;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #send(path: string, { method = 'GET', json, signal }: HttpRequest): Promise<Answer> {
    const { url, fetch: send = fetch, headers } = this.#options;
    const sentAt = Date.now();
    const response = await send(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method,
      headers: {
        accept: 'application/json',
        ...headers?.(),
        ...(json ? { 'content-type': 'application/json' } : {}),
      },
      ...(json ? { body: JSON.stringify(json) } : {}),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT)]),
    }).catch((error: unknown) => {
      throw new HttpFault(`no answer (${causeOf(error)})`, { cause: error });
    });
    const { ok, status, statusText, headers: received } = response;
    const date = Date.parse(received.get('date') ?? '');
    if (!Number.isNaN(date)) this.#clock.note(date, sentAt, Date.now());
    const body = await readBody(response);
    if (ok) return { status, headers: received, body };
    throw statusError(status, { ...this.#options, statusText, retryAfter: retryAfterOf(received) });
  }
}

export interface JsonAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

interface StatusErrorOptions extends Pick<HttpOptions, 'name' | 'ifRefused'> {
  readonly statusText?: string;
  /** In milliseconds. */
  readonly retryAfter?: number | undefined;
}

/** Returns the error for an HTTP status: a transient fault (408, 425, 429, 5xx), or `SOURCE_REFUSED`. */
export function statusError(
  status: number,
  { name, ifRefused, statusText = '', retryAfter }: StatusErrorOptions,
): HttpFault | TwoFactorError {
  const answer = `it answered ${status} ${statusText}`.trim();
  if (status === 408 || status === 425 || status === 429 || status >= 500) return new HttpFault(answer, { retryAfter });
  const advice = status === 401 || status === 403 ? ifRefused : 'Check its address.';
  return new TwoFactorError('SOURCE_REFUSED', `${name} refused a request: ${answer}. ${advice}`, {
    details: { status },
  });
}

/** True if the error says that the resource does not exist (404, 410). */
export function isGone(error: unknown): boolean {
  const { details } = (error ?? {}) as { readonly details?: { readonly status?: number } };
  return details?.status === 404 || details?.status === 410;
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_ANSWER) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new HttpFault(`its answer broke off (${causeOf(error)})`, { cause: error });
  }
  if (size > MAX_ANSWER) throw new HttpFault(`its answer is larger than ${MAX_ANSWER} bytes`);
  return Buffer.concat(chunks);
}

/** `Retry-After` is in seconds, or a date. Returns milliseconds. */
function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
