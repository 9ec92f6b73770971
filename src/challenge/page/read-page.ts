import { type PageGeometry, pageGeometry } from './page-geometry.ts';
import { type PageLinks, pageLinks } from './page-links.ts';
import { type PageMenus, pageMenus } from './page-menus.ts';
import { type PageNames, pageNames } from './page-names.ts';
import { type PagePictures, pagePictures } from './page-pictures.ts';
import { type PageRegions, pageRegions } from './page-regions.ts';
import type { FrameView, Region, SeenControl, SeenItem } from './view.ts';

/** What the reader is made of. */
interface PageParts extends PageNames, PageGeometry, PageLinks, PageRegions, PageMenus, PagePictures {}

/** What is evaluated in a frame: the reader, with the parts of it. Its answer is JSON, which is many times quicker to hand over than objects are. */
export const READ_PAGE: string = `((names, geometry) => JSON.stringify((${readPage.toString()})({
  ...names,
  ...geometry,
  ...(${pageLinks.toString()})(),
  ...(${pageRegions.toString()})(),
  ...(${pageMenus.toString()})(names),
  ...(${pagePictures.toString()})(geometry),
})))((${pageNames.toString()})(), (${pageGeometry.toString()})())`;

/**
 * Reads what a person sees in a frame: texts, fields, buttons and links in their order, through open shadow roots.
 *
 * Runs in the page, so it may use nothing from around it. It changes nothing there, and reads no value of a field.
 */
