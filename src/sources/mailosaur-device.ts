import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { DEVICE_PERIOD, type DeviceCode, type OtpDevice } from '../otp/otp-device.ts';
import type { MailosaurApi, MailosaurOperations } from './mailosaur-api.ts';
import { Backoff } from './polling/backoff.ts';
import { retryTransient } from './polling/retry.ts';

/**
 * A virtual security device of a Mailosaur account.
 *
 * @see https://mailosaur.com/docs/api#devices
 */
export class MailosaurDevice implements OtpDevice {
  readonly name: string;
  readonly #nameOrId: string;
  readonly #api: MailosaurApi;
  #id: string | undefined;

  constructor(nameOrId: string, api: MailosaurApi) {
    this.name = `Mailosaur's device "${nameOrId}"`;
    this.#nameOrId = nameOrId;
    this.#api = api;
  }

  async code(): Promise<DeviceCode> {
    const id = (this.#id ??= await this.#findId());
    const { code = '', expires } = await this.#call((client) => client.devices.otp(id));
    const end = Number(expires ?? NaN);
    if (!/^\d{6,8}$/.test(code) || Number.isNaN(end)) throw this.#refused('the answer has no code or no expiry time');
    // The step follows from the service's clock, the end of the step from this machine's.
    return { code, step: Math.round(end / DEVICE_PERIOD), endsAt: end - (this.#api.clockOffset() ?? 0) };
  }

  async #findId(): Promise<string> {
    const { items = [] } = await this.#call((client) => client.devices.list());
    const found = items.filter(({ id, name }) => id === this.#nameOrId || name === this.#nameOrId);
    const [device] = found;
    if (found.length > 1) throw this.#refused('several devices have this name. Give the id of one');
    if (device) return this.#checkedId(device.id ?? '');
    const names = items.map(({ name = '' }) => `"${name}"`).join(', ');
    throw this.#refused(names ? `the account has these devices: ${names}` : 'the account has no devices');
  }

  /** The client sends an id without a hyphen as a shared secret. */
  #checkedId(id: string): string {
    if (/^\w+(?:-\w+)+$/.test(id)) return id;
    throw this.#refused(`its id "${id}" is not of the form xxxx-xxxx, so a code cannot be requested for it`);
  }

  async #call<T>(operation: (client: MailosaurOperations) => Promise<T>): Promise<T> {
    const { signal } = new AbortController();
    const unreachable = (cause: unknown, attempts: number): TwoFactorError => {
      const text = `${this.name} could not be asked for a code: ${reasonOf(cause)}; ${attempts} attempts failed. Check that the service is running.`;
      return new TwoFactorError('SOURCE_UNREACHABLE', text, { cause });
    };
    return await retryTransient(() => this.#api.call(operation, signal), {
      backoff: new Backoff(),
      signal,
      unreachable,
    });
  }

  #refused(why: string): TwoFactorError {
    return new TwoFactorError('SOURCE_REFUSED', `${this.name} gives no code: ${why}.`);
  }
}
