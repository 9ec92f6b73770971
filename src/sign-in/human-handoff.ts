import type { Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import { lookAt } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Human } from '../human/human.ts';
import type { HandoffAnswer, HandoffRequest } from '../protocol/handoff.ts';
import type { Runtime } from '../core/runtime.ts';
import { Secret } from '../secret/secret.ts';
import type { Deadline } from '../core/deadline.ts';
import { challengeKey } from './challenge-key.ts';
import type { Choice } from './choose-factor.ts';
import type { PageIdle } from './page-idle.ts';
import { challengeLabel } from './labels.ts';

/** A person at another device, who reads a code there. */
export const HUMAN_CHOICE: Choice = { factor: 'human', index: -1, isAsked: true };

/** What people can read out, the most usual first. */
export const HUMAN_READABLE_FACTORS: readonly Factor[] = ['sms-code', 'totp', 'email-code', 'hotp', 'recovery-code'];

/** A page goes on within this time after it was approved, in milliseconds. */
const AFTER_APPROVAL = 30_000;
/** It is looked at again after this long, and has come to rest after that, in milliseconds. */
const POLL_INTERVAL = 400;
const AT_REST = 150;

interface HandoffContext {
  readonly page: Page;
  readonly runtime: Runtime;
  readonly pageIdle: PageIdle;
  readonly deadline: Deadline;
}

/** A person whom a sign-in asks. Their time is not that of the test. */
export class HumanHandoff {
  readonly #human: Human;
  readonly #context: HandoffContext;
  readonly #signal: AbortSignal | undefined;

  /** @param signal of whoever asked for the sign-in */
  constructor(human: Human, context: HandoffContext, signal: AbortSignal | undefined) {
    this.#human = human;
    this.#context = context;
    this.#signal = signal;
  }

  /** The code that a person gives. @throws TwoFactorError `HUMAN_DECLINED`, `HUMAN_TIMEOUT` or `HUMAN_UNREACHABLE` */
  async code(challenge: Challenge): Promise<Secret> {
    const answer = await this.#ask('code', challenge);
    if ('code' in answer) return new Secret('code', answer.code);
    throw new TwoFactorError('HUMAN_UNREACHABLE', 'A person was asked for a code, and gave none.');
  }

  /**
   * Has a person approve, and waits for the page to go on: it does so by itself, whether they say so here or not.
   *
   * @param key what the page asks until then
   * @throws TwoFactorError as `code()`
   */
  async approve(challenge: Challenge, key: string): Promise<void> {
    const over = new AbortController();
    const approved = this.#ask('approval', challenge, over.signal);
    const gone = this.#elsewhere(key, over.signal);
    try {
      await Promise.race([gone, approved]);
      await this.#elsewhere(key, AbortSignal.timeout(AFTER_APPROVAL));
    } finally {
      over.abort();
      await Promise.allSettled([approved, gone]);
    }
  }

  /** Resolves when the page asks something else, or nothing any more; or when it is to be waited for no longer. */
  async #elsewhere(key: string, signal: AbortSignal): Promise<void> {
    const { page, pageIdle } = this.#context;
    while (!signal.aborted) {
      const change = pageIdle.changed(POLL_INTERVAL);
      const lookedAt = performance.now();
      if (challengeKey(await lookAt(page)) !== key && pageIdle.asOf(lookedAt).isQuiet(AT_REST)) return;
      await change;
    }
  }

  async #ask(asks: HandoffRequest['asks'], challenge: Challenge, over?: AbortSignal): Promise<HandoffAnswer> {
    const { page, runtime, deadline } = this.#context;
    const [first] = challenge.factors;
    const title = challengeLabel(challenge);
    const question = {
      ...{ asks, title, label: first?.label ?? '', origin: new URL(page.url()).origin },
      ...(first?.destination === undefined ? {} : { destination: first.destination }),
    };
    const signals = [this.#signal, over].filter((signal) => signal !== undefined);
    const asked = async (): Promise<HandoffAnswer> => {
      try {
        return await this.#human.ask(question, AbortSignal.any(signals));
      } catch (error) {
        if (over?.aborted) return { isDone: true }; // as the page shows
        throw error;
      }
    };
    return await deadline.notCounting(() => this.#withTestTime(() => runtime.step(`Ask a person: ${title}`, asked)));
  }

  /** The time that a person may take is the test's as well, and what is left of it is taken back. */
  async #withTestTime<T>(work: () => Promise<T>): Promise<T> {
    const { runtime } = this.#context;
    const { timeout } = this.#human;
    const begun = runtime.now();
    runtime.extend?.(timeout);
    try {
      return await work();
    } finally {
      runtime.extend?.(Math.min(0, runtime.now() - begun - timeout));
    }
  }
}
