/** Where on the page something stands. */
export type Region = 'main' | 'nav' | 'header' | 'footer' | 'aside' | 'dialog' | '';

interface Seen {
  /** The number of its frame. */
  readonly frame: number;
  /** The number of the form or dialog around it; -1 for none. */
  readonly form: number;
  /** The number of the dialog around it; -1 for none. */
  readonly dialog: number;
  readonly region: Region;
}

export interface SeenText extends Seen {
  readonly is: 'text';
  readonly text: string;
  readonly heading: boolean;
  /** Whether it is told as an error: an alert, a live region, red letters. */
  readonly alert: boolean;
  /** Whether it is made of links only, and of what stands between them. */
  readonly linked: boolean;
}

export interface SeenControl extends Seen {
  readonly is: 'field' | 'button' | 'link' | 'option';
  /** A selector that finds it again in its frame. */
  readonly path: string;
  /** `text`, `password`, `checkbox`, `select`, `editable`, …; for a link, where it goes. */
  readonly type: string;
  /** Its accessible name. */
  readonly label: string;
  /** The text right before it. */
  readonly near: string;
  readonly placeholder: string;
  /** `name`, `id` and `data-testid`. */
  readonly names: string;
  readonly autocomplete: string;
  readonly inputMode: string;
  readonly pattern: string;
  readonly maxLength: number;
  /** What describes it. */
  readonly described: string;
  readonly invalid: boolean;
  readonly filled: boolean;
  readonly checked: boolean;
  /** Whether nothing can be entered. */
  readonly fixed: boolean;
  /** Whether it opens a menu; `account` when a person's picture is on it. */
  readonly opens: '' | 'menu' | 'account';
  /** Whether it is a link to where the page is already. */
  readonly here: boolean;
  readonly tabIndex: number;
  /** `clipped` and `transparent` fields may be the real ones under drawn boxes. */
  readonly shown: 'plain' | 'clipped' | 'transparent';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A picture with a name, or a frame inside. */
export interface SeenPicture extends Seen {
  readonly is: 'picture' | 'frame';
  /** Its text alternative, or the address of the frame. */
  readonly text: string;
  readonly name: string;
  readonly visible: boolean;
  readonly width: number;
  readonly height: number;
}

export type SeenItem = SeenText | SeenControl | SeenPicture;

/** What a person sees in a frame, in its order. */
export interface FrameView {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly items: readonly SeenItem[];
  /** What buttons and links say that are not shown, as those of a closed menu. */
  readonly hidden: readonly string[];
}