function readPage(parts: PageParts): FrameView {
  /** More than this of a kind, and the page is no sign-in page anyway. */
  const MAX_ITEMS = 1500;
  const MAX_TEXT = 300;
  /** Angular's `ng-invalid` is on every empty field. */
  const INVALID_CLASS = /(?:^|\s)(?:is-|has-)?(?:invalid|error)(?:$|\s)|[a-z]-(?:error|danger)(?:$|\s)/i;
  /** Elements that mean something without any attribute. */
  const SPEAKING = /^(?:H[1-6]|LEGEND|TH|CAPTION|FORM|DIALOG|NAV|HEADER|FOOTER|ASIDE|MAIN)$/;
  const CONTROL = /^(?:INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY|A)$/;
  const LETTER = /[\p{L}\p{N}]/u;
  const ERROR_CLASS = /(?:^|[\s_-])(?:error|errors|invalid|danger|failure)(?:$|[\s_-])/i;

  interface Around {
    readonly form: number;
    readonly dialog: number;
    readonly region: Region;
    readonly heading: boolean;
    readonly alert: boolean;
    readonly clipped: boolean;
    readonly link: boolean;
  }

  const items: SeenItem[] = [];
  let forms = 0;
  let dialogs = 0;
  let lastText = '';
  let run = '';
  /** The same without what links say. */
  let runOwn = '';
  let runParent: Element | undefined;
  let runAround: Around | undefined;

  const { SKIPPED, INLINE, squeeze, isElement, nameOf, byIds, isLink, isHere, isDialog, regionOf } = parts;
  const { isPicture, renderPreview, hidden, addHidden, addHiddenIn, opensOf } = parts;
  const { pathOf, isDrawn, isOpaque, isOffScreen, isTiny, isFlat, isRed } = parts;

  const flush = (): void => {
    if (run === '') return;
    const text = squeeze(run);
    const [parent, around] = [runParent, runAround];
    const linked = !LETTER.test(runOwn);
    run = runOwn = '';
    runParent = runAround = undefined;
    if (!text || !parent || !around || around.clipped || items.length >= MAX_ITEMS) return;
    if (!isOpaque(parent)) return;
    const rect = parent.getBoundingClientRect();
    if (isOffScreen(rect) || (isTiny(rect) && getComputedStyle(parent).display !== 'contents')) return;
    // A link beside a label says nothing of the field.
    if (!linked) lastText = text;
    const alert = around.alert || (text.length < 200 && isRed(parent));
    items.push({
      frame: 0,
      is: 'text',
      text: text.slice(0, MAX_TEXT),
      heading: around.heading,
      alert,
      linked,
      form: around.form,
      dialog: around.dialog,
      region: around.region,
    });
  };

  const addControl = (element: Element, is: SeenControl['is'], type: string, around: Around): void => {
    // A link is part of a sentence; before all others, the sentence ends.
    if (is !== 'link') flush();
    const rect = element.getBoundingClientRect();
    const input = element as HTMLInputElement;
    const isPlain = isOpaque(element);
    if (!isPlain && is !== 'option' && !isDrawn(element)) return is === 'field' ? undefined : addHidden(element);
    const isHidden = isOffScreen(rect) || isTiny(rect) || around.clipped || !isPlain;
    const isToggle = type === 'radio' || type === 'checkbox';
    // A drawn radio stands for the real one that is hidden; what is seen is its label.
    const seesLabel =
      isToggle && [...(input.labels ?? [])].some((label) => isOpaque(label) && !isTiny(label.getBoundingClientRect()));
    if (is !== 'field' && !seesLabel && is !== 'option' && isHidden) return;
    if (is === 'field' && isOffScreen(rect)) return;
    const shown = isTiny(rect) || around.clipped ? 'clipped' : isPlain ? 'plain' : 'transparent';
    const attribute = (name: string): string => squeeze(element.getAttribute(name) ?? '').slice(0, MAX_TEXT);
    items.push({
      frame: 0,
      is,
      type,
      form: around.form,
      dialog: around.dialog,
      region: around.region,
      path: pathOf(element),
      label: nameOf(element).slice(0, MAX_TEXT),
      near: lastText.slice(-MAX_TEXT),
      placeholder: attribute('placeholder') || attribute('data-placeholder'),
      names: [attribute('name'), attribute('id'), attribute('data-testid'), attribute('formcontrolname')]
        .filter(Boolean)
        .join(' '),
      autocomplete: attribute('autocomplete').toLowerCase(),
      inputMode: attribute('inputmode').toLowerCase(),
      pattern: attribute('pattern'),
      maxLength: 'maxLength' in element ? input.maxLength : -1,
      described:
        is === 'field'
          ? `${byIds(element, 'aria-describedby')} ${byIds(element, 'aria-errormessage')}`.trim().slice(0, MAX_TEXT)
          : '',
      invalid: attribute('aria-invalid') === 'true' || INVALID_CLASS.test(attribute('class')),
      filled: is === 'field' && (type === 'editable' ? element.textContent !== '' : Boolean(input.value)),
      checked: ('checked' in input && input.checked) || attribute('aria-selected') === 'true',
      fixed: element.matches(':disabled') || ('readOnly' in input && input.readOnly),
      opens: is === 'field' ? '' : opensOf(element),
      here: is === 'link' && isHere(element),
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

  /** Adds an element that is a control. Answers whether its content is said with it. */
  const readControl = (element: Element, around: Around): boolean => {
    const tag = element.tagName;
    if (!element.hasAttributes() && !CONTROL.test(tag) && !isClickable(element)) return false;
    const role = element.getAttribute('role') ?? '';
    if (element instanceof HTMLInputElement) {
      if (element.type === 'hidden') return true;
      const isButton = /^(?:submit|button|reset|image)$/.test(element.type);
      const isToggle = element.type === 'radio' || element.type === 'checkbox';
      addControl(element, isButton ? 'button' : isToggle ? 'option' : 'field', element.type, around);
      return true;
    }
    if (tag === 'TEXTAREA') return (addControl(element, 'field', 'textarea', around), true);
    if (element instanceof HTMLSelectElement) {
      addControl(element, 'field', 'select', around);
      if (isOpaque(element))
        for (const option of [...element.options].slice(0, 20)) addControl(option, 'option', 'select-option', around);
      return true;
    }
    if (element.getAttribute('contenteditable') === '' || element.getAttribute('contenteditable') === 'true')
      return (addControl(element, 'field', 'editable', around), true);
    if (
      tag === 'BUTTON' ||
      tag === 'SUMMARY' ||
      role === 'button' ||
      role === 'menuitem' ||
      role === 'tab' ||
      opensOf(element) !== ''
    )
      return (addControl(element, 'button', (element as HTMLButtonElement).type || role, around), true);
    if (role === 'radio' || role === 'checkbox' || role === 'option' || role === 'switch')
      return (addControl(element, 'option', role, around), true);
    // What a link says is part of the sentence it stands in.
    if (isLink(element))
      return (addControl(element, 'link', element.getAttribute('href')?.slice(0, MAX_TEXT) ?? '', around), false);
    if (!isClickable(element)) return false;
    return (addControl(element, 'button', 'clickable', around), true);
  };

  const visitNode = (node: Node, around: Around): void => {
    if (isElement(node)) return visit(node, around);
    if (node.nodeType !== 3) return;
    const text = node.nodeValue ?? '';
    const parent = node.parentElement ?? (node.getRootNode() as ShadowRoot).host;
    if (!parent || !text.trim()) {
      run += ' ';
      return;
    }
    runParent ??= parent;
    runAround ??= around;
    run += text;
    if (!around.link) runOwn += text;
  };
  // A live list of nodes takes many times longer to go through.
  const visitChildren = (parent: ParentNode, around: Around): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) visitNode(node, around);
  };

  const around = (element: Element, outer: Around): Around => {
    const tag = element.tagName;
    // Most elements of a page say nothing.
    if (!element.hasAttributes() && !SPEAKING.test(tag)) return outer;
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

  const visit = (element: Element, outer: Around): void => {
    if (SKIPPED.has(element.tagName.toUpperCase()) || items.length >= MAX_ITEMS) return;
    if (
      element.getAttribute('aria-hidden') === 'true' ||
      element.hasAttribute('inert') ||
      (element as HTMLElement).hidden
    )
      return addHiddenIn(element);
    const tag = element.tagName;
    if (tag === 'BR' || tag === 'HR') return flush();
    let inside = around(element, outer);
    if (isPicture(element)) {
      flush();
      const { form, dialog, region } = inside;
      items.push({ frame: 0, ...renderPreview(element), form, dialog, region });
      return;
    }
    const isInline = INLINE.has(tag);
    if (!isInline && isFlat(element) && getComputedStyle(element).overflow !== 'visible')
      inside = { ...inside, clipped: true };
    if (!isInline) flush();
    const isSaid = readControl(element, inside);
    if (isSaid) {
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
  return { title: document.title, width: innerWidth, height: innerHeight, items, hidden };
}
