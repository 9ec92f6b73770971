import { type Decision, decide } from '../../src/challenge/decide.ts';
import { describe } from '../../src/challenge/describe.ts';
import type { Challenge } from '../../src/challenge/challenge.ts';
import type { ControlView, FrameView, ItemView, TextView } from '../../src/challenge/page/view.ts';

/** Returns a text of a page. */
export function text(content: string, more: Partial<TextView> = {}): TextView {
  return {
    is: 'text',
    frame: 0,
    form: -1,
    dialog: -1,
    region: '',
    text: content,
    heading: false,
    alert: /role|live|class|color/.test(more.marks ?? ''),
    marks: '',
    linked: false,
    ...more,
  };
}

/** Returns a heading of a page. */
export function heading(content: string): TextView {
  return text(content, { heading: true });
}

/** Returns a field, button, link or option of a page. */
export function control(is: ControlView['is'], label: string, more: Partial<ControlView> = {}): ControlView {
  return {
    is,
    frame: 0,
    form: 0,
    dialog: -1,
    region: '',
    path: 'html',
    type: is === 'link' ? '/' : 'text',
    label,
    textBefore: '',
    placeholder: '',
    names: '',
    autocomplete: '',
    inputMode: '',
    pattern: '',
    maxLength: -1,
    description: '',
    invalid: false,
    filled: false,
    checked: false,
    disabled: false,
    opens: '',
    selfLink: false,
    tabIndex: 0,
    shown: 'plain',
    x: 0,
    y: 0,
    width: 200,
    height: 30,
    ...more,
  };
}

/** Returns the view of a frame with these items. */
export function view(items: readonly ItemView[], more: Partial<FrameView> = {}): FrameView {
  return { title: '', width: 1280, height: 720, items, hidden: [], busy: false, forms: [], address: '/', ...more };
}

/** Returns the items of a sign-in form. */
export function signInForm(
  more: { name?: string; password?: string; button?: string; filled?: boolean } = {},
): ControlView[] {
  const { name = 'User name', password = 'Password', button = 'Sign in', filled = false } = more;
  return [
    control('field', name, { names: 'username', filled }),
    control('field', password, { type: 'password', names: 'password' }),
    control('button', button, { type: 'submit' }),
  ];
}

/** Decides what a page with these items asks for. */
export function decided(...items: readonly ItemView[]): Challenge {
  return describe(decision(items));
}

/** Returns the decision about a page with these items. */
export function decision(items: readonly ItemView[], more: Partial<FrameView> = {}): Decision {
  return decide([view(items, more)]);
}
