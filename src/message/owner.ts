/** The test or job that an address belongs to, or that claimed a message. People see it on the pages of the sink. */
export interface Owner {
  /** Name of the persona. */
  readonly persona: string;
  /** Title of the test with those of its groups, or the name of the job. */
  readonly title: string;
  /** File of the test, relative to the folder of the tests. */
  readonly file?: string;
  readonly line?: number;
  /** Index of the worker, from 0. */
  readonly worker?: number;
  /** Number of the retry: 0 for the first attempt. */
  readonly retry?: number;
}

/** Maximum length of a text of an owner, in characters. */
const MAX_TEXT = 200;
/** Maximum of a number of an owner. */
const MAX_NUMBER = 1_000_000_000;
// oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** Shortens the texts of an owner, so that it fits into a request. */
export function shortOwner({ persona, title, file, ...numbers }: Owner): Owner {
  return {
    persona: start(persona),
    title: start(title),
    ...(file === undefined ? {} : { file: end(file) }),
    ...numbers,
  };
}

/** Reads an owner that a client sent. Returns `undefined` if it is invalid. */
export function readOwner(value: unknown): Owner | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { persona, title, file, line, worker, retry } = value as Record<string, unknown>;
  if (!isText(persona) || !isText(title)) return undefined;
  const numbers = Object.entries({ line, worker, retry }).filter(([, number]) => isCount(number));
  const where = isText(file) ? { file: end(file) } : {};
  return { persona: start(persona), title: start(title), ...where, ...Object.fromEntries(numbers) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_NUMBER;
}

function start(text: string): string {
  const line = oneLine(text);
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

/** Keeps the end of a path, which names the file. */
function end(path: string): string {
  const line = oneLine(path);
  return line.length <= MAX_TEXT ? line : `…${line.slice(1 - MAX_TEXT)}`;
}

function oneLine(text: string): string {
  return text.replace(CONTROL, ' ');
}
