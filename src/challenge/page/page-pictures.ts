import type { PageGeometry } from './page-geometry.ts';
import type { PictureView } from './view.ts';

/** In-page functions for images and frames: their name and size. */
export interface PagePictures {
  readonly isPicture: (element: Element) => boolean;
  readonly readPicture: (element: Element) => Omit<PictureView, 'frame' | 'form' | 'dialog' | 'region'>;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pagePictures({ isOpaque }: PageGeometry): PagePictures {
  const MAX_TEXT = 300;
  const MAX_URL = 80;

  const titleOf = (element: Element): string =>
    element.getAttribute('alt') ??
    element.getAttribute('aria-label') ??
    element.getAttribute('title') ??
    (element.tagName === 'svg' ? element.querySelector('title')?.textContent : undefined) ??
    '';
  const urlOf = ({ src }: HTMLImageElement): string => (src.startsWith('data:') ? '' : src.slice(-MAX_URL));

  const PICTURES = new Set(['IFRAME', 'IMG', 'svg', 'CANVAS']);
  const isPicture = ({ tagName }: Element): boolean => PICTURES.has(tagName);
  const readPicture: PagePictures['readPicture'] = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const size = { visible: isOpaque(element), width, height };
    if (element instanceof HTMLIFrameElement)
      return { is: 'frame', text: element.src.slice(0, MAX_TEXT), name: element.name, ...size };
    const title = titleOf(element);
    const url = element instanceof HTMLImageElement ? urlOf(element) : '';
    const text = [title, element.id, element.getAttribute('class') ?? '', url].join(' ');
    return { is: 'picture', text: text.slice(0, MAX_TEXT), name: title, ...size };
  };

  return { isPicture, readPicture };
}
