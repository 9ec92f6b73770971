import type { PageGeometry } from './page-geometry.ts';
import type { ListBoxView, PageListBoxes } from './page-list-boxes.ts';
import type { PageNames } from './page-names.ts';

/** An option of a list. */
export interface OptionView {
  readonly label: string;
  readonly value: string;
}

/** Control of a form, with what a sign-in does not need to know about it. */
export interface FormControlView {
  /** Selector within the frame, as in `ControlView.path`. */
  readonly path: string;
  /** True if the element, or a mark beside its label, says that it must be filled. */
  readonly required: boolean;
  readonly minLength: number;
  readonly min: string;
  readonly max: string;
  /** Value of `passwordrules`, and of the attributes by which validation scripts know the length. */
  readonly rules: string;
  /** Text of the row that it stands in: label, hint and error. */
  readonly row: string;
  /** Label that no attribute ties to it, but that its row has alone. */
  readonly rowLabel: string;
  /** Class names of its row, which may mark it as required or as a trap. */
  readonly rowClass: string;
  /** True if only a program would fill it: a person cannot see it or reach it. */
  readonly isTrap: boolean;
  /** Group of radio buttons. */
  readonly group: string;
  readonly options: readonly OptionView[];
  /** True for a list whose chosen option stands for no choice. */
  readonly isUnanswered: boolean;
  /** Selector of the form that it belongs to; empty if there is none. The control may stand outside of the form. */
  readonly owner: string;
  /** Message of the browser about its value; empty if the value is valid or was never touched. */
  readonly problem: string;
  /** Language of its text, as the page says: a tag such as `de`; empty if it says none. */
  readonly language: string;
  /** State of a scripted list box; absent for any other control. */
  readonly listBox?: ListBoxView | undefined;
}

