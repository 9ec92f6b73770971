import type { PageGeometry } from './page-geometry.ts';

/** In-page functions for progress elements. */
export interface PageProgress {
  /** True if the page shows a progress element. */
  readonly isBusy: () => boolean;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageProgress({ isOpaque, isFlat }: PageGeometry): PageProgress {
  const MAX_ELEMENTS = 10;
  const PROGRESS =
    '[aria-busy=true], [role=progressbar], progress, [class*=spinner i], [class*=loading i], [class*=loader i], [class*=skeleton i]';
  const isBusy = (): boolean =>
    [...document.querySelectorAll(PROGRESS)]
      .slice(0, MAX_ELEMENTS)
      .some((element) => isOpaque(element) && !isFlat(element));

  return { isBusy };
}
