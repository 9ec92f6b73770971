import type { MailTemplate } from './gateway.ts';

/** Deepest level of variables that is shown. */
const MAX_DEPTH = 10;

const NOTE = 'The vendor keeps the template of this mail, so the sink shows only its variables.';

/** Returns the text of a mail whose template only the vendor has: its variables, one a line. */
export function textOfTemplate({ variables }: MailTemplate): string {
  return [NOTE, '', ...lines(variables, '', 0)].join('\n');
}

/** True for a value that is text by itself. */
function isValue(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function lines(value: unknown, label: string, depth: number): string[] {
  if (value === null || value === undefined || value === '' || depth > MAX_DEPTH) return [];
  if (isValue(value)) return [label === '' ? String(value) : `${label}: ${value}`];
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
  return text?.replace(pattern, (placeholder: string, path: string) => {
    const value = valueAt(variables, path);
    if (!isValue(value)) return placeholder;
    return isHtml ? escapeHtml(String(value)) : String(value);
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
