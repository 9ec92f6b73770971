import twilio, { type Twilio } from 'twilio';

type Client = InstanceType<typeof twilio.RequestClient>;

const TWILIO = /^https:\/\/(?:api|verify)\.twilio\.com/;
export const ACCOUNT = 'AC0123456789abcdef0123456789abcdef';

/** Twilio's client has a fixed host, so its requests are redirected to another URL. */
class TurnedClient extends twilio.RequestClient {
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  override request: Client['request'] = (options) =>
    super.request({ ...options, uri: options.uri.replace(TWILIO, this.#url) });
}

/** Returns the official client, with its requests redirected to a sink. */
export function twilioAt(url: string): Twilio {
  return twilio(ACCOUNT, 'any', { httpClient: new TurnedClient(url) });
}
