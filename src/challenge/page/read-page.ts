import { type PageGeometry, pageGeometry } from './page-geometry.ts';
import { type PageLinks, pageLinks } from './page-links.ts';
import { type PageMenus, pageMenus } from './page-menus.ts';
import { type PageNames, pageNames } from './page-names.ts';
import { type PagePictures, pagePictures } from './page-pictures.ts';
import { type PageProgress, pageProgress } from './page-progress.ts';
import { type PageRegions, pageRegions } from './page-regions.ts';
import type { FrameView, Region, ControlView, ItemView } from './view.ts';

/** In-page functions that the reader uses. */
interface PageParts extends PageNames, PageGeometry, PageLinks, PageRegions, PageMenus, PagePictures, PageProgress {}

/** Expression that reads a frame. It returns JSON, because Playwright transfers a string many times faster than objects. */
export const READ_PAGE: string = `((names, geometry) => JSON.stringify((${readPage.toString()})({
  ...names,
  ...geometry,
  ...(${pageLinks.toString()})(),
  ...(${pageRegions.toString()})(),
  ...(${pageMenus.toString()})(names),
  ...(${pagePictures.toString()})(geometry),
  ...(${pageProgress.toString()})(geometry),
})))((${pageNames.toString()})(), (${pageGeometry.toString()})())`;

/**
 * Reads the visible content of a frame in document order, through open shadow roots: texts, fields, buttons and links.
 *
 * Runs in the page, so it cannot use anything from its enclosing scope. It changes nothing in the page, and does not
 * return the values of fields.
 */
