import type { Page } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import type { Dialogs } from './dialogs.ts';
import type { PageIdle } from './page-idle.ts';
import type { LastAnswer } from './page-outcome.ts';
import type { StateBefore } from './proof.ts';
import { SessionTraces } from './session-traces.ts';
import { textsOf } from './site-words.ts';

/** Maximum number of repetitions of a step that failed because the page changed. */
const MAX_REPEATS = 3;

/** Kind of an answer. A user name or a choice proves nothing; a page may ask for a passkey on its own. */
export type AnswerKind = 'plain' | 'proving' | 'passkey';

/** Progress of a sign-in: the answers given, their number, and the actions tried. */
export class Progress {
  /** Completed steps, for error messages. */
  readonly path: string[] = [];
  readonly #page: Page;
  readonly #pageIdle: PageIdle;
  readonly #dialogs: Dialogs;
  /** Number of answers by challenge key. */
  readonly #answers = new Map<string, number>();
  /** Actions that were tried, so that none is repeated. */
  readonly #tried = new Set<string>();
  /** Number of repetitions of each step. */
  readonly #repeats = new Map<string, number>();
  /** Keys of the challenges answered since the sign-in started, or started over. */
  #answered: readonly string[] = [];
  #last: LastAnswer | undefined;
  #before: StateBefore | undefined;
  #refusal: string | undefined;
  /** Keys of the challenges whose last answer was refused. */
  readonly #refused = new Set<string>();
  /** Number of the document in which a factor was chosen last. */
  #chosenOn: number | undefined;

  constructor(page: Page, pageIdle: PageIdle, dialogs: Dialogs) {
    this.#page = page;
    this.#pageIdle = pageIdle;
    this.#dialogs = dialogs;
  }

  /** Last answer; undefined after a refusal. */
  get last(): LastAnswer | undefined {
    return this.#last;
  }

  /** State of the page before the last answer that can prove an identity. */
  get before(): StateBefore | undefined {
    return this.#before;
  }

  /** Records an answer that is about to be given, with the current state of the page. */
  recordAnswer(reading: PageReading, key: string, kind: AnswerKind): void {
    const { sentCount, documents } = this.#pageIdle;
    const { message, factors } = reading.challenge;
    this.#pageIdle.expectAnswer();
    if (kind === 'proving') this.#answers.set(key, this.timesAnswered(key) + 1);
    this.#answered = [...this.#answered.filter((one) => one !== key), key];
    if (kind === 'plain' && key !== 'identifier') this.#chosenOn = documents;
    if (kind !== 'plain') this.#before = { url: this.#page.url(), traces: SessionTraces.of(this.#page) };
    this.#last = {
      ...{ key, message, sentCount, documents },
      factors: factors.map(({ factor }) => factor),
      texts: textsOf(reading),
      dialogs: this.#dialogs.count,
      proves: kind !== 'plain',
      isPasskey: kind === 'passkey',
    };
  }

  /** True if a factor was chosen in a document. The page may ask whether to send its code. */
  hasChosenOn(documents: number): boolean {
    return this.#chosenOn === documents;
  }

  /** Records that answers are given in a window that the page opened. */
  recordWindow(): void {
    this.#before ??= { url: this.#page.url(), traces: SessionTraces.of(this.#page) };
  }

  /** The site's words about the last refusal. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Records that the last answer was refused, and that another one may be given. */
  refused(words?: string): void {
    this.#refusal = words;
    if (this.#last) this.#refused.add(this.#last.key);
    this.#last = undefined;
  }

  /** True if the last answer to a challenge was refused. */
  wasRefused(key: string): boolean {
    return this.#refused.has(key);
  }

  /** Reverts `recordAnswer()`, because no answer was given. */
  undoAnswer(key: string): void {
    this.#answers.set(key, Math.max(0, this.timesAnswered(key) - 1));
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

  /** True if a failed step may be repeated on a page. Counts the repetition. */
  mayRepeat(documents: number): boolean {
    const step = `${documents} ${this.path.length}`;
    const times = (this.#repeats.get(step) ?? 0) + 1;
    this.#repeats.set(step, times);
    return times <= MAX_REPEATS;
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
