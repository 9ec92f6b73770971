import type { Challenge } from '../challenge/challenge.ts';
import type { PageIdle } from './page-idle.ts';
import type { LastAnswer } from './page-outcome.ts';

/** Progress of a sign-in: the answers given, their number, and the actions tried. */
export class Progress {
  /** Completed steps, for error messages. */
  readonly path: string[] = [];
  readonly #pageIdle: PageIdle;
  /** Number of answers by challenge key. */
  readonly #answers = new Map<string, number>();
  /** Actions that were tried, so that none is repeated. */
  readonly #tried = new Set<string>();
  /** Keys of the challenges answered since the sign-in started, or started over. */
  #answered: readonly string[] = [];
  #last: LastAnswer | undefined;

  constructor(pageIdle: PageIdle) {
    this.#pageIdle = pageIdle;
  }

  /** Last answer; undefined after a refusal. */
  get last(): LastAnswer | undefined {
    return this.#last;
  }

  /** Records an answer that is about to be given, with the current state of the page. */
  recordAnswer({ message, factors: asked }: Challenge, key: string, proves: boolean, isPasskey = false): void {
    const { sentCount, documents } = this.#pageIdle;
    this.#pageIdle.expectAnswer();
    if (proves && !isPasskey) this.#answers.set(key, this.timesAnswered(key) + 1);
    this.#answered = [...this.#answered.filter((one) => one !== key), key];
    const factors = asked.map(({ factor }) => factor);
    this.#last = { key, message, factors, sentCount, documents, proves, isPasskey };
  }

  /** Records that the last answer was refused, and that another one may be given. */
  refused(): void {
    this.#last = undefined;
  }

  /** Reverts `recordAnswer()`, because no answer was given. */
  undoAnswer(key: string): void {
    this.#answers.set(key, this.timesAnswered(key) - 1);
    this.#last = undefined;
  }

  /** Forgets the answered challenges, because the site started over. */
  startOver(): void {
    this.#answered = [];
  }

  /** Returns the number of answers to a challenge. */
  timesAnswered(key: string): number {
    return this.#answers.get(key) ?? 0;
  }

  /** True if an answered challenge included this field. */
  hasAnswered(field: string): boolean {
    return [...this.#answers.keys()].some((key) => key.split(' and ').includes(field));
  }

  /** True if the page repeats a challenge from before the last answer: the site has started over. */
  hasStartedOver(key: string): boolean {
    return this.#last?.proves === true && this.#last.key !== key && this.#answered.includes(key);
  }

  /** True if an action was tried. */
  hasTried(action: string): boolean {
    return this.#tried.has(action);
  }

  /** Marks an action as tried. Returns false if it was tried before. */
  tryOnce(action: string): boolean {
    const isNew = !this.hasTried(action);
    this.#tried.add(action);
    return isNew;
  }
}
