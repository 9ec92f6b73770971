import type { Challenge } from '../challenge/challenge.ts';
import type { PageIdle } from './page-idle.ts';
import type { LastAnswer } from './page-outcome.ts';

/** How far a sign-in has come: what was answered, how often, and what was tried. */
export class Progress {
  /** What was done so far, for people. */
  readonly path: string[] = [];
  readonly #pageIdle: PageIdle;
  /** How often each thing that was asked has been answered. */
  readonly #answers = new Map<string, number>();
  /** What was pressed that leads elsewhere, so that nothing is tried twice. */
  readonly #tried = new Set<string>();
  /** What was answered since the sign-in began, or began anew. */
  #passed: readonly string[] = [];
  #last: LastAnswer | undefined;

  constructor(pageIdle: PageIdle) {
    this.#pageIdle = pageIdle;
  }

  /** What was answered last, until the site has said no to it. */
  get last(): LastAnswer | undefined {
    return this.#last;
  }

  /** Notes that something is being answered, and how things stand right before. */
  remember({ message, factors: seen }: Challenge, key: string, proves: boolean, isPasskey = false): void {
    const { begun, documents } = this.#pageIdle;
    this.#pageIdle.expectAnswer();
    if (proves && !isPasskey) this.#answers.set(key, this.timesAnswered(key) + 1);
    this.#passed = [...this.#passed.filter((one) => one !== key), key];
    const factors = seen.map(({ factor }) => factor);
    this.#last = { key, message, factors, begun, documents, proves, isPasskey };
  }

  /** What was answered last was refused, and may be answered again. */
  refused(): void {
    this.#last = undefined;
  }

  /** What was to be answered was not. */
  takeBack(key: string): void {
    this.#answers.set(key, this.timesAnswered(key) - 1);
    this.#last = undefined;
  }

  startOver(): void {
    this.#passed = [];
  }

  timesAnswered(key: string): number {
    return this.#answers.get(key) ?? 0;
  }

  /** Whether something was answered that asked for this, too. */
  hasAnswered(part: string): boolean {
    return [...this.#answers.keys()].some((key) => key.split(' and ').includes(part));
  }

  /** Whether a page asks again what was answered before the last answer: it has started over. */
  hasStartedOver(key: string): boolean {
    return this.#last?.proves === true && this.#last.key !== key && this.#passed.includes(key);
  }

  hasTried(what: string): boolean {
    return this.#tried.has(what);
  }

  /** Whether something has not been tried yet; from now on it has. */
  tryOnce(what: string): boolean {
    const isNew = !this.hasTried(what);
    this.#tried.add(what);
    return isNew;
  }
}
