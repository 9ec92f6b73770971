import { randomBytes } from 'node:crypto';
import twilio, { type Twilio } from 'twilio';
import { type Certificate, fetchTrusting, makeCertificate } from './certificate.ts';
import { type Answer, type Asked, StandIn } from './stand-in.ts';

export const ACCOUNT_SID = 'AC0123456789abcdef0123456789abcdef';
export const AUTH_TOKEN = 'Token-of-the-account-4711';

type Client = InstanceType<typeof twilio.RequestClient>;

interface Stored {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly direction: string;
  readonly date_created: string;
  readonly [name: string]: unknown;
}

/** Twilio's list of messages, over TLS, in its wire format. @see https://www.twilio.com/docs/messaging/api/message-resource */
export class TwilioStandIn {
  readonly http: StandIn;
  readonly #certificate: Certificate;
  readonly #messages: Stored[] = [];

  private constructor(http: StandIn, certificate: Certificate) {
    this.http = http;
    this.#certificate = certificate;
  }

  static async start(): Promise<TwilioStandIn> {
    const certificate = makeCertificate();
    const answer = (asked: Asked): Answer => standIn.#answer(asked);
    const standIn: TwilioStandIn = new TwilioStandIn(await StandIn.start(answer, certificate), certificate);
    return standIn;
  }

  /** A `fetch` that trusts its certificate. */
  get fetch(): typeof fetch {
    return fetchTrusting(this.#certificate);
  }

  /** The official client, with its requests redirected to this server. */
  officialClient(): Twilio {
    const [to, { cert }] = [this.http.url, this.#certificate];
    class RedirectedClient extends twilio.RequestClient {
      override request: Client['request'] = (options) =>
        super.request({ ...options, uri: options.uri.replace('https://api.twilio.com', to) });
    }
    const httpClient = new RedirectedClient({ ca: cert });
    return twilio(ACCOUNT_SID, AUTH_TOKEN, { httpClient });
  }

  deliver(to: string, from: string, body: string, direction = 'inbound'): void {
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const now = this.http.now().toUTCString().replace('GMT', '+0000');
    this.#messages.unshift({
      ...{ sid, to, from, body, direction, date_created: now, date_sent: now, date_updated: now },
      ...{ account_sid: ACCOUNT_SID, api_version: '2010-04-01', messaging_service_sid: null, status: 'received' },
      ...{ num_segments: '1', num_media: '0', price: null, price_unit: 'USD', error_code: null, error_message: null },
      uri: `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/${sid}.json`,
      subresource_uris: {},
    });
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  #answer({ method, url, headers }: Asked): Answer {
    const expected = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`;
    if (headers.authorization !== expected)
      return { status: 401, body: { code: 20003, message: 'Authenticate', more_info: '', status: 401 } };
    const path = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`;
    if (method !== 'GET' || url.pathname !== path) return { status: 404, body: { code: 20404, status: 404 } };
    const [to, size] = [url.searchParams.get('To'), Number(url.searchParams.get('PageSize') ?? 50)];
    const found = this.#messages.filter((message) => to === null || message.to === to);
    const token = url.searchParams.get('PageToken');
    const start = token === null ? 0 : found.findIndex(({ sid }) => token === `PA${sid}`) + 1;
    const messages = found.slice(start, start + size);
    const rest = new URLSearchParams(url.searchParams);
    rest.set('PageToken', `PA${messages.at(-1)?.sid}`);
    rest.set('Page', String(Number(rest.get('Page') ?? 0) + 1));
    const hasMore = found.length > start + size;
    const first_page_uri = `${path}?PageSize=${size}&Page=0`;
    const page = {
      first_page_uri,
      uri: first_page_uri,
      previous_page_uri: null,
      page: 0,
      page_size: size,
      start,
      end: start,
    };
    return { body: { messages, ...page, next_page_uri: hasMore ? `${path}?${rest.toString()}` : null } };
  }
}