function readPage(parts: PageParts): FrameView {
  /** Maximum number of items to read. A sign-in page has fewer. */
  const MAX_ITEMS = 1500;
  const MAX_TEXT = 300;
  /** Angular's `ng-invalid` is on every empty field. */
  const INVALID_CLASS = /(?:^|\s)(?:is-|has-)?(?:invalid|error)(?:$|\s)|[a-z]-(?:error|danger)(?:$|\s)/i;
  /** Elements that matter even without attributes. */
  const SEMANTIC = /^(?:H[1-6]|LEGEND|TH|CAPTION|FORM|DIALOG|NAV|HEADER|FOOTER|ASIDE|MAIN)$/;
  const CONTROL = /^(?:INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY|A)$/;
  const LETTER = /[\p{L}\p{N}]/u;
  const ERROR_CLASS = /(?:^|[\s_-])(?:error|errors|invalid|danger|failure)(?:$|[\s_-])/i;

  interface Context {
    readonly form: number;
    readonly dialog: number;
    readonly region: Region;
    readonly heading: boolean;
    readonly alert: boolean;
    readonly clipped: boolean;
    readonly link: boolean;
  }

  const items: ItemView[] = [];
  let forms = 0;
  let dialogs = 0;
  let lastText = '';
  let run = '';
  /** Like `run`, but without the text of links. */
  let runWithoutLinks = '';
  let runParent: Element | undefined;
  let runContext: Context | undefined;

  const { SKIPPED, INLINE, squeeze, isElement, nameOf, byIds, isLink, isSelfLink, isDialog, regionOf } = parts;
  const { isPicture, readPicture, hidden, addHidden, addHiddenIn, opensOf, isBusy } = parts;
  const { pathOf, isDrawn, isOpaque, isOffScreen, isTiny, isFlat, isRed } = parts;

  const flush = (): void => {
    if (run === '') return;
    const text = squeeze(run);
    const [parent, context] = [runParent, runContext];
    const linked = !LETTER.test(runWithoutLinks);
    run = runWithoutLinks = '';
    runParent = runContext = undefined;
    if (!text || !parent || !context || context.clipped || items.length >= MAX_ITEMS) return;
    if (!isOpaque(parent)) return;
    const rect = parent.getBoundingClientRect();
    if (isOffScreen(rect) || (isTiny(rect) && getComputedStyle(parent).display !== 'contents')) return;
    // A link beside a label does not describe the field.
    if (!linked) lastText = text;
    const alert = context.alert || (text.length < 200 && isRed(parent));
    items.push({
      frame: 0,
      is: 'text',
      text: text.slice(0, MAX_TEXT),
      heading: context.heading,
      alert,
      linked,
      form: context.form,
      dialog: context.dialog,
      region: context.region,
    });
  };

  const addControl = (element: Element, is: ControlView['is'], type: string, context: Context): void => {
    // A link is part of a sentence. Any other control ends it.
    if (is !== 'link') flush();
    const rect = element.getBoundingClientRect();
    const input = element as HTMLInputElement;
    const isPlain = isOpaque(element);
    if (!isPlain && is !== 'option' && !isDrawn(element)) return is === 'field' ? undefined : addHidden(element);
    const isHidden = isOffScreen(rect) || isTiny(rect) || context.clipped || !isPlain;
    const isToggle = type === 'radio' || type === 'checkbox';
    // A custom radio button hides the native one and shows its label.
    const hasVisibleLabel =
      isToggle && [...(input.labels ?? [])].some((label) => isOpaque(label) && !isTiny(label.getBoundingClientRect()));
    if (is !== 'field' && !hasVisibleLabel && is !== 'option' && isHidden) return;
    if (is === 'field' && isOffScreen(rect)) return;
    const shown = isTiny(rect) || context.clipped ? 'clipped' : isPlain ? 'plain' : 'transparent';
    const attribute = (name: string): string => squeeze(element.getAttribute(name) ?? '').slice(0, MAX_TEXT);
    items.push({
      frame: 0,
      is,
      type,
      form: context.form,
      dialog: context.dialog,
      region: context.region,
      path: pathOf(element),
      label: nameOf(element).slice(0, MAX_TEXT),
      textBefore: lastText.slice(-MAX_TEXT),
      placeholder: attribute('placeholder') || attribute('data-placeholder'),
      names: [attribute('name'), attribute('id'), attribute('data-testid'), attribute('formcontrolname')]
        .filter(Boolean)
        .join(' '),
      autocomplete: attribute('autocomplete').toLowerCase(),
      inputMode: attribute('inputmode').toLowerCase(),
      pattern: attribute('pattern'),
      maxLength: 'maxLength' in element ? input.maxLength : -1,
      description:
        is === 'field'
          ? `${byIds(element, 'aria-describedby')} ${byIds(element, 'aria-errormessage')}`.trim().slice(0, MAX_TEXT)
          : '',
      invalid: attribute('aria-invalid') === 'true' || INVALID_CLASS.test(attribute('class')),
      filled: is === 'field' && (type === 'editable' ? element.textContent !== '' : Boolean(input.value)),
      checked: ('checked' in input && input.checked) || attribute('aria-selected') === 'true',
      disabled: element.matches(':disabled') || ('readOnly' in input && input.readOnly),
      opens: is === 'field' ? '' : opensOf(element),
      selfLink: is === 'link' && isSelfLink(element),
      tabIndex: (element as HTMLElement).tabIndex,
      shown: is === 'field' ? shown : 'plain',
      x: Math.round(rect.x),
      y: Math.round(rect.y),
      width: Math.round(rect.width),
      height: Math.round(rect.height),
    });
  };

  const isClickable = (element: Element): boolean =>
    element instanceof HTMLElement &&
    element.onclick !== null &&
    element.tagName !== 'BODY' &&
    element.tagName !== 'FORM' &&
    !element.querySelector('input,button,a,select');

  /** Adds an element if it is a control. Returns true if the label covers the content of the element. */
  const readControl = (element: Element, context: Context): boolean => {
    const tag = element.tagName;
    if (!element.hasAttributes() && !CONTROL.test(tag) && !isClickable(element)) return false;
    const role = element.getAttribute('role') ?? '';
    if (element instanceof HTMLInputElement) {
      if (element.type === 'hidden') return true;
      const isButton = /^(?:submit|button|reset|image)$/.test(element.type);
      const isToggle = element.type === 'radio' || element.type === 'checkbox';
      addControl(element, isButton ? 'button' : isToggle ? 'option' : 'field', element.type, context);
      return true;
    }
    if (tag === 'TEXTAREA') return (addControl(element, 'field', 'textarea', context), true);
    if (element instanceof HTMLSelectElement) {
      addControl(element, 'field', 'select', context);
      if (isOpaque(element))
        for (const option of [...element.options].slice(0, 20)) addControl(option, 'option', 'select-option', context);
      return true;
    }
    if (element.getAttribute('contenteditable') === '' || element.getAttribute('contenteditable') === 'true')
      return (addControl(element, 'field', 'editable', context), true);
    if (
      tag === 'BUTTON' ||
      tag === 'SUMMARY' ||
      role === 'button' ||
      role === 'menuitem' ||
      role === 'tab' ||
      opensOf(element) !== ''
    )
      return (addControl(element, 'button', (element as HTMLButtonElement).type || role, context), true);
    if (role === 'radio' || role === 'checkbox' || role === 'option' || role === 'switch')
      return (addControl(element, 'option', role, context), true);
    // The text of a link is also part of the sentence around it.
    if (isLink(element))
      return (addControl(element, 'link', element.getAttribute('href')?.slice(0, MAX_TEXT) ?? '', context), false);
    if (!isClickable(element)) return false;
    return (addControl(element, 'button', 'clickable', context), true);
  };

  const visitNode = (node: Node, context: Context): void => {
    if (isElement(node)) return visit(node, context);
    if (node.nodeType !== 3) return;
    const text = node.nodeValue ?? '';
    const parent = node.parentElement ?? (node.getRootNode() as ShadowRoot).host;
    if (!parent || !text.trim()) {
      run += ' ';
      return;
    }
    runParent ??= parent;
    runContext ??= context;
    run += text;
    if (!context.link) runWithoutLinks += text;
  };
  // Iterating over `childNodes` is many times slower.
  const visitChildren = (parent: ParentNode, context: Context): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) visitNode(node, context);
  };

  const contextOf = (element: Element, outer: Context): Context => {
    const tag = element.tagName;
    // Most elements have no role and no attributes.
    if (!element.hasAttributes() && !SEMANTIC.test(tag)) return outer;
    const role = element.getAttribute('role') ?? '';
    const isOwn = isDialog(element);
    const live = element.getAttribute('aria-live');
    const className = element.getAttribute('class') ?? '';
    const isAlert =
      role === 'alert' ||
      role === 'alertdialog' ||
      live === 'assertive' ||
      ((role === 'status' || live === 'polite') && element.childElementCount < 6) ||
      ERROR_CLASS.test(className);
    return {
      form: tag === 'FORM' || role === 'form' || isOwn ? forms++ : outer.form,
      dialog: isOwn ? dialogs++ : outer.dialog,
      region: regionOf(element, outer.region),
      heading: outer.heading || /^(?:H[1-6]|LEGEND|TH|CAPTION)$/.test(tag) || role === 'heading',
      alert:
        outer.alert ||
        (isAlert && tag !== 'BODY' && tag !== 'FORM' && !element.querySelector('input:not([type=hidden]), form')),
      clipped: outer.clipped,
      link: outer.link || isLink(element),
    };
  };

  const visit = (element: Element, outer: Context): void => {
    if (SKIPPED.has(element.tagName.toUpperCase()) || items.length >= MAX_ITEMS) return;
    if (
      element.getAttribute('aria-hidden') === 'true' ||
      element.hasAttribute('inert') ||
      (element as HTMLElement).hidden
    )
      return addHiddenIn(element);
    const tag = element.tagName;
    if (tag === 'BR' || tag === 'HR') return flush();
    let inside = contextOf(element, outer);
    if (isPicture(element)) {
      flush();
      const { form, dialog, region } = inside;
      items.push({ frame: 0, ...readPicture(element), form, dialog, region });
      return;
    }
    const isInline = INLINE.has(tag);
    if (!isInline && isFlat(element) && getComputedStyle(element).overflow !== 'visible')
      inside = { ...inside, clipped: true };
    if (!isInline) flush();
    const isCovered = readControl(element, inside);
    if (isCovered) {
      flush();
      return;
    }
    if (inside.heading !== outer.heading || inside.alert !== outer.alert) flush();
    if (element instanceof HTMLSlotElement && element.assignedNodes().length > 0)
      for (const node of element.assignedNodes()) visitNode(node, inside);
    else visitChildren(element.shadowRoot ?? element, inside);
    if (!isInline || inside.alert !== outer.alert) flush();
  };

  visit(document.body ?? document.documentElement, {
    form: -1,
    dialog: -1,
    region: '',
    heading: false,
    alert: false,
    clipped: false,
    link: false,
  });
  flush();
  return { title: document.title, width: innerWidth, height: innerHeight, items, hidden, busy: isBusy() };
}
