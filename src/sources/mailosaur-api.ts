import type MailosaurClient from 'mailosaur';
import { race } from '../core/abortable.ts';
import { causeOf } from '../core/errors.ts';
import { ANSWER_TIMEOUT, HttpClient, HttpFault, type HttpOptions, statusError } from '../core/http-client.ts';
import { MailosaurTransport } from './mailosaur-transport.ts';

/** The operations of the official client that the source calls. */
export interface MailosaurOperations {
  readonly messages: Pick<MailosaurClient['messages'], 'search' | 'list' | 'getById'>;
  readonly devices: Pick<MailosaurClient['devices'], 'list' | 'otp'>;
  readonly usage: Pick<MailosaurClient['usage'], 'limits'>;
}

/** Calls operations of the official client. */
export interface MailosaurApi {
  /**
   * Calls one operation.
   *
   * @throws HttpFault if a retry may help, TwoFactorError `SOURCE_REFUSED` if not
   */
  call<T>(operation: (client: MailosaurOperations) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The `x-ms-delay` of the last answer that has one: delays between polls, in milliseconds. */
  readonly delays: readonly number[] | undefined;
  clockOffset(): number | undefined;
}

/** The official client over our `HttpClient`, which adds abort signals, limits, the service's clock and `Retry-After`. */
export class TransportApi implements MailosaurApi {
  delays: readonly number[] | undefined;
  readonly #http: HttpClient;

  constructor(options: HttpOptions) {
    this.#http = new HttpClient(options);
  }

  async call<T>(operation: (client: MailosaurOperations) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { default: Client } = await import('mailosaur');
    // The transport authorizes requests, so the client holds no key. A client per call gives each its own signal.
    const client = new Client('unused');
    const transport = new MailosaurTransport(this.#http, signal, (delays) => (this.delays = delays));
    client.request = transport as unknown as MailosaurClient['request'];
    return await operation(client);
  }

  clockOffset(): number | undefined {
    return this.#http.clockOffset();
  }
}

/** A client that the user made. It is used as it is: it reports neither the delays nor the clock of the service. */
export class GivenClientApi implements MailosaurApi {
  readonly delays = undefined;
  readonly #client: MailosaurOperations;
  readonly #options: Pick<HttpOptions, 'name' | 'ifRefused'>;

  constructor(client: MailosaurOperations, options: Pick<HttpOptions, 'name' | 'ifRefused'>) {
    this.#client = client;
    this.#options = options;
  }

  async call<T>(operation: (client: MailosaurOperations) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await race(race(operation(this.#client), signal), AbortSignal.timeout(ANSWER_TIMEOUT));
    } catch (error) {
      const { httpStatusCode: status } = (error ?? {}) as { readonly httpStatusCode?: number | null };
      if (status) throw statusError(status, this.#options);
      throw new HttpFault(`no answer (${causeOf(error)})`, { cause: error });
    }
  }

  clockOffset(): undefined {
    return undefined;
  }
}
