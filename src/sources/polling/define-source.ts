import { sleep } from '../../core/abortable.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { type MessageKind, foldAddress } from '../../message/address.ts';
import type { OtpDevice } from '../../otp/otp-device.ts';
import type { Source, SourceWatch } from '../source.ts';
import { ArrivalPredictor } from './arrival-predictor.ts';
import { Backoff, defaultSchedule } from './backoff.ts';
import type { SourceDriver } from './driver.ts';
import { PollingWatch } from './polling-watch.ts';

/** Delay before a broken push connection is opened again, in milliseconds. It doubles until the connection stays open. */
const FIRST_DELAY = 100;
const MAX_DELAY = 5000;

/**
 * Makes a source from a driver, which needs no more than to list messages. Close it with `close()` or `await using`.
 *
 * @example
 * const source = defineSource({
 *   name: 'our mail store',
 *   kinds: ['email'],
 *   mark: async ({ folded }) => await store.lastId(folded),
 *   since: async (lastId, { folded }) => await store.list(folded, lastId),
 * });
 */
export function defineSource<Mark>(driver: SourceDriver<Mark>): DefinedSource {
  return new DrivenSource(driver);
}

export interface DefinedSource extends Source, AsyncDisposable {}

class DrivenSource<Mark> implements DefinedSource {
  readonly #driver: SourceDriver<Mark>;
  readonly #backoff: Backoff;
  /** E-mail and SMS take different times to arrive. */
  readonly #predictors: Readonly<Record<MessageKind, ArrivalPredictor>>;
  readonly #watches = new Set<PollingWatch<Mark>>();
  readonly #closing = new AbortController();
  #pushing: Promise<void> | undefined;

  constructor(driver: SourceDriver<Mark>) {
    this.#driver = driver;
    const schedule = (polls: number, isPushed: boolean): number =>
      Math.max(1, driver.delay?.(polls, isPushed) ?? defaultSchedule(polls, isPushed));
    this.#backoff = new Backoff(schedule);
    const createPredictor = (): ArrivalPredictor => new ArrivalPredictor((polls) => schedule(polls, false));
    this.#predictors = { email: createPredictor(), sms: createPredictor() };
  }

  get name(): string {
    return this.#driver.name;
  }

  get kinds(): readonly MessageKind[] {
    return this.#driver.kinds;
  }

  async watch(kind: MessageKind, address: string): Promise<SourceWatch> {
    if (this.#closing.signal.aborted) throw closed(this.name);
    if (!this.kinds.includes(kind)) throw wrongKind(this.name, kind);
    const watch = new PollingWatch(kind, address, {
      ...{ driver: this.#driver, backoff: this.#backoff, predictor: this.#predictors[kind] },
      onClose: (closedWatch) => this.#watches.delete(closedWatch),
    });
    this.#watches.add(watch);
    this.#pushing ??= this.#keepPushConnection();
    try {
      await watch.start();
    } catch (error) {
      watch.close();
      throw this.#closing.signal.aborted ? closed(this.name) : error;
    }
    return watch;
  }

  async createAddress(kind: MessageKind, name: string): Promise<string | undefined> {
    return await this.#driver.createAddress?.(kind, name);
  }

  isShared(kind: MessageKind): boolean {
    return this.#driver.isShared?.(kind) ?? false;
  }

  device(name: string): OtpDevice | undefined {
    return this.#driver.device?.(name);
  }

  useEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    this.#driver.useEnvironment?.(env);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const watch of this.#watches) watch.fail(closed(this.name));
    await this.#pushing;
    await this.#driver.close?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Keeps a push connection open. Without one, waits go on by polling. */
  async #keepPushConnection(): Promise<void> {
    const { signal } = this.#closing;
    let delay = FIRST_DELAY;
    const opened = (): void => {
      delay = FIRST_DELAY;
      this.#backoff.isPushed = true;
      this.#notify(); // messages may have come while there was no connection
    };
    const notify = (to?: readonly string[]): void => this.#notify(to);
    while (this.#driver.push && !signal.aborted) {
      await this.#driver.push({ opened, notify, signal }).catch(() => undefined); // the next poll reports the fault
      if (this.#backoff.isPushed) this.#notify(); // from now on the source is polled at the faster rate
      this.#backoff.isPushed = false;
      await sleep(delay, { signal, ref: false }).catch(() => undefined);
      delay = Math.min(2 * delay, MAX_DELAY);
    }
  }

  #notify(to?: readonly string[]): void {
    const isRecipient = ({ kind, folded }: PollingWatch<Mark>): boolean =>
      to?.some((address) => foldAddress(kind, address) === folded) ?? true;
    for (const watch of this.#watches) if (isRecipient(watch)) watch.notify();
  }
}

function closed(name: string): TwoFactorError {
  return new TwoFactorError('WAIT_ABORTED', `The source was closed: ${name}.`);
}

function wrongKind(name: string, kind: MessageKind): TwoFactorError {
  const [noun, option] = kind === 'sms' ? ['SMS', 'sms'] : ['e-mail', 'mail'];
  return new TwoFactorError('SETTINGS_INVALID', `${name} has no ${noun}. Set another source as \`${option}\`.`);
}
