import type { FrameView, ControlView, ItemView, PictureView, TextView } from './page/view.ts';
import { type Meaning, isNamed, says } from '../language/page/index.ts';

/** Maximum length of a text that titles a page, in characters. */
const MAX_TITLE = 80;
/** Maximum number of links in the header of a card. A site header has more. */
const MAX_CARD_LINKS = 2;
/** Offset between the form numbers of two frames. */
const FORMS_PER_FRAME = 1000;

/** Visible content of a page: the front dialog if there is one, else the whole page. */
export class PageSnapshot {
  readonly title: string;
  /** Items of the front dialog, else of the page. */
  readonly items: readonly ItemView[];
  /** Items of the whole page, without cookie banners. */
  readonly all: readonly ItemView[];
  /** Items of cookie banners. */
  readonly banner: readonly ItemView[];
  /** Texts of the main content, without headers, footers and stand-alone links. */
  readonly texts: readonly TextView[];
  readonly headings: readonly TextView[];
  readonly alerts: readonly TextView[];
  readonly controls: readonly ControlView[];
  /** Names of hidden buttons and links. */
  readonly hidden: readonly string[];
  /** Action, `id`, `name` and class of each form, by its number. */
  readonly forms: ReadonlyMap<number, string>;
  /** Path and query of the page. */
  readonly address: string;

  constructor(views: readonly FrameView[]) {
    this.title = views[0]?.title ?? '';
    this.forms = new Map(
      views.flatMap(({ forms }, frame) => forms.map((names, form) => [frame * FORMS_PER_FRAME + form, names] as const)),
    );
    this.address = views[0]?.address ?? '';
    const joined = views.flatMap(({ items }, frame) =>
      withoutCardHeaders(items).map((item) => ({
        ...item,
        frame,
        form: item.form < 0 ? -1 - frame : frame * FORMS_PER_FRAME + item.form,
        dialog: item.dialog < 0 ? -1 : frame * FORMS_PER_FRAME + item.dialog,
      })),
    );
    const dialogs = dialogsOf(joined);
    const banners = dialogs.filter(isBanner);
    this.banner = banners.flat();
    this.all = joined.filter((item) => !this.banner.includes(item));
    this.items = dialogs.findLast((dialog) => !banners.includes(dialog) && isAsking(dialog)) ?? this.all;
    const texts = this.items.filter((item): item is TextView => item.is === 'text');
    this.texts = texts.filter((text) => !text.linked && !isSiteFrame(text));
    this.headings = this.texts.filter(({ heading }) => heading);
    this.alerts = texts.filter(({ alert }) => alert);
    this.controls = this.items.filter(isControl);
    this.hidden = views.flatMap(({ hidden }) => hidden);
  }

  /** The headings. A page without headings is titled by its first short text. */
  get #titles(): readonly TextView[] {
    if (this.headings.length > 0) return this.headings;
    return this.texts.slice(0, 1).filter(({ text }) => text.length <= MAX_TITLE);
  }

  get pictures(): PictureView[] {
    return this.items.filter((item): item is PictureView => item.is === 'picture' || item.is === 'frame');
  }

  /** Buttons of the main content that neither open a menu nor sign out. */
  get mainButtons(): ControlView[] {
    return this.controls.filter(
      (control) =>
        control.is === 'button' && !isSiteFrame(control) && control.opens === '' && !isNamed(control.label, 'signOut'),
    );
  }

  /** True if the title or a heading has one of these meanings. */
  isTitled(...meanings: readonly Meaning[]): boolean {
    return says(this.title, ...meanings) || this.#titles.some(({ text }) => says(text, ...meanings));
  }

  /** Like `isTitled`, for the first heading only: the document may have the title of the whole site. */
  isHeaded(...meanings: readonly Meaning[]): boolean {
    return this.#titles.slice(0, 1).some(({ text }) => says(text, ...meanings));
  }

  /** True for a part of the title, such as the name of the site above a notice. */
  isSiteName(text: string): boolean {
    const name = wordsOf(text);
    return name !== wordsOf(this.title) && ` ${wordsOf(this.title)} `.includes(` ${name} `);
  }

  /** True if a text has one of these meanings. */
  tells(...meanings: readonly Meaning[]): boolean {
    return this.texts.some(({ text }) => says(text, ...meanings));
  }
}

/** Returns the words of a text in lower case, separated by spaces. */
function wordsOf(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join(' ');
}

/** Moves the headers of cards into the content. Such a header has a heading, and not the navigation of a site. */
function withoutCardHeaders(items: readonly ItemView[]): ItemView[] {
  const moved = [...items];
  for (let start = 0; start < items.length; start++) {
    if (items[start]!.region !== 'header') continue;
    let end = start;
    while (items[end + 1]?.region === 'header') end++;
    const run = items.slice(start, end + 1);
    const links = run.filter(({ is }) => is === 'link').length;
    if (links <= MAX_CARD_LINKS && run.some((item) => item.is === 'text' && item.heading && !item.linked))
      for (let at = start; at <= end; at++) moved[at] = { ...items[at]!, region: '' };
    start = end;
  }
  return moved;
}

/** True for a button, and for a link that only runs a script. */
export function isPressable({ is, type }: ControlView): boolean {
  return is === 'button' || (is === 'link' && /^(?:#?|javascript:.*|#\/?|#!.*)$/i.test(type));
}

export function isControl(item: ItemView): item is ControlView {
  return item.is === 'field' || item.is === 'button' || item.is === 'link' || item.is === 'option';
}

/** True for items of the site frame: navigation, header, footer, sidebar. */
export function isSiteFrame({ region }: ItemView): boolean {
  return region === 'nav' || region === 'header' || region === 'footer' || region === 'aside';
}

function saysAny(items: readonly ItemView[], ...meanings: readonly Meaning[]): boolean {
  return items.some((item) => item.is === 'text' && says(item.text, ...meanings));
}

/** Returns the dialogs of a page. The last one is in front, as it was opened over the others. */
function dialogsOf(items: readonly ItemView[]): ItemView[][] {
  const numbers = new Set(items.map(({ dialog }) => dialog).filter((number) => number >= 0));
  return [...numbers].map((number) => items.filter(({ dialog }) => dialog === number));
}

function isAsking(dialog: readonly ItemView[]): boolean {
  return dialog.some(({ is }) => is === 'field') || saysAny(dialog, 'verify', 'code', 'passkey', 'locked', 'inbox');
}

/** True if a dialog is a cookie banner. A sign-in dialog may mention cookies, too. */
function isBanner(dialog: readonly ItemView[]): boolean {
  const isForm = dialog.some((item) => item.is === 'field' && /^(?:password|email|tel)$/.test(item.type));
  return !isForm && saysAny(dialog, 'cookies') && !saysAny(dialog, 'signIn', 'verify');
}
