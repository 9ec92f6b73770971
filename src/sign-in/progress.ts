import type { Challenge } from '../challenge/challenge.ts';
import type { PageIdle } from './page-idle.ts';
import type { Answered } from './page-outcome.ts';

/** How far a sign-in has come: what was answered, how often, and what was tried. */
export class Progress {
  /** What was done so far, for people. */
  readonly path: string[] = [];
  readonly #watch: PageIdle;
  /** How often each thing that was asked has been answered. */
  readonly #answers = new Map<string, number>();
  /** What was pressed that leads elsewhere, so that nothing is tried twice. */
  readonly #tried = new Set<string>();
  /** What was answered since the sign-in began, or began anew. */
  #passed: readonly string[] = [];
  #last: Answered | undefined;

  constructor(watch: PageIdle) {
    this.#watch = watch;
  }

  /** What was answered last, until the site has said no to it. */
  get last(): Answered | undefined {
    return this.#last;
  }

  /** Notes that something is being answered, and how things stand right before. */
  remember({ message, factors: seen }: Challenge, ask: string, proves: boolean, isPasskey = false): void {
    const { begun, documents } = this.#watch;
    this.#watch.expectAnswer();
    if (proves && !isPasskey) this.#answers.set(ask, this.timesAnswered(ask) + 1);
    this.#passed = [...this.#passed.filter((one) => one !== ask), ask];
    const factors = seen.map(({ factor }) => factor);
    this.#last = { ask, message, factors, begun, documents, proves, isPasskey };
  }

  /** What was answered last was refused, and may be answered again. */
  refused(): void {
    this.#last = undefined;
  }

  /** What was to be answered was not. */
  takeBack(ask: string): void {
    this.#answers.set(ask, this.timesAnswered(ask) - 1);
    this.#last = undefined;
  }

  startOver(): void {
    this.#passed = [];
  }

  timesAnswered(ask: string): number {
    return this.#answers.get(ask) ?? 0;
  }

  /** Whether something was answered that asked for this, too. */
  hasAnswered(part: string): boolean {
    return [...this.#answers.keys()].some((ask) => ask.split(' and ').includes(part));
  }

  /** Whether a page asks again what was answered before the last answer: it has started over. */
  isBefore(ask: string): boolean {
    return this.#last?.proves === true && this.#last.ask !== ask && this.#passed.includes(ask);
  }

  hasTried(what: string): boolean {
    return this.#tried.has(what);
  }

  /** Whether something has not been tried yet; from now on it has. */
  isNew(what: string): boolean {
    const isNew = !this.hasTried(what);
    this.#tried.add(what);
    return isNew;
  }
}
