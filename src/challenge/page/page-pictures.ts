import type { PageGeometry } from './page-geometry.ts';
import type { SeenPicture } from './view.ts';

/** How the reader in the page sees pictures and frames: by what they are called and how large they are. */
export interface PagePictures {
  readonly isPicture: (element: Element) => boolean;
  readonly renderPreview: (element: Element) => Omit<SeenPicture, 'frame' | 'form' | 'dialog' | 'region'>;
}

/** Runs in the page, so it may use nothing from around it. */
export function pagePictures({ isOpaque }: PageGeometry): PagePictures {
  const MAX_TEXT = 300;
  const MAX_ADDRESS = 80;

  const titleOf = (element: Element): string =>
    element.getAttribute('alt') ??
    element.getAttribute('aria-label') ??
    element.getAttribute('title') ??
    (element.tagName === 'svg' ? element.querySelector('title')?.textContent : undefined) ??
    '';
  const addressOf = ({ src }: HTMLImageElement): string => (src.startsWith('data:') ? '' : src.slice(-MAX_ADDRESS));

  const PICTURES = new Set(['IFRAME', 'IMG', 'svg', 'CANVAS']);
  const isPicture = ({ tagName }: Element): boolean => PICTURES.has(tagName);
  const renderPreview: PagePictures['renderPreview'] = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const seen = { visible: isOpaque(element), width, height };
    if (element instanceof HTMLIFrameElement)
      return { is: 'frame', text: element.src.slice(0, MAX_TEXT), name: element.name, ...seen };
    const title = titleOf(element);
    const address = element instanceof HTMLImageElement ? addressOf(element) : '';
    const text = [title, element.id, element.getAttribute('class') ?? '', address].join(' ');
    return { is: 'picture', text: text.slice(0, MAX_TEXT), name: title, ...seen };
  };

  return { isPicture, renderPreview };
}
