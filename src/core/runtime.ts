/**
 * What the engine needs from its surroundings. The fixtures bring Playwright's steps and the test's own time limit;
 * a job without the test runner takes the defaults.
 */
export interface Runtime {
  /** Shows a piece of work to the user while it runs. @default runs it unseen */
  step<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Keeps data with the report of a test. @default keeps nothing */
  attach(name: string, data: object): Promise<void>;
  /** Keeps a PNG with the report of a test. @default keeps nothing */
  attachPicture(name: string, png: Buffer): Promise<void>;
  /** Milliseconds since the epoch. @default Date.now */
  now(): number;
  /** When whoever asked loses patience, in milliseconds since the epoch. @default never */
  deadline(): number;
  /** How long a wait for a message takes at most, in milliseconds. */
  readonly timeout: number;
  /** Asks for so many milliseconds more, for a wait that others are the cause of. @default nobody counts */
  extend?(ms: number): void;
  /** Tells a person who is at the machine. @default nobody is there */
  announce?(text: string): void;
  /** Who asks, for those who have to wait for it. @default the process */
  readonly owner?: string;
  /** How far the site's clock is ahead of this machine's, in milliseconds. @default 0 */
  readonly clockSkew?: number | undefined;
}

/** Mail takes seconds where it takes long; a login form seldom waits longer. */
export const DEFAULT_TIMEOUT = 20_000;

export function plainRuntime(timeout: number = DEFAULT_TIMEOUT): Runtime {
  return {
    step: (_title, body) => body(),
    attach: () => Promise.resolve(),
    attachPicture: () => Promise.resolve(),
    now: Date.now,
    deadline: () => Infinity,
    announce: (text) => void process.stderr.write(`${text}\n`),
    timeout,
  };
}