/** Expression that returns the controls of a frame, as JSON. */
export function readFormControls(
  names: () => PageNames,
  geometry: () => PageGeometry,
  listBoxes: (names: PageNames) => PageListBoxes,
): string {
  return `((names, geometry) => JSON.stringify((${formControls.toString()})(names, geometry, (${listBoxes.toString()})(names))))((${names.toString()})(), (${geometry.toString()})())`;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. It changes nothing, and returns no values of fields. */
function formControls(
  { squeeze, byIds }: PageNames,
  geometry: PageGeometry,
  { LIST_BOX, isPartOfBox, boxOf, listBoxOf }: PageListBoxes,
): FormControlView[] {
  const CONTROL = `input:not([type=hidden]), textarea, select, button, [contenteditable], [role=checkbox], [role=switch], [role=radio], ${LIST_BOX}`;
  const FIELD = `input:not([type=hidden]):not([type=submit]):not([type=button]), textarea, select, [contenteditable], [role=checkbox], [role=switch], ${LIST_BOX}`;
  const MAX_TEXT = 300;
  const MAX_OPTIONS = 400;
  const MAX_DEPTH = 5;
  const { pathOf, isOffScreen } = geometry;

  const rootsOf = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
    root,
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? rootsOf(shadowRoot) : [])),
  ];
  const outerOf = (element: Element): Element | null =>
    element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;

  /** The largest element around a control that has no other field. */
  const rowOf = (element: Element): Element => {
    const isBox = element.matches(LIST_BOX);
    let row = element;
    for (let depth = 0; depth < (isBox ? MAX_DEPTH + 3 : MAX_DEPTH); depth++) {
      const outer = row.parentElement;
      if (!outer || /^(?:FORM|BODY|HTML|FIELDSET|MAIN|SECTION|TABLE|TBODY)$/.test(outer.tagName)) break;
      const others = [...outer.querySelectorAll(FIELD)].filter(
        (field) => field !== element && !sharesGroup(field, element) && !(isBox && isPartOfBox(field, element)),
      );
      if (others.length > 0 || outer.querySelector('button[type=submit], input[type=submit]')) break;
      row = outer;
    }
    return row;
  };
  const sharesGroup = (a: Element, b: Element): boolean =>
    a instanceof HTMLInputElement && b instanceof HTMLInputElement && a.type === 'radio' && a.name === b.name;
  /** Class names of an element and of all around it, up to the one around its row. */
  const classesOf = (element: Element, row: Element): string => {
    const names: string[] = [];
    for (let around: Element | null = element; around; around = around.parentElement) {
      names.push(around.getAttribute('class') ?? '');
      if (around.contains(row) && around !== row) break;
    }
    return names.join(' ');
  };
  const textOf = (element: Element): string => squeeze((element as HTMLElement).innerText ?? element.textContent ?? '');
  /** The visible text of a row, or of the whole row if a label stands directly beside the control. */
  const besideOf = (element: Element, row: Element): string => {
    if (row !== element) return '';
    const texts: string[] = [];
    for (const side of ['previousSibling', 'nextSibling'] as const) {
      let node = element[side] as Node | null;
      for (let step = 0; node && step < 4; step++, node = node[side]) {
        if (node instanceof Element && (node.matches(FIELD) || node.querySelector(FIELD))) break;
        const text =
          node instanceof Element ? (/^BR$/.test(node.tagName) ? '' : textOf(node)) : squeeze(node.nodeValue ?? '');
        if (text) {
          texts.push(text);
          break;
        }
        if (node instanceof Element && node.tagName === 'BR' && side === 'nextSibling') break;
      }
    }
    return texts.join(' ');
  };
  /** Label of a row whose `for` names nothing, or no element at all. */
  const rowLabelOf = (element: Element, row: Element): string => {
    if ((element as HTMLInputElement).labels?.length) return '';
    const label = [...row.querySelectorAll('label, legend, dt, th, [class*=label i]')].find(
      (one) => !one.contains(element) && textOf(one) !== '' && !(one as HTMLLabelElement).control,
    );
    if (label) return textOf(label);
    const cell = element.closest('td, dd')?.previousElementSibling;
    return cell && /^(?:TD|TH|DT)$/.test(cell.tagName) && !cell.querySelector(FIELD) ? textOf(cell) : '';
  };

  const REQUIRED_CLASS = /(?:^|[\s_-])(?:required|mandatory|obligatory|requis|pflicht)(?:$|[\s_-])/i;
  const NOT_REQUIRED = /not[-_]?required|unrequired|optional/i;
  const isRequired = (element: Element, row: Element, ownText: string): boolean => {
    if ((element as HTMLInputElement).required || element.getAttribute('aria-required') === 'true') return true;
    const { dataset } = element as HTMLElement;
    if (dataset['valRequired'] !== undefined || dataset['required'] === 'true') return true;
    const labels = [...((element as HTMLInputElement).labels ?? [])];
    const marked = [element, ...labels, ...(row === element ? [] : [row])].map(
      (one) => one.getAttribute('class') ?? '',
    );
    if (marked.some((name) => REQUIRED_CLASS.test(name) && !NOT_REQUIRED.test(name))) return true;
    if (labels.some((label) => [label, ...label.querySelectorAll('*')].some((one) => hasStar(one)))) return true;
    const icons = [...row.querySelectorAll('[title], [aria-label], abbr, img, i, span')].map((one) =>
      ['title', 'aria-label', 'alt', 'class'].map((name) => one.getAttribute(name) ?? '').join(' '),
    );
    if (icons.some((name) => REQUIRED_CLASS.test(name) && !NOT_REQUIRED.test(name))) return true;
    return /(?:^|\s)[*＊∗](?:\s|$)|[\p{L})][*＊∗](?:\s|:|$)/u.test(ownText);
  };
  const hasStar = (element: Element): boolean =>
    ['::before', '::after'].some((part) => /[*＊]/.test(getComputedStyle(element, part).content));

  /** True if the element is drawn where, or as, nobody sees it. */
  const isTrap = (element: Element): boolean => {
    const isToggle = element.matches('[type=checkbox], [type=radio], [role=checkbox], [role=switch]');
    const labels = [...((element as HTMLInputElement).labels ?? [])];
    if (isToggle && labels.some((label) => !isUnseen(label))) return false;
    if (isUnseen(element)) return true;
    return element instanceof HTMLElement && element.tabIndex < 0 && element.hasAttribute('tabindex') && !isToggle;
  };
  const isUnseen = (element: Element): boolean => {
    const rect = element.getBoundingClientRect();
    if (isOffScreen(rect) || rect.left + scrollX >= Math.max(innerWidth, document.body?.scrollWidth ?? 0) - 1)
      return true;
    if (!element.checkVisibility({ visibilityProperty: true })) return true;
    for (let around: Element | null = element; around && around !== document.body; around = outerOf(around)) {
      const style = getComputedStyle(around);
      if (/^inset\((?:[5-9]\d|100)%|^circle\(0|^polygon\(0(?:px)? 0(?:px)?, 0(?:px)? 0/.test(style.clipPath))
        return true;
      const isPlaced = /absolute|fixed/.test(style.position);
      if (isPlaced && /^rect\(\s*([01]px|0|auto)[ ,]+\1[ ,]+\1[ ,]+\1\s*\)$/.test(style.clip)) return true;
      if (Number(style.opacity) < 0.05 && around === element && !element.matches('[type=checkbox], [type=radio]'))
        return true;
      if (Number(style.opacity) < 0.05 && around !== element) return true;
      const box = around.getBoundingClientRect();
      const isClipping = style.overflow !== 'visible' && (box.width <= 2 || box.height <= 2);
      if (isClipping && around !== element) return true;
      if (style.position !== 'static' && Number(style.zIndex) < 0 && around === element) return true;
      if (/scale\(0|matrix\(0, 0, 0, 0/.test(style.transform)) return true;
      if (around.getAttribute('aria-hidden') === 'true' || around.hasAttribute('inert')) return true;
    }
    return false;
  };

  const optionsOf = (element: Element): OptionView[] => {
    const list = element instanceof HTMLSelectElement ? element : undefined;
    const suggestions = element instanceof HTMLInputElement ? element.list : undefined;
    const options = list ? [...list.options] : suggestions ? [...suggestions.options] : [];
    return options
      .filter((option) => !option.disabled)
      .slice(0, MAX_OPTIONS)
      .map((option) => ({
        label: squeeze(option.label || option.text).slice(0, 80),
        value: option.value.slice(0, 80),
      }));
  };
  const isUnanswered = (element: Element): boolean => {
    if (!(element instanceof HTMLSelectElement)) return false;
    const chosen = element.selectedOptions[0];
    return !chosen || chosen.value === '' || chosen.disabled || /^(?:0|-1|null|none|undefined)$/.test(chosen.value);
  };
  const RULES = [
    'passwordrules',
    'data-val-length-min',
    'data-val-length',
    'data-minlength',
    'data-min-length',
    'data-val-regex',
  ];

  /** The form around an element, through shadow roots. */
  const formAround = (element: Element): Element | null => {
    for (let around: Element | null = element; around; around = outerOf(around))
      if (around.tagName === 'FORM') return around;
    return null;
  };
  const pathOfForm = (form: Element | null): string => (form ? pathOf(form) : '');
  const view = (element: Element): FormControlView => {
    const input = element as HTMLInputElement;
    const row = rowOf(element);
    const listBox = listBoxOf(element);
    const allText = row === element ? besideOf(element, row) : textOf(row);
    // The choice in a list box is neither a part of its label nor a complaint.
    const rowText = listBox ? squeeze(allText.replace(listBox.chosen || listBox.placeholder, '')) : allText;
    const described = [byIds(element, 'aria-describedby'), byIds(element, 'aria-errormessage')].join(' ');
    const labels = [...(input.labels ?? [])].map((label) => textOf(label)).join(' ');
    const rowLabel = rowLabelOf(element, row).slice(0, MAX_TEXT);
    const rules = RULES.map((name) => [name, element.getAttribute(name)] as const)
      .filter(([, value]) => value)
      .map(([name, value]) => (name === 'passwordrules' ? value : `${name}: ${value}`))
      .join('; ');
    const isTouched = element.matches(':user-invalid');
    return {
      path: pathOf(element),
      required:
        isRequired(
          element,
          row,
          `${labels || listBox?.label || ''} ${rowLabel} ${labels || rowLabel ? '' : rowText.slice(0, 60)}`,
        ) || listBox?.required === true,
      minLength: 'minLength' in input ? input.minLength : -1,
      min: element.getAttribute('min') ?? '',
      max: element.getAttribute('max') ?? '',
      rules,
      row: squeeze(`${rowText} ${described}`).slice(0, MAX_TEXT),
      rowLabel,
      rowClass: classesOf(element, row).slice(0, MAX_TEXT),
      isTrap: listBox ? isUnseen(boxOf(element)) || element.matches('[tabindex="-1"]') : isTrap(element),
      group: input.type === 'radio' ? input.name : '',
      options: optionsOf(element),
      isUnanswered: isUnanswered(element),
      owner: pathOfForm(input.form ?? (listBox ? formAround(element) : null)),
      problem: isTouched && 'validationMessage' in input ? input.validationMessage : '',
      language: element.closest('[lang]')?.getAttribute('lang') ?? '',
      listBox,
    };
  };

  return rootsOf(document)
    .flatMap((root) => [...root.querySelectorAll(CONTROL)])
    .slice(0, 400)
    .map(view);
}
