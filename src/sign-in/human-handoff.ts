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
import type { Progress } from './progress.ts';
import { challengeLabel } from './labels.ts';

/** Choice of a person who reads the code on another device. */
export const HUMAN_CHOICE: Choice = { factor: 'human', index: -1, isAsked: true };

/** Factors whose code a person can read out, most common first. */
export const HUMAN_READABLE_FACTORS: readonly Factor[] = ['sms-code', 'totp', 'email-code', 'hotp', 'recovery-code'];

/** Maximum number of codes that a person is asked for at one challenge, by default. */
export const CODES_OF_A_PERSON = 3;

/** Shortest time in which a person can answer again, in milliseconds. */
const MIN_TIME = 1000;
/** Timeout for the page to continue after an approval, in milliseconds. */
const AFTER_APPROVAL = 30_000;
/** Maximum time between two readings of the page, in milliseconds. */
const POLL_INTERVAL = 400;
/** A page without activity for this time is idle, in milliseconds. */
const IDLE_AFTER = 150;

interface HandoffContext {
  readonly page: Page;
  readonly runtime: Runtime;
  readonly pageIdle: PageIdle;
  readonly deadline: Deadline;
  readonly progress: Progress;
}

interface Limits {
  /** Ends the request because the page has continued. */
  readonly stop?: AbortSignal;
  /** Latest time for an answer, in milliseconds since the epoch. */
  readonly until?: number;
  /** True if the site refused the last code. */
  readonly isRefused?: boolean;
}

/** Handoff of a challenge to a person. The time that the person takes does not count against the timeouts. */
export class HumanHandoff {
  readonly #human: Human;
  readonly #context: HandoffContext;
  readonly #signal: AbortSignal | undefined;
  /** End of the time for a code, by challenge. In milliseconds since the epoch. */
  readonly #codesUntil = new Map<string, number>();

  /** @param signal signal of the caller of the sign-in */
  constructor(human: Human, context: HandoffContext, signal: AbortSignal | undefined) {
    this.#human = human;
    this.#context = context;
    this.#signal = signal;
  }

  /** True if a person was asked for the code of a challenge. */
  hasAsked(key: string): boolean {
    return this.#codesUntil.has(key);
  }

  /**
   * Asks a person for the code. Requests that follow a refused code have to be answered within the time of the first.
   *
   * @param key key of the challenge
   * @throws TwoFactorError `HUMAN_DECLINED`, `HUMAN_TIMEOUT` or `HUMAN_UNREACHABLE`
   */
  async code(challenge: Challenge, key: string): Promise<Secret> {
    const { runtime, progress } = this.#context;
    const now = runtime.now();
    const isRefused = progress.wasRefused(key);
    const until = (isRefused ? this.#codesUntil.get(key) : undefined) ?? now + this.#human.maxWait;
    this.#codesUntil.set(key, until);
    if (until - now < MIN_TIME) {
      const text = `The site refused the code of a person, and the time to ask again is over: ${challengeLabel(challenge)}. Raise \`human.timeout\`.`;
      throw new TwoFactorError('HUMAN_TIMEOUT', text);
    }
    const answer = await this.#ask('code', challenge, { until, isRefused });
    if ('code' in answer) return new Secret('code', answer.code);
    throw new TwoFactorError('HUMAN_UNREACHABLE', 'A person was asked for a code, but the answer contains none.');
  }

  /**
   * Asks a person to approve, and waits until the page continues. The page may continue before the person answers.
   *
   * @param key key of the challenge that waits for the approval
   * @throws TwoFactorError as `code()`
   */
  async approve(challenge: Challenge, key: string): Promise<void> {
    const stop = new AbortController();
    const approved = this.#ask('approval', challenge, { stop: stop.signal });
    const continued = this.#challengeGone(key, stop.signal);
    try {
      await Promise.race([continued, approved]);
      await this.#challengeGone(key, AbortSignal.timeout(AFTER_APPROVAL));
    } finally {
      stop.abort();
      await Promise.allSettled([approved, continued]);
    }
  }

  /** Resolves when the page no longer shows the challenge, or when `signal` aborts. */
  async #challengeGone(key: string, signal: AbortSignal): Promise<void> {
    const { page, pageIdle } = this.#context;
    while (!signal.aborted) {
      const change = pageIdle.changed(POLL_INTERVAL);
      const lookedAt = performance.now();
      if (challengeKey(await lookAt(page)) !== key && pageIdle.asOf(lookedAt).isQuiet(IDLE_AFTER)) return;
      await change;
    }
  }

  async #ask(
    asks: HandoffRequest['asks'],
    challenge: Challenge,
    { stop, until, isRefused = false }: Limits,
  ): Promise<HandoffAnswer> {
    const { page, runtime, deadline } = this.#context;
    const [first] = challenge.factors;
    const label = challengeLabel(challenge);
    const title = isRefused ? `The site refused the last code. ${label}` : label;
    const question = {
      ...{ asks, title, label: first?.label ?? '', origin: new URL(page.url()).origin },
      ...(first?.destination === undefined ? {} : { destination: first.destination }),
      ...(challenge.charset === undefined ? {} : { charset: challenge.charset }),
      ...(isRefused ? { lastCodeRefused: true } : {}),
    };
    const signals = [this.#signal, stop].filter((signal) => signal !== undefined);
    const askHuman = async (): Promise<HandoffAnswer> => {
      try {
        return await this.#human.ask(question, { signal: AbortSignal.any(signals), until });
      } catch (error) {
        if (stop?.aborted) return { isDone: true }; // the page has continued
        throw error;
      }
    };
    const timeout = until === undefined ? this.#human.maxWait : until - runtime.now();
    return await deadline.notCounting(() =>
      this.#withTestTime(timeout, () => runtime.step(`Ask a person: ${title}`, askHuman)),
    );
  }

  /** Extends the timeout of the test by that of the person, and takes back the unused rest. */
  async #withTestTime<T>(timeout: number, work: () => Promise<T>): Promise<T> {
    const { runtime } = this.#context;
    const startedAt = runtime.now();
    runtime.extend?.(timeout);
    try {
      return await work();
    } finally {
      runtime.extend?.(Math.min(0, runtime.now() - startedAt - timeout));
    }
  }
}
