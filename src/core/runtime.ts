import type { Caller } from './caller.ts';
import { type Logger, stderrLogger } from './logger.ts';
import { type LongWaits, longWaitsTo } from './long-wait.ts';

/**
 * The environment that the library runs in. The fixtures implement it with Playwright's steps, attachments and timeout. A
 * job without the test runner uses `plainRuntime()`.
 */
export interface Runtime extends LongWaits {
  /** Runs work as a step of the report. @default no step */
  step<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Attaches data to the report of a test. @default no-op */
  attach(name: string, data: object): Promise<void>;
  /** Attaches a PNG to the report of a test. @default no-op */
  attachPicture(name: string, png: Buffer): Promise<void>;
  /** Milliseconds since the epoch. @default Date.now */
  now(): number;
  /** Deadline of the caller, in milliseconds since the epoch. @default Infinity */
  deadline(): number;
  /** Time limit of a wait for a message, in milliseconds. @default 20_000 */
  readonly timeout: number;
  /** Extends the deadline by a number of milliseconds, for a wait that others cause. @default there is no deadline */
  extend?(ms: number): void;
  /** True to wait and ask a person again who did not answer, as `human.onTimeout` says. @default false: the wait fails */
  readonly asksAgain?: boolean;
  /**
   * Shows a person the page to answer a request on.
   *
   * @param text request in one sentence
   * @default a line of the logger
   */
  showAnswerPage?(text: string, url: string): void;
  /** Destination of lines for people. @default none */
  readonly logger?: Logger;
  /** Kind of program, for errors that name its settings. @default 'test' */
  readonly caller?: Caller;
  /** The running test. @default none */
  readonly test?: RunningTest;
  /** Name of the caller, such as a test. It is shown to others that wait for the same lease or message. @default the process */
  readonly owner?: string;
  /** Offset of the site's clock from this machine's, in milliseconds; positive if it is ahead. @default 0 */
  readonly clockSkew?: number | undefined;
}

/** A test, as people know it. */
export interface RunningTest {
  /** Title with those of its groups. */
  readonly title: string;
  /** File, relative to the folder of the tests. */
  readonly file: string;
  readonly line: number;
  /** Index of the worker, from 0. */
  readonly worker: number;
  /** Number of the retry: 0 for the first attempt. */
  readonly retry: number;
}

/** Default time limit of a wait for a message, in milliseconds. Slow mail takes some seconds. */
export const DEFAULT_TIMEOUT = 20_000;

/** Returns the runtime of a job without the test runner. @param timeout in milliseconds */
export function plainRuntime(timeout: number = DEFAULT_TIMEOUT, logger: Logger = stderrLogger): Runtime {
  return {
    step: (title, body) => {
      logger.debug(`playwright-2fa: ${title}`);
      return body();
    },
    attach: () => Promise.resolve(),
    attachPicture: () => Promise.resolve(),
    now: Date.now,
    deadline: () => Infinity,
    logger,
    longWait: longWaitsTo(logger),
    timeout,
  };
}
