import type { Locator } from '@playwright/test';
import { TwoFactorError } from '../errors.ts';
import { allowsOrigin, listed } from './origins.ts';
import { type Secret, secretChannel } from './secret.ts';

export interface FillOptions {
  /** How long the field may take to show up and to be enabled, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /** Where the secret may be typed: exact origins, or `https://*.example.com` for subdomains. @default anywhere */
  readonly origins?: readonly string[] | undefined;
}

/**
 * Types a secret into a field, key by key, or into a group of boxes with one character each.
 *
 * It runs inside the page, so that the value stands in no step title and in no call log, as it would after `fill()`.
 * The locator may name one field, all boxes, or an element around them. A field keeps what is typed from screenshots and
 * videos: it shows dots.
 *
 * @throws TwoFactorError `ORIGIN_REFUSED` when the frame of the field is of an origin that is not listed, `FILL_FAILED` when there is no field, it stays disabled, or the boxes do not fit the value.
 */
export async function fillSecret(locator: Locator, secret: Secret, options: FillOptions = {}): Promise<void> {
  const { timeout = 20_000, origins } = options;
  // It may be older than whoever listens.
  secretChannel.publish(secret);
  const first = locator.first();
  // Most fields are there already: one look tells all that has to be known. A page that is just being left throws.
  let seen = await locator.evaluateAll(look).catch(() => undefined);
  if (!seen?.isShown) {
    const hidden = await first.waitFor({ timeout }).catch((error: unknown) => error);
    if (hidden) throw failure(`it did not show up in ${timeout} ms.`, hidden);
    seen = await locator.evaluateAll(look);
  }
  // Asked before the value goes there, and once more by the typing itself: the frame may have gone elsewhere meanwhile.
  const { count, origin } = seen;
  if (origins && !allowsOrigin(origins, origin)) throw refusal(origins, origin);
  const bound = origins ? origin : undefined;
  const problem = await first.evaluate(typeInPage, { value: secret.reveal(), count, timeout, origin: bound });
  if (problem) throw failure(problem);

  function refusal(allowed: readonly string[], seen: string): TwoFactorError {
    const text = `Did not fill ${String(secret)} into ${String(locator)}: the page is of ${seen}, and it ${listed(allowed)}. If that page is right, give the persona \`origins: ['${seen}']\`.`;
    return new TwoFactorError('ORIGIN_REFUSED', text);
  }

  function failure(what: string, cause?: unknown): TwoFactorError {
    return new TwoFactorError('FILL_FAILED', `Could not fill ${String(secret)} into ${String(locator)}: ${what}`, {
      cause,
    });
  }
}

/** Runs in the page. */
function look(all: Element[]): { count: number; origin: string; isShown: boolean } {
  const [first] = all;
  const isShown =
    first !== undefined && first.checkVisibility({ visibilityProperty: true }) && first.getClientRects().length > 0;
  return { count: all.length, origin: window.origin, isShown };
}

interface Typing {
  readonly value: string;
  /** How many elements the locator names; the first is given, and its likes are found around it. */
  readonly count: number;
  readonly timeout: number;
  /** Where it may be typed; anywhere, if there is none. */
  readonly origin: string | undefined;
}

/** Runs in the page, so it may use nothing from around it. Answers what went wrong, or nothing. */
async function typeInPage(first: Element, { value, count, timeout, origin }: Typing): Promise<string | undefined> {
  type Field = HTMLInputElement | HTMLTextAreaElement | HTMLElement;
  const TEXT_FIELD =
    'input:not([type=hidden],[type=checkbox],[type=radio],[type=submit],[type=button],[type=image],[type=file]), textarea, [contenteditable=""], [contenteditable=true]';

  const isShown = (element: Element): boolean => element.getClientRects().length > 0;
  const fieldsIn = (root: Element): Field[] => [...root.querySelectorAll<Field>(TEXT_FIELD)].filter(isShown);
  const findFields = (): Field[] => {
    if (!first.matches(TEXT_FIELD)) return fieldsIn(first);
    if (count === 1) return [first as Field];
    // Boxes of one group: the closest element around the first that holds as many fields as were named.
    for (let root = first.parentElement; root; root = root.parentElement) {
      const fields = fieldsIn(root);
      if (fields.length >= count)
        return fields.slice(fields.indexOf(first as Field), fields.indexOf(first as Field) + count);
    }
    return [first as Field];
  };

  const blocked = (field: Field): boolean =>
    ('disabled' in field && field.disabled) || ('readOnly' in field && field.readOnly);
  const enabled = async (field: Field): Promise<boolean> => {
    const until = performance.now() + timeout;
    while (blocked(field) && performance.now() < until) await new Promise(requestAnimationFrame);
    return !blocked(field);
  };

  const current = (field: Field): string => ('value' in field ? field.value : (field.textContent ?? ''));
  // The setter of the prototype, past the one that React puts on the element to notice changes.
  const set = (field: Field, text: string): void => {
    if (!('value' in field)) {
      field.textContent = text;
      return;
    }
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
  };
  const input = (field: Field, inputType: string, data: string | null): void => {
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType, data }));
  };

  const press = (field: Field, key: string): void => {
    const keyCode = key.toUpperCase().charCodeAt(0);
    const code = /\d/.test(key) ? `Digit${key}` : /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : '';
    const event = { key, code, keyCode, which: keyCode, bubbles: true, cancelable: true, composed: true };
    const isTaken =
      !field.dispatchEvent(new KeyboardEvent('keydown', event)) ||
      !field.dispatchEvent(new KeyboardEvent('keypress', event));
    if (
      !isTaken &&
      field.dispatchEvent(
        new InputEvent('beforeinput', {
          bubbles: true,
          cancelable: true,
          composed: true,
          inputType: 'insertText',
          data: key,
        }),
      )
    ) {
      set(field, current(field) + key);
      input(field, 'insertText', key);
    }
    field.dispatchEvent(new KeyboardEvent('keyup', event));
  };

  const type = (field: Field, text: string): void => {
    field.style.setProperty('-webkit-text-security', 'disc', 'important');
    field.focus();
    if (current(field) !== '') {
      set(field, '');
      input(field, 'deleteContentBackward', null);
    }
    for (const key of text) press(field, key);
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };

  if (origin !== undefined && window.origin !== origin) return 'the page went elsewhere meanwhile.';
  const fields = findFields();
  const characters = Array.from(value);
  if (fields.length === 0) return 'there is no text field in it.';
  for (const field of fields)
    if (!(await enabled(field))) return `the field stayed disabled or read-only for ${timeout} ms.`;
  const [only] = fields;
  if (only && fields.length === 1) {
    const maxLength = 'maxLength' in only ? only.maxLength : -1;
    if (maxLength >= 0 && maxLength < characters.length)
      return `the field takes ${maxLength} characters, the value has ${characters.length}.`;
    type(only, value);
  } else {
    if (fields.length !== characters.length)
      return `there are ${fields.length} boxes for a value of ${characters.length} characters.`;
    for (const [index, field] of fields.entries()) type(field, characters[index] ?? '');
  }
  return undefined;
}
