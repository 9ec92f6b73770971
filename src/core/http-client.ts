import { TwoFactorError, reasonOf } from './errors.ts';
import { ServerClock } from './server-clock.ts';

/** How long an answer may take, in milliseconds. */
const ANSWER_WITHIN = 15_000;
/** The largest answer that is read, in bytes: a page of summaries, or a mail with its attachments. */
const MAX_ANSWER = 64 * 1024 * 1024;

export interface HttpOptions {
  /** What is asked, for error texts. */
  readonly name: string;
  readonly url: string;
  /** How requests go out: for a proxy, or a certificate of one's own. @default Node's fetch */
  readonly fetch?: typeof fetch | undefined;
  /** Headers of each request, made when it goes out. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** What to do when it answers 401 or 403. */
  readonly ifRefused: string;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly json?: object;
  readonly signal: AbortSignal;
}

/** A fault that may pass. */
export class HttpFault extends Error {
  /** What the server asks for (RFC 9110 section 10.2.3), in milliseconds. */
  readonly retryAfter?: number;

  constructor(text: string, { retryAfter, ...options }: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(text, options);
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

/** Asks a service over HTTP, and tells faults that may pass from answers that will not change. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #clock = new ServerClock();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** How far the service's clock is ahead of this machine's, in milliseconds, as far as its answers tell. */
  clockOffset(): number | undefined {
    return this.#clock.skew?.ms;
  }

  /** @throws HttpFault when asking again may help, TwoFactorError `SOURCE_REFUSED` when not */
  async json(path: string, request: HttpRequest): Promise<JsonAnswer> {
    return parsed(await this.#ask(path, request));
  }

  /** As `json()`; nothing where there is nothing (404, 410). */
  async maybeJson(path: string, signal: AbortSignal): Promise<JsonAnswer | undefined> {
    const answer = await this.#maybe(path, signal);
    return answer && parsed(answer);
  }

  /** The bytes themselves; nothing where there is nothing (404, 410). */
  async maybeBytes(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
    return (await this.#maybe(path, signal))?.body;
  }

  async #maybe(path: string, signal: AbortSignal): Promise<Answer | undefined> {
    try {
      return await this.#ask(path, { signal });
    } catch (error) {
      const { status } = (error as { details?: { status?: number } }).details ?? {};
      if (status === 404 || status === 410) return undefined;
      throw error;
    }
  }

  async #ask(path: string, { method = 'GET', json, signal }: HttpRequest): Promise<Answer> {
    const { name, url, fetch: send = fetch, headers, ifRefused } = this.#options;
    const askedAt = Date.now();
    const response = await send(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method,
      headers: {
        accept: 'application/json',
        ...headers?.(),
        ...(json ? { 'content-type': 'application/json' } : {}),
      },
      ...(json ? { body: JSON.stringify(json) } : {}),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN)]),
    }).catch((error: unknown) => {
      throw new HttpFault(`no answer (${causeOf(error)})`, { cause: error });
    });
    const { status, headers: seen } = response;
    const date = Date.parse(seen.get('date') ?? '');
    if (!Number.isNaN(date)) this.#clock.note(date, askedAt, Date.now());
    const body = await readBody(response);
    if (response.ok) return { status, headers: seen, body };
    const answer = `it answered ${status} ${response.statusText}`.trim();
    if (status === 408 || status === 425 || status === 429 || status >= 500)
      throw new HttpFault(answer, { retryAfter: retryAfter(seen.get('retry-after')) });
    const why = status === 401 || status === 403 ? ifRefused : 'See whether this is its address.';
    throw new TwoFactorError('SOURCE_REFUSED', `${name} refused to be asked: ${answer}. ${why}`, {
      details: { status },
    });
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

function parsed({ status, headers, body }: Answer): JsonAnswer {
  try {
    return { body: JSON.parse(body.toString()) as unknown, headers };
  } catch (error) {
    throw new HttpFault(`it answered ${status} with something else than JSON`, { cause: error });
  }
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

/** Seconds, or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Node's fetch says "fetch failed", and why in its cause. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause?.code ?? reasonOf(cause ?? error);
}
