import type { Runtime } from '../../src/core/runtime.ts';

/** A runtime that records the titles of its steps. The test may supply its clock. */
export class FakeRuntime implements Runtime {
  readonly titles: string[] = [];
  readonly timeout: number;
  readonly #now: () => number;
  readonly #deadline: number;

  constructor({
    now = Date.now,
    timeout = 5000,
    deadline = Infinity,
  }: { now?: () => number; timeout?: number; deadline?: number } = {}) {
    this.#now = now;
    this.timeout = timeout;
    this.#deadline = deadline;
  }

  async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.titles.push(title);
    return await body();
  }

  readonly attached: { readonly name: string; readonly data: object }[] = [];

  readonly pictures: string[] = [];

  async attachPicture(name: string): Promise<void> {
    this.pictures.push(name);
  }

  async attach(name: string, data: object): Promise<void> {
    this.attached.push({ name, data });
  }

  now(): number {
    return this.#now();
  }

  deadline(): number {
    return this.#deadline;
  }
}

/** A runtime whose clock advances only while a step runs, by a fixed interval on each call of `now()`. */
export class LeapingRuntime extends FakeRuntime {
  readonly #leap: number;
  #time: number;
  #waits = false;

  constructor(start: number, leap: number) {
    super();
    this.#time = start;
    this.#leap = leap;
  }

  override async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.#waits = true;
    try {
      return await super.step(title, body);
    } finally {
      this.#waits = false;
    }
  }

  override now(): number {
    const time = this.#time;
    if (this.#waits) this.#time += this.#leap;
    return time;
  }
}
