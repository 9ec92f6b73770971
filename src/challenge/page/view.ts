/** Region of a page. */
export type Region = 'main' | 'nav' | 'header' | 'footer' | 'aside' | 'dialog' | '';

/** Position of an item in the page. */
interface ItemPosition {
  /** Index of the frame. */
  readonly frame: number;
  /** Number of the enclosing form or dialog; -1 for none. */
  readonly form: number;
  /** Number of the enclosing dialog; -1 for none. */
  readonly dialog: number;
  readonly region: Region;
}

export interface TextView extends ItemPosition {
  readonly is: 'text';
  readonly text: string;
  readonly heading: boolean;
  /** True if it looks like an error: an alert, a live region, red text. */
  readonly alert: boolean;
  /** Marks that make it look like a message, separated by spaces: `role`, `live`, `class`, `toast`, `color`, `good`. */
  readonly marks: string;
  /** True if it consists of links only. */
  readonly linked: boolean;
}

export interface ControlView extends ItemPosition {
  readonly is: 'field' | 'button' | 'link' | 'option';
  /** Selector within the frame. */
  readonly path: string;
  /** `text`, `password`, `checkbox`, `select`, `editable`, …; for a link, its `href`. */
  readonly type: string;
  /** Accessible name. */
  readonly label: string;
  /** Text directly before it. */
  readonly textBefore: string;
  readonly placeholder: string;
  /** `name`, `id` and `data-testid`; for a control without a label, also its icons. */
  readonly names: string;
  readonly autocomplete: string;
  readonly inputMode: string;
  readonly pattern: string;
  readonly maxLength: number;
  /** Text of `aria-describedby` and `aria-errormessage`. */
  readonly description: string;
  readonly invalid: boolean;
  readonly filled: boolean;
  readonly checked: boolean;
  /** True if it is disabled or read-only. */
  readonly disabled: boolean;
  /** `menu` if it opens a menu; `account` if it also shows an avatar. */
  readonly opens: '' | 'menu' | 'account';
  /** True for a link to the current page. */
  readonly selfLink: boolean;
  readonly tabIndex: number;
  /** `clipped` and `transparent` fields may be the real fields under custom-drawn boxes. */
  readonly shown: 'plain' | 'clipped' | 'transparent';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An image or an iframe. */
export interface PictureView extends ItemPosition {
  readonly is: 'picture' | 'frame';
  /** Alternative text, id and class of an image, or the URL of an iframe. */
  readonly text: string;
  readonly name: string;
  readonly visible: boolean;
  readonly width: number;
  readonly height: number;
}

export type ItemView = TextView | ControlView | PictureView;

const TEXT = { region: '', text: '', heading: false, alert: false, marks: '', linked: false };
const CONTROL = {
  region: '',
  ...{ path: '', type: '', label: '', textBefore: '', placeholder: '', names: '', autocomplete: '', inputMode: '' },
  ...{ pattern: '', description: '', opens: '' },
  ...{ invalid: false, filled: false, checked: false, disabled: false, selfLink: false },
};
const PICTURE = { region: '', text: '', name: '', visible: false };

/** Runs in the page. Leaves the values out that most items have. `expandView()` puts them in again. */
export function withoutDefaults(key: string, value: unknown): unknown {
  const isOfList = /^\d+$/.test(key);
  return (value === '' || value === false) && !isOfList ? undefined : value;
}

/** Returns a view with the values that were left out where it was read. */
export function expandView(view: FrameView): FrameView {
  const items = view.items.map((item): ItemView => {
    const defaults = item.is === 'text' ? TEXT : item.is === 'picture' || item.is === 'frame' ? PICTURE : CONTROL;
    return { ...defaults, ...item };
  });
  return { ...{ title: '', busy: false, address: '' }, ...view, items };
}

/** Visible content of a frame, in document order. */
export interface FrameView {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly items: readonly ItemView[];
  /** Names of hidden buttons and links, such as those of a closed menu. */
  readonly hidden: readonly string[];
  /** True if the frame shows a progress element. */
  readonly busy: boolean;
  /** Action, `id`, `name` and class of each form, by its number. Empty for dialogs. */
  readonly forms: readonly string[];
  /** Path and query of its URL. */
  readonly address: string;
}
