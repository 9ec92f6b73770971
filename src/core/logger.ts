/**
 * Destination of the lines of a job. `console` is one, and so are the loggers of most packages. No line contains a
 * secret, except the URL of an answer page that a person has to open.
 *
 * @example
 * const alice = await openPersona('alice', { logger: console });
 */
export interface Logger {
  /** Steps: what a persona does. */
  debug(text: string): void;
  /** The ends of long waits. */
  info(text: string): void;
  /** Long waits that have begun, requests to a person, sessions that are not complete. */
  warn(text: string): void;
  /** Failures that no error reports. */
  error(text: string): void;
}

/** Writes warnings and errors to standard error. */
export const stderrLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (text) => void process.stderr.write(`${text}\n`),
  error: (text) => void process.stderr.write(`${text}\n`),
};

/** Members that a logger must have. */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies (keyof Logger)[];

/** Returns every problem of a logger that a caller has given. */
export function loggerProblems(logger: unknown): string[] {
  const members = (logger ?? {}) as Readonly<Record<string, unknown>>;
  const missing = LEVELS.filter((level) => typeof members[level] !== 'function');
  if (missing.length === 0) return [];
  return [
    `\`logger\` must have the functions debug, info, warn and error, as \`console\` has, but lacks ${missing.join(', ')}`,
  ];
}
