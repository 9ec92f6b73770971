import type { Page } from '@playwright/test';
import { sleep } from '../core/abortable.ts';
import { DevtoolsSession, type KeyEvent } from '../core/devtools-session.ts';
import type { IsolatedWorld } from './isolated-world.ts';

/** Number of times that the focus of a field is asked for. It takes a moment if another frame had it. */
const FOCUS_ATTEMPTS = 20;
/** Pause between two of them, in milliseconds. */
const PAUSE = 25;

/** State that `typeInDocument()` leaves in its world. */
interface Typing {
  readonly fields: readonly HTMLElement[];
  readonly texts: readonly string[];
}

/** Error for a key that would go to another document. */
export class FocusMoved extends Error {}

/**
 * Types with the keyboard of the browser, for a page that reacts to nothing else. A key goes to the frame that has the
 * focus, so each part of a key is sent only while the field's own document has it.
 */
export class Keyboard {
  readonly #page: Page;
  readonly #world: IsolatedWorld;
  readonly #check: () => Promise<void>;

  /** @param check called before each part of a key. It throws if the key must not be sent */
  constructor(page: Page, world: IsolatedWorld, check: () => Promise<void>) {
    this.#page = page;
    this.#world = world;
    this.#check = check;
  }

  /** Types the texts of the last typing into its fields. @throws FocusMoved if the focus is in another document */
  async type(): Promise<void> {
    const texts = await this.#world.call(textsInPage, null);
    for (const [index, text] of texts.entries()) {
      await this.#focus(index);
      await this.#press({ key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 });
      for (const key of text) await this.#press(keyOf(key), key);
    }
  }

  async #focus(index: number): Promise<void> {
    // Later, the focus is elsewhere only if the page has moved it.
    const attempts = index === 0 ? FOCUS_ATTEMPTS : 1;
    for (let attempt = 1; !(await this.#world.call(focusInPage, index)); attempt++) {
      if (attempt === attempts) throw new FocusMoved();
      await sleep(PAUSE);
    }
  }

  async #press(key: Omit<KeyEvent, 'type'>, text?: string): Promise<void> {
    await this.#send({ type: 'rawKeyDown', ...key });
    // The page may move the focus at the first part. The browser sends this part only if the page did not prevent it.
    if (text !== undefined) await this.#send({ type: 'char', text, key: key.key });
    // The page may be gone after the last key, or ask for something else.
    await this.#send({ type: 'keyUp', ...key }).catch(() => undefined);
  }

  async #send(event: KeyEvent): Promise<void> {
    await this.#check();
    if (!(await this.#world.call(hasFocusInPage, null))) throw new FocusMoved();
    await (await DevtoolsSession.of(this.#page)).sendKey(event);
  }
}

function keyOf(key: string): Omit<KeyEvent, 'type'> {
  const letter = key.toUpperCase();
  if (/^\d$/.test(key)) return { key, code: `Digit${key}`, windowsVirtualKeyCode: key.charCodeAt(0) };
  if (/^[A-Z]$/.test(letter)) return { key, code: `Key${letter}`, windowsVirtualKeyCode: letter.charCodeAt(0) };
  return { key };
}

/** Runs in the page. */
function textsInPage(): readonly string[] {
  return (globalThis as unknown as { playwright2faTyping: Typing }).playwright2faTyping.texts;
}

/** Runs in the page. Gives a field the focus, and selects its content. Returns true if it has the focus. */
function focusInPage(index: number): boolean {
  const field = (globalThis as unknown as { playwright2faTyping: Typing }).playwright2faTyping.fields[index]!;
  if (index > 0 && !document.hasFocus()) return false;
  if (document.activeElement !== field) field.focus();
  if (document.activeElement !== field || !document.hasFocus()) return false;
  document.execCommand('selectAll');
  return true;
}

/** Runs in the page. Returns true if an element of the document itself has the focus, and not a frame in it. */
function hasFocusInPage(): boolean {
  const element = document.activeElement;
  const isFrame = /^(?:iframe|frame|object|embed|fencedframe)$/i.test(element?.localName ?? '');
  return document.hasFocus() && element !== null && !isFrame;
}
