import type { PageSnapshot } from './page-snapshot.ts';
import type { ItemView } from './page/view.ts';
import { isSignOut } from './session-sign.ts';

/** Maximum number of texts of a dialog that asks a question. */
const MAX_TEXTS = 15;

/**
 * Returns the items of each dialog that may ask a question over a page. A card with the content of the page, which has the
 * sign-out control or much text, is not one, although it may have the role of a dialog.
 */
export function questionDialogs({ items }: PageSnapshot): ItemView[][] {
  const numbers = new Set(items.map(({ dialog }) => dialog).filter((dialog) => dialog >= 0));
  return [...numbers]
    .map((number) => items.filter(({ dialog }) => dialog === number))
    .filter((inside) => !inside.some(isSignOut) && inside.filter(({ is }) => is === 'text').length <= MAX_TEXTS);
}
