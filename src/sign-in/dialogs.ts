import type { Dialog, Page } from '@playwright/test';
import { mask } from '../message/mask.ts';
import { says } from '../language/page/index.ts';

/** A dialog of the browser that a page opened, with what was done with it. */
export interface SeenDialog {
  /** Text of the dialog, with codes masked. */
  readonly text: string;
  readonly type: string;
  /** Undefined if the test has a listener of its own, which answers. */
  readonly answer: 'accepted' | 'dismissed' | undefined;
}

interface Listeners {
  listenerCount(event: 'dialog'): number;
}

/** Answers the dialogs of the browser during a sign-in: `alert()`, `confirm()` and `prompt()`. */
export class Dialogs {
  readonly #page: Page;
  readonly #seen: SeenDialog[] = [];
  readonly #isOwn: boolean;
  readonly #onDialog = (dialog: Dialog): void => void this.#answer(dialog);

  constructor(page: Page) {
    this.#page = page;
    const hasListener = [page, page.context()].some((one) => (one as unknown as Listeners).listenerCount('dialog') > 0);
    this.#isOwn = !hasListener;
    page.on('dialog', this.#onDialog);
  }

  /** Number of dialogs so far. */
  get count(): number {
    return this.#seen.length;
  }

  /** Dialogs since the first `count`. */
  since(count: number): readonly SeenDialog[] {
    return this.#seen.slice(count);
  }

  /** Stops answering. */
  close(): void {
    this.#page.off('dialog', this.#onDialog);
  }

  async #answer(dialog: Dialog): Promise<void> {
    const type = dialog.type();
    const text = mask(dialog.message());
    // A person presses OK to send a code or to go on. Any other question is declined, such as to end other sessions.
    const accepts =
      type === 'alert' ||
      type === 'beforeunload' ||
      (type === 'confirm' && says(text, 'send', 'code', 'signIn', 'verify') && !says(text, 'agree'));
    const answer = this.#isOwn ? (accepts ? 'accepted' : 'dismissed') : undefined;
    if (type !== 'beforeunload') this.#seen.push({ text, type, answer });
    if (!this.#isOwn) return;
    // The page may have closed in the meantime.
    await (accepts ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  }
}

/** Describes a dialog for an error message: `confirm "Send a code?" (accepted)`. */
export function describeDialog({ type, text, answer }: SeenDialog): string {
  return `${type} "${text}"${answer ? ` (${answer})` : ''}`;
}
