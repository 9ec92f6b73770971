import type { RankCodeOptions } from '../codes/rank-code.ts';

/**
 * Form of the one-time codes that a site sends in messages.
 *
 * @example
 * const code: CodeFormat = { length: 8, charset: 'alphanumeric' };
 */
export interface CodeFormat extends Pick<RankCodeOptions, 'length' | 'charset'> {
  /** Regular expression whose first group, or else whole match, is the code. A text is one without slashes and flags. */
  readonly pattern?: RegExp | string;
}

/** A code format with its pattern compiled. */
export type ReadCodeFormat = Pick<RankCodeOptions, 'length' | 'charset' | 'pattern'>;

const MAX_LENGTH = 64;
const CHARSETS: ReadonlySet<unknown> = new Set(['digits', 'alphanumeric']);

/** Returns every problem of a code format. */
export function codeFormatProblems(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof RegExp)
    return ['must be an object such as { length: 8, charset: "alphanumeric" }'];
  const { length, charset, pattern, ...others } = value as Record<string, unknown>;
  const isLength = Number.isInteger(length) && Number(length) >= 1 && Number(length) <= MAX_LENGTH;
  return [
    ...Object.keys(others).map((name) => `has an unknown member "${name}": it takes length, charset and pattern`),
    ...(length === undefined || isLength ? [] : [`has an invalid length: it is an integer from 1 to ${MAX_LENGTH}`]),
    ...(charset === undefined || CHARSETS.has(charset)
      ? []
      : ['has an invalid charset: it is "digits" or "alphanumeric"']),
    ...(pattern === undefined || compile(pattern) ? [] : ['has an invalid pattern: it is a regular expression']),
  ];
}

/** Compiles the pattern of a checked code format. */
export function readCodeFormat({ pattern, ...format }: CodeFormat): ReadCodeFormat {
  const compiled = pattern === undefined ? undefined : compile(pattern);
  return compiled ? { ...format, pattern: compiled } : format;
}

/** Returns the options of a wait with a format as their default. A wait that states a form of its own keeps it. */
export function withFormat<T extends ReadCodeFormat>(options: T, format: ReadCodeFormat): T {
  const isStated = options.length !== undefined || options.charset !== undefined || options.pattern !== undefined;
  return isStated ? options : { ...options, ...format };
}

function compile(pattern: unknown): RegExp | undefined {
  if (pattern instanceof RegExp) return pattern;
  if (typeof pattern !== 'string' || pattern === '') return undefined;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
