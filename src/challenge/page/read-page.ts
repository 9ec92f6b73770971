import { type PageAccounts, pageAccounts } from './page-accounts.ts';
import { type PageAlerts, pageAlerts } from './page-alerts.ts';
import { type PageControls, pageControls } from './page-controls.ts';
import { type PageGeometry, pageGeometry } from './page-geometry.ts';
import { type PageLinks, pageLinks } from './page-links.ts';
import { type PageLists, pageLists } from './page-lists.ts';
import { type PageMenus, pageMenus } from './page-menus.ts';
import { type PageNames, pageNames } from './page-names.ts';
import { type PagePictures, pagePictures } from './page-pictures.ts';
import { type PageProgress, pageProgress } from './page-progress.ts';
import { type PageRegions, pageRegions } from './page-regions.ts';
import { type FrameView, type Region, type ControlView, type ItemView, withoutDefaults } from './view.ts';

/** In-page functions that the reader uses. */
interface PageParts
  extends
    PageNames,
    PageGeometry,
    PageLinks,
    PageRegions,
    PageMenus,
    PagePictures,
    PageProgress,
    PageAlerts,
    PageAccounts,
    PageLists,
    PageControls {}

/** Expression that reads a frame. It returns JSON, because Playwright transfers a string many times faster than objects. */
export const READ_PAGE: string = `((names, geometry, links) => ((menus) => JSON.stringify((${readPage.toString()})({
  ...names,
  ...geometry,
  ...links,
  ...menus,
  ...(${pageControls.toString()})(links, menus, names),
  ...(${pageAlerts.toString()})(geometry),
  ...(${pageAccounts.toString()})(),
  ...(${pageLists.toString()})(),
  ...(${pageRegions.toString()})(),
  ...(${pagePictures.toString()})(geometry),
  ...(${pageProgress.toString()})(geometry),
}), ${withoutDefaults.toString()}))((${pageMenus.toString()})(names)))((${pageNames.toString()})(), (${pageGeometry.toString()})(), (${pageLinks.toString()})())`;

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
  /** Maximum number of items before a text whose color counts. */
  const MAX_COLORED = 400;
  /** Angular's `ng-invalid` is on every empty field. */
  const INVALID_CLASS = /(?:^|\s)(?:is-|has-)?(?:invalid|error)(?:$|\s)|[a-z]-(?:error|danger)(?:$|\s)/i;
  /** Elements that matter even without attributes. */
  const SEMANTIC = /^(?:H[1-6]|LEGEND|TH|CAPTION|FORM|DIALOG|NAV|HEADER|FOOTER|ASIDE|MAIN)$/;
  const FIELDS = 'input:not([type=hidden]), textarea, select, form';
  const MAX_TITLE = 100;
  const LETTER = /[\p{L}\p{N}]/u;
  const TITLE_CLASS = /(?:^|[\s_-])(?:title|heading|headline)(?:$|\s)/i;

  interface Context {
    readonly form: number;
    readonly dialog: number;
    readonly region: Region;
    readonly heading: boolean;
    readonly marks: string;
    /** True inside a small box that is marked as invalid. */
    readonly invalid: boolean;
    readonly clipped: boolean;
    readonly link: boolean;
  }

  const items: ItemView[] = [];
  const forms: string[] = [];
  let dialogs = 0;
  let lastText = '';
  let run = '';
  /** Like `run`, but without the text of links. */
  let runWithoutLinks = '';
  let runParent: Element | undefined;
  let runContext: Context | undefined;

  const { SKIPPED, INLINE, squeeze, isElement, nameOf, byIds, isLink, isSelfLink, isDialog, regionOf } = parts;
  const { isPicture, readPicture, hidden, addHidden, addHiddenIn, opensOf, isBusy } = parts;
  const { withoutAccounts, marksOf, colorMark, kindOf, isClickable, isChosen, iconOf } = parts;
  const { pathOf, isDrawn, isOpaque, isOffScreen, isTiny, isFlat, middleOf } = parts;

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
    if (!linked) lastText = withoutAccounts(text);
    const marks = `${context.marks} ${text.length < 200 && items.length < MAX_COLORED ? colorMark(parent) : ''}`.trim();
    items.push({
      frame: 0,
      is: 'text',
      // A block may have many recovery codes.
      text: withoutAccounts(text.slice(0, MAX_TEXT * (parent.closest('pre') ? 12 : 1))),
      heading: context.heading,
      // A message is an alert only if something else says so.
      alert: /role|live|class|color/.test(marks),
      marks,
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
    const label = withoutAccounts(nameOf(element).slice(0, MAX_TEXT));
    items.push({
      frame: 0,
      is,
      type,
      form: context.form,
      dialog: context.dialog,
      region: context.region,
      path: pathOf(element),
      label,
      textBefore: lastText.slice(is === 'link' ? -MAX_TEXT / 5 : -MAX_TEXT),
      placeholder: attribute('placeholder') || attribute('data-placeholder'),
      names: [...['name', 'id', 'data-testid', 'formcontrolname'].map(attribute), label ? '' : iconOf(element)]
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
      invalid: context.invalid || attribute('aria-invalid') === 'true' || INVALID_CLASS.test(attribute('class')),
      filled: is === 'field' && (type === 'editable' ? element.textContent !== '' : Boolean(input.value)),
      checked: isChosen(element),
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

  /** Adds an element if it is a control. Returns true if the label covers the content of the element. */
  const readControl = (element: Element, context: Context): boolean => {
    const kind = kindOf(element);
    if (!kind) return false;
    if (kind.type === 'hidden') return true;
    addControl(element, kind.is, kind.type, context);
    if (element instanceof HTMLSelectElement && isOpaque(element))
      for (const option of [...element.options].slice(0, 20)) addControl(option, 'option', 'select-option', context);
    return kind.isClosed;
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
    const middle = middleOf(parent);
    for (let node = parent.firstChild; node; node = node.nextSibling) if (!middle.has(node)) visitNode(node, context);
  };

  const formNames = (element: Element): string =>
    ['action', 'id', 'name', 'class']
      .map((name) => (element.getAttribute(name) ?? '').slice(-MAX_TITLE))
      .join(' ')
      .trim();
  const contextOf = (element: Element, outer: Context): Context => {
    const tag = element.tagName;
    // Most elements have no role and no attributes.
    if (!element.hasAttributes() && !SEMANTIC.test(tag)) return outer;
    const role = element.getAttribute('role') ?? '';
    const isOwn = isDialog(element);
    const className = element.getAttribute('class') ?? '';
    const isForm = tag === 'FORM' || role === 'form' || isOwn;
    if (isForm) forms.push(isOwn ? '' : formNames(element));
    const marks = marksOf(element);
    const fields = marks === '' ? 0 : element.querySelectorAll(FIELDS).length;
    const isMessage = fields === 0 && tag !== 'BODY' && !isForm;
    return {
      form: isForm ? forms.length - 1 : outer.form,
      dialog: isOwn ? dialogs++ : outer.dialog,
      region: regionOf(element, outer.region),
      heading:
        outer.heading ||
        /^(?:H[1-6]|LEGEND|TH|CAPTION)$/.test(tag) ||
        role === 'heading' ||
        (TITLE_CLASS.test(className) && (element.textContent?.length ?? 0) < MAX_TITLE),
      marks: isMessage ? [outer.marks, marks].filter(Boolean).join(' ') : outer.marks,
      invalid: outer.invalid || (/class/.test(marks) && fields > 0 && fields <= 2 && tag !== 'BODY' && !isForm),
      clipped: outer.clipped,
      link: outer.link || isLink(element),
    };
  };

  /** True for an image with a name that reacts to a click. */
  const isNamedControl = (element: Element): boolean => nameOf(element) !== '' && isClickable(element);
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
    if (isPicture(element) && !isNamedControl(element)) {
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
    if (inside.heading !== outer.heading || (!isInline && inside.marks !== outer.marks)) flush();
    if (element instanceof HTMLSlotElement && element.assignedNodes().length > 0)
      for (const node of element.assignedNodes()) visitNode(node, inside);
    else visitChildren(element.shadowRoot ?? element, inside);
    if (!isInline) flush();
    else if (runContext && inside.marks !== outer.marks)
      runContext = { ...runContext, marks: `${runContext.marks} ${inside.marks}` };
  };

  const top = document.body ?? document.documentElement;
  // A script may remove the root element. A document without one that still loads is read again.
  if (!top && document.readyState === 'loading') throw new Error('The document has no element yet.');
  const none = { heading: false, invalid: false, clipped: false, link: false };
  if (top) visit(top, { ...none, form: -1, dialog: -1, region: '', marks: '' });
  flush();
  const view = { title: document.title, width: innerWidth, height: innerHeight, items, hidden, forms };
  return { ...view, busy: isBusy(), address: location.pathname + location.search };
}
