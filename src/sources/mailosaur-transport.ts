import type MailosaurClient from 'mailosaur';
import type { HttpClient } from '../core/http-client.ts';

type Request = MailosaurClient['request'];
type Parameters = NonNullable<globalThis.Parameters<Request['get']>[1]>;
type Callback = NonNullable<globalThis.Parameters<Request['get']>[2]>;

/** Sends the requests of one operation of the official client through an `HttpClient`. Replaces `client.request`. */
export class MailosaurTransport implements Pick<Request, 'get' | 'post'> {
  readonly #http: HttpClient;
  readonly #signal: AbortSignal;
  readonly #onDelays: (delays: readonly number[]) => void;

  /** @param onDelays receives the delays between polls that the service asks for, in milliseconds */
  constructor(http: HttpClient, signal: AbortSignal, onDelays: (delays: readonly number[]) => void) {
    this.#http = http;
    this.#signal = signal;
    this.#onDelays = onDelays;
  }

  get(path: string, parameters: Parameters = {}, callback: Callback = ignore): void {
    void this.#send('GET', path, parameters, callback);
  }

  post(path: string, parameters: Parameters = {}, callback: Callback = ignore): void {
    void this.#send('POST', path, parameters, callback);
  }

  async #send(method: 'GET' | 'POST', path: string, { qs, body }: Parameters, callback: Callback): Promise<void> {
    try {
      const json = body === undefined ? {} : { json: body as object };
      const answer = await this.#http.json(`${path}${queryOf(qs)}`, { method, ...json, signal: this.#signal });
      const delays = delaysOf(answer.headers);
      if (delays.length > 0) this.#onDelays(delays);
      callback(null, { statusCode: 200 }, withoutNulls(answer.body)); // it throws if the body does not fit its model
    } catch (error) {
      callback(error as Error);
    }
  }
}

function queryOf(parameters: Parameters['qs'] = {}): string {
  const entries = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value instanceof Date ? value.toISOString() : String(value)]],
  );
  return entries.length > 0 ? `?${new URLSearchParams(entries).toString()}` : '';
}

function delaysOf(headers: Headers): number[] {
  const values = (headers.get('x-ms-delay') ?? '').split(',').map(Number);
  return values.filter((ms) => ms > 0);
}

/** The client's models accept a missing object, but not `null`. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function ignore(): void {}
