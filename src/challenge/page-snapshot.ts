import type { FrameView, SeenControl, SeenItem, SeenPicture, SeenText } from './page/view.ts';
import { type Meaning, says } from '../language/page/index.ts';

/** Forms of one frame are told from those of the next by this. */
const FORMS_PER_FRAME = 1000;

/** What a person looks at on a page: all of it, or the dialog in front. */
export class PageSnapshot {
  readonly title: string;
  /** What is in front. */
  readonly items: readonly SeenItem[];
  /** What is in front and behind. */
  readonly all: readonly SeenItem[];
  /** What asks for consent to cookies. */
  readonly banner: readonly SeenItem[];
  /** Texts of the page itself, not of what frames it; links that stand alone are no text. */
  readonly texts: readonly SeenText[];
  readonly headings: readonly SeenText[];
  readonly alerts: readonly SeenText[];
  readonly controls: readonly SeenControl[];
  /** What buttons and links say that are not shown. */
  readonly hidden: readonly string[];

  constructor(views: readonly FrameView[]) {
    this.title = views[0]?.title ?? '';
    const joined = views.flatMap(({ items }, frame) =>
      items.map((item) => ({
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
    const texts = this.items.filter((item): item is SeenText => item.is === 'text');
    this.texts = texts.filter((text) => !text.linked && !isAround(text));
    this.headings = this.texts.filter(({ heading }) => heading);
    this.alerts = texts.filter(({ alert }) => alert);
    this.controls = this.items.filter(isControl);
    this.hidden = views.flatMap(({ hidden }) => hidden);
  }

  get pictures(): SeenPicture[] {
    return this.items.filter((item): item is SeenPicture => item.is === 'picture' || item.is === 'frame');
  }

  /** Whether the title or a heading says so. */
  isTitled(...meanings: readonly Meaning[]): boolean {
    return says(this.title, ...meanings) || this.headings.some(({ text }) => says(text, ...meanings));
  }

  tells(...meanings: readonly Meaning[]): boolean {
    return this.texts.some(({ text }) => says(text, ...meanings));
  }
}

export function isControl(item: SeenItem): item is SeenControl {
  return item.is === 'field' || item.is === 'button' || item.is === 'link' || item.is === 'option';
}

/** What stands around every page of a site. */
export function isAround({ region }: SeenItem): boolean {
  return region === 'nav' || region === 'header' || region === 'footer' || region === 'aside';
}

function saysAny(items: readonly SeenItem[], ...meanings: readonly Meaning[]): boolean {
  return items.some((item) => item.is === 'text' && says(item.text, ...meanings));
}

/** The dialogs of a page, the one in front last: each was opened over those before. */
function dialogsOf(items: readonly SeenItem[]): SeenItem[][] {
  const numbers = new Set(items.map(({ dialog }) => dialog).filter((number) => number >= 0));
  return [...numbers].map((number) => items.filter(({ dialog }) => dialog === number));
}

function isAsking(dialog: readonly SeenItem[]): boolean {
  return dialog.some(({ is }) => is === 'field') || saysAny(dialog, 'verify', 'code', 'passkey', 'locked', 'inbox');
}

/** Whether a dialog asks for consent to cookies; one that signs in may speak of them too. */
function isBanner(dialog: readonly SeenItem[]): boolean {
  const isForm = dialog.some((item) => item.is === 'field' && /^(?:password|email|tel)$/.test(item.type));
  return !isForm && saysAny(dialog, 'cookies') && !saysAny(dialog, 'signIn', 'verify');
}
