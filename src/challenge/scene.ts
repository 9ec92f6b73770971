import type { FrameView, SeenControl, SeenItem, SeenPicture, SeenText } from './view.ts';
import { type Meaning, says } from './words/index.ts';

/** Forms of one frame are told from those of the next by this. */
const FORMS_PER_FRAME = 1000;

/** What a person looks at on a page: all of it, or the dialog in front. */
export class Scene {
  readonly title: string;
  /** What is in front. */
  readonly items: readonly SeenItem[];
  /** What is in front and behind. */
  readonly all: readonly SeenItem[];

  constructor(views: readonly FrameView[]) {
    this.title = views[0]?.title ?? '';
    const joined = views.flatMap(({ items }, frame) =>
      items.map((item) => ({ ...item, frame, form: item.form < 0 ? -1 - frame : frame * FORMS_PER_FRAME + item.form })),
    );
    this.all = withoutBanner(joined);
    const dialog = this.all.filter(({ region }) => region === 'dialog');
    const isAsking =
      dialog.some(({ is }) => is === 'field') || saysAny(dialog, 'verify', 'code', 'passkey', 'locked', 'inbox');
    this.items = isAsking ? dialog : this.all;
  }

  /** Texts of the page itself, not of what frames it; a link that stands alone is no text. */
  get texts(): SeenText[] {
    const links = new Set(this.controls.filter(({ is }) => is === 'link').map(({ label }) => label));
    return this.items.filter(
      (item): item is SeenText => item.is === 'text' && !isAround(item) && !links.has(item.text),
    );
  }

  get headings(): SeenText[] {
    return this.texts.filter(({ heading }) => heading);
  }

  get alerts(): SeenText[] {
    return this.items.filter((item): item is SeenText => item.is === 'text' && item.alert);
  }

  get controls(): SeenControl[] {
    return this.items.filter(isControl);
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

/** Without a dialog that asks for consent to cookies. */
function withoutBanner(items: readonly SeenItem[]): readonly SeenItem[] {
  const banners = new Set(
    items
      .filter((item) => item.region === 'dialog' && item.is === 'text' && says(item.text, 'cookies'))
      .map(({ form }) => form),
  );
  return items.filter((item) => item.region !== 'dialog' || !banners.has(item.form));
}
