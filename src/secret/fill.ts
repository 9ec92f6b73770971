import type { Locator, Page } from '@playwright/test';
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
  const until = Date.now() + timeout;
  const typing = { value: secret.reveal(), timeout };
  // Most fields are there already, on a page that the secret may go to as a whole: that is one call to the browser.
  const known = origins && allowedOrigins(locator.page(), origins);
  let outcome: Outcome | undefined;
  if (known || !origins) outcome = await unlessLeft(type({ ...typing, origins: known, hasToShow: true }));
  while (outcome === undefined || outcome === 'absent') {
    await toShow(Math.max(1, until - Date.now()));
    // Asked before the value goes there, and once more by the typing itself: the frame may go elsewhere meanwhile.
    const origin = await unlessLeft(locator.first().evaluate(() => window.origin));
    if (origin === undefined) continue;
    if (origins && !allowsOrigin(origins, origin)) throw refusal(origins, origin);
    outcome = await unlessLeft(type({ ...typing, origins: origins && [origin], hasToShow: false }));
  }
  if (outcome !== 'typed') throw failure(outcome.problem);

  function type(into: Typing): Promise<Outcome> {
    return locator.evaluateAll(typeInPage, into);
  }

  /** A page that was left did not get the value, as it cannot go while something is typed: the next one is tried. */
  async function unlessLeft<T>(call: Promise<T>): Promise<T | undefined> {
    return call.catch((error: unknown) => {
      if (locator.page().isClosed()) throw error;
      return undefined;
    });
  }

  async function toShow(left: number): Promise<void> {
    await locator
      .first()
      .waitFor({ timeout: left })
      .catch((error: unknown) => {
        throw failure(`it did not show up in ${timeout} ms.`, error);
      });
  }

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

/** The origins of all frames of a page, if a secret may go to each of them. */
function allowedOrigins(page: Page, origins: readonly string[]): string[] | undefined {
  const all = page
    .frames()
    .map((frame) => frame.url())
    .filter((url) => url !== '')
    .map((url) => new URL(url).origin);
  return all.every((origin) => allowsOrigin(origins, origin)) ? all : undefined;
}

interface Typing {
  readonly value: string;
  readonly timeout: number;
  /** Where it may be typed; anywhere, if there is none. */
  readonly origins: readonly string[] | undefined;
  /** Whether a field that does not show yet is none. */
  readonly hasToShow: boolean;
}

/** `absent`: there is no field (yet), or its frame is of another origin by now. */
type Outcome = 'typed' | 'absent' | { readonly problem: string };

/** Runs in the page, so it may use nothing from around it. */
async function typeInPage(named: Element[], { value, timeout, origins, hasToShow }: Typing): Promise<Outcome> {
  type Field = HTMLInputElement | HTMLTextAreaElement | HTMLElement;
  const TEXT_FIELD =
    'input:not([type=hidden],[type=checkbox],[type=radio],[type=submit],[type=button],[type=image],[type=file]), textarea, [contenteditable=""], [contenteditable=true]';

  const isShown = (element: Element): boolean => element.getClientRects().length > 0;
  const fieldsIn = (root: Element): Field[] => [...root.querySelectorAll<Field>(TEXT_FIELD)].filter(isShown);

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

  const [first] = named;
  if (!first || (origins && !origins.includes(window.origin))) return 'absent';
  if (hasToShow && !(isShown(first) && first.checkVisibility({ visibilityProperty: true }))) return 'absent';
  const fields = first.matches(TEXT_FIELD)
    ? (named as Field[]).filter((field) => field === first || (field.matches(TEXT_FIELD) && isShown(field)))
    : fieldsIn(first);
  const characters = Array.from(value);
  if (fields.length === 0) return { problem: 'there is no text field in it.' };
  for (const field of fields)
    if (!(await enabled(field))) return { problem: `the field stayed disabled or read-only for ${timeout} ms.` };
  const [only] = fields;
  if (only && fields.length === 1) {
    const maxLength = 'maxLength' in only ? only.maxLength : -1;
    if (maxLength >= 0 && maxLength < characters.length)
      return { problem: `the field takes ${maxLength} characters, the value has ${characters.length}.` };
    type(only, value);
  } else {
    if (fields.length !== characters.length)
      return { problem: `there are ${fields.length} boxes for a value of ${characters.length} characters.` };
    for (const [index, field] of fields.entries()) type(field, characters[index] ?? '');
  }
  return 'typed';
}
