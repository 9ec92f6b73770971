import { FakeRuntime } from './fake-runtime.ts';

/** A runtime of one of several, that remembers how much time it was given. */
export class Worker extends FakeRuntime {
  readonly owner: string;
  extended = 0;
  /** The most that it had at one time. */
  granted = 0;

  constructor(who: string, options?: ConstructorParameters<typeof FakeRuntime>[0]) {
    super(options);
    this.owner = who;
  }

  extend(ms: number): void {
    this.extended += ms;
    this.granted = Math.max(this.granted, this.extended);
  }
}

/** One for whom time stands still, but for its waits, which take none. */
export class PatientWorker extends Worker {
  readonly #clock: { time: number };

  constructor(who: string, clock: { time: number }) {
    super(who, { now: () => clock.time });
    this.#clock = clock;
  }

  override async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    const [, seconds] = /^Wait (\S+) s for/.exec(title) ?? [];
    this.#clock.time += Number(seconds ?? 0) * 1000;
    return await super.step(title, body);
  }
}
