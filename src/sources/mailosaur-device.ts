import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { DEVICE_PERIOD, type DeviceCode, type OtpDevice } from '../otp/otp-device.ts';
import type { HttpClient } from '../core/http-client.ts';
import { Backoff } from './polling/backoff.ts';
import { retryTransient } from './polling/retry.ts';

interface Device {
  readonly id: string;
  readonly name: string;
}

/**
 * A virtual security device of a Mailosaur account.
 *
 * @see https://mailosaur.com/docs/api#devices
 */
export class MailosaurDevice implements OtpDevice {
  readonly name: string;
  readonly #wanted: string;
  readonly #http: HttpClient;
  #id: string | undefined;

  /** @param wanted its name, or its id */
  constructor(wanted: string, http: HttpClient) {
    this.name = `Mailosaur's device "${wanted}"`;
    this.#wanted = wanted;
    this.#http = http;
  }

  async code(): Promise<DeviceCode> {
    this.#id ??= await this.#find();
    const { code, expires } = (await this.#ask(`api/devices/${encodeURIComponent(this.#id)}/otp`)) as {
      readonly code?: string;
      readonly expires?: string;
    };
    const ends = Date.parse(expires ?? '');
    if (!/^\d{6,8}$/.test(code ?? '') || Number.isNaN(ends)) throw this.#refused('what it answered is no code');
    // Which period it is, its own clock tells; when that is over, this machine's.
    const endsAt = ends - (this.#http.clockOffset() ?? 0);
    return { code: code ?? '', step: Math.round(ends / DEVICE_PERIOD), endsAt };
  }

  async #find(): Promise<string> {
    const { items = [] } = (await this.#ask('api/devices')) as { readonly items?: readonly Device[] };
    const found = items.filter(({ id, name }) => id === this.#wanted || name === this.#wanted);
    if (found.length === 1 && found[0]) return found[0].id;
    if (found.length > 1) throw this.#refused('several are called so: give the id of one');
    const names = items.map(({ name }) => `"${name}"`).join(', ');
    throw this.#refused(names ? `the account has these: ${names}` : 'the account has no devices');
  }

  async #ask(path: string): Promise<unknown> {
    const { signal } = new AbortController();
    const unreachable = (cause: unknown, attempts: number): TwoFactorError => {
      const text = `${this.name} could not be asked for a code: ${reasonOf(cause)}; ${attempts} attempts failed. See whether the service is running.`;
      return new TwoFactorError('SOURCE_UNREACHABLE', text, { cause });
    };
    const ask = async (): Promise<unknown> => (await this.#http.json(path, { signal })).body;
    return await retryTransient(ask, { pace: new Backoff(), signal, unreachable });
  }

  #refused(why: string): TwoFactorError {
    return new TwoFactorError('SOURCE_REFUSED', `${this.name} gives no code: ${why}.`);
  }
}
