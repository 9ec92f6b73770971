import { TwoFactorError } from '../../core/errors.ts';
import { type MessageKind, foldAddress } from '../../message/address.ts';
import { PollingWatch } from './polling-watch.ts';
import type { OtpDevice } from '../../otp/otp-device.ts';
import type { SourceDriver } from './driver.ts';
import { ArrivalPredictor } from './arrival-predictor.ts';
import { Backoff, growing } from './backoff.ts';
import type { Source, SourceWatch } from '../source.ts';

/** A line that broke is opened again after this long, in milliseconds, and twice that each time until it stays open. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5000;

/** Makes a source of what can be asked for messages. Close it with `close()` or `await using`. */
export function defineSource<Mark>(driver: SourceDriver<Mark>): DefinedSource {
  return new DrivenSource(driver);
}

export interface DefinedSource extends Source, AsyncDisposable {}

class DrivenSource<Mark> implements DefinedSource {
  readonly #driver: SourceDriver<Mark>;
  readonly #pace: Backoff;
  /** Mail and SMS take their own time each. */
  readonly #forecasts: Readonly<Record<MessageKind, ArrivalPredictor>>;
  readonly #watches = new Set<PollingWatch<Mark>>();
  readonly #closing = new AbortController();
  #line: Promise<void> | undefined;

  constructor(driver: SourceDriver<Mark>) {
    this.#driver = driver;
    const schedule = (looks: number, isPushed: boolean): number =>
      Math.max(1, driver.delay?.(looks, isPushed) ?? growing(looks, isPushed));
    this.#pace = new Backoff(schedule);
    const forecast = (): ArrivalPredictor => new ArrivalPredictor((looks) => schedule(looks, false));
    this.#forecasts = { email: forecast(), sms: forecast() };
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
    const onClose = (watch: PollingWatch<Mark>): unknown => this.#watches.delete(watch);
    const forecast = this.#forecasts[kind];
    const watch = new PollingWatch(kind, address, { driver: this.#driver, pace: this.#pace, forecast, onClose });
    this.#watches.add(watch);
    this.#line ??= this.#keepLine();
    try {
      await watch.begin();
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
    await this.#line;
    await this.#driver.close?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Holds a line to a source that pushes. Where it cannot, waits go on by asking. */
  async #keepLine(): Promise<void> {
    const { signal } = this.#closing;
    let delay = FIRST_DELAY;
    const opened = (): void => {
      delay = FIRST_DELAY;
      this.#pace.isPushed = true;
      this.#ring(); // what came while there was no line
    };
    const rang = (to?: readonly string[]): void => this.#ring(to);
    while (this.#driver.push && !signal.aborted) {
      await this.#driver.push({ opened, notify: rang, signal }).catch(() => undefined); // whoever looks hears of it
      if (this.#pace.isPushed) this.#ring(); // to be asked now, rather than once in a while
      this.#pace.isPushed = false;
      await passed(delay, signal);
      delay = Math.min(2 * delay, LONGEST_DELAY);
    }
  }

  #ring(to?: readonly string[]): void {
    const isMeant = ({ kind, folded }: PollingWatch<Mark>): boolean =>
      to?.some((address) => foldAddress(kind, address) === folded) ?? true;
    for (const watch of this.#watches) if (isMeant(watch)) watch.ring();
  }
}

async function passed(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal.addEventListener('abort', done);
  });
}

function closed(name: string): TwoFactorError {
  return new TwoFactorError('WAIT_ABORTED', `The source was closed: ${name}.`);
}

function wrongKind(name: string, kind: MessageKind): TwoFactorError {
  const [what, option] = kind === 'sms' ? ['SMS', 'sms'] : ['e-mail', 'mail'];
  return new TwoFactorError('SETTINGS_INVALID', `${name} has no ${what}: give another source as \`${option}\`.`);
}
