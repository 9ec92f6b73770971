import { GatewayProblem, type MailTemplate } from './gateway.ts';

/** Deepest level of variables that is shown. */
const MAX_DEPTH = 10;

/** Maximum number of characters that the values add to a text. */
const MAX_GROWTH = 256 * 1024;

const NOTE = 'The vendor keeps the template of this mail, so the sink shows only its variables.';

/** Returns the text of a mail whose template only the vendor has: its variables, one a line. */
export function textOfTemplate({ variables }: MailTemplate): string {
  return [NOTE, '', ...lines(variables, '', 0)].join('\n');
}

function lines(value: unknown, label: string, depth: number): string[] {
  if (value === null || value === undefined || value === '' || depth > MAX_DEPTH) return [];
  if (typeof value !== 'object') return [label === '' ? asText(value) : `${label}: ${asText(value)}`];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) =>
    lines(item, isList ? label : `${label} ${wordsOf(key)}`.trim(), depth + 1),
  );
}

/** Returns the words of a name, such as `verification code` for `verificationCode`. */
function wordsOf(name: string): string {
  return name
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .replace(/[\s_.-]+/g, ' ')
    .toLowerCase();
}

/**
 * Fills the placeholders of a text that came with its variables.
 *
 * @param pattern matches a placeholder; its first group is the name of the variable, with dots for levels
 */
export function fill(
  text: string | undefined,
  pattern: RegExp,
  variables: unknown,
  isHtml = false,
): string | undefined {
  return replaceBounded(text, pattern, (placeholder, path = '') => {
    const value = valueAt(variables, path);
    if (value === undefined || value === null || typeof value === 'object') return placeholder;
    return isHtml ? escapeHtml(asText(value)) : asText(value);
  });
}

/**
 * Replaces the matches of a pattern, once each: values are not searched again.
 *
 * @throws GatewayProblem 413 if the values make the text too long
 */
export function replaceBounded(
  text: string | undefined,
  pattern: RegExp,
  valueOf: (match: string, group?: string) => string,
): string | undefined {
  let growth = 0;
  return text?.replace(pattern, (match: string, group: unknown) => {
    const value = valueOf(match, typeof group === 'string' ? group : undefined);
    growth += value.length - match.length;
    if (growth <= MAX_GROWTH) return value;
    throw new GatewayProblem(413, `The values of a text have more than ${MAX_GROWTH} characters`);
  });
}

function valueAt(variables: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce(
      (level: unknown, name) =>
        typeof level === 'object' && level !== null && Object.hasOwn(level, name)
          ? (level as Record<string, unknown>)[name]
          : undefined,
      variables,
    );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Returns a number, a truth value or a text of JSON as a text. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
