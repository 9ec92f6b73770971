import { FakeRuntime } from './fake-runtime.ts';

/** The runtime of one of several workers. It records the extra time that it was granted. */
export class Worker extends FakeRuntime {
  readonly owner: string;
  extended = 0;
  /** The highest value of `extended`. */
  granted = 0;

  constructor(owner: string, options?: ConstructorParameters<typeof FakeRuntime>[0]) {
    super(options);
    this.owner = owner;
  }

  extend(ms: number): void {
    this.extended += ms;
    this.granted = Math.max(this.granted, this.extended);
  }
}

/** A worker with a fake clock. Only the waits for a code advance it, and they take no real time. */
export class PatientWorker extends Worker {
  readonly #clock: { time: number };

  constructor(owner: string, clock: { time: number }) {
    super(owner, { now: () => clock.time });
    this.#clock = clock;
  }

  override async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    const [, seconds] = /^Wait (\S+) s for/.exec(title) ?? [];
    this.#clock.time += Number(seconds ?? 0) * 1000;
    return await super.step(title, body);
  }
}
