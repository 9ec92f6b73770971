import { type PageSnapshot, isControl, isPressable, isSiteFrame } from './page-snapshot.ts';
import type { ControlView, ItemView } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Sign of a session, with the text that shows it. */
export interface SessionSign {
  readonly sign: 'sign-out' | 'account-menu' | 'signed-in-as' | 'closed-menu';
  readonly label: string;
}

/** Matches sign-out URLs, because the link itself may be an icon or a name. */
const SIGN_OUT_URL = /[/=](?:log|sign)[-_]?(?:out|off)(?:[/?#.]|$)/i;
/** Matches the icons of a sign-out control. */
const SIGN_OUT_ICON = /(?:log|sign)[-_]?(?:out|off)|power[-_]off|door[-_](?:open|exit)|box-arrow-right/i;
/** Maximum length of a text that says who is signed in, in characters. */
const MAX_NOTE = 120;

/** Collects the signs of a session that a page shows. */
export function sessionSigns(snapshot: PageSnapshot): SessionSign[] {
  const controls = snapshot.all.filter(isControl);
  const signs: SessionSign[] = [];
  const signOut = controls.find(isSignOut);
  if (signOut) signs.push({ sign: 'sign-out', label: signOut.label });
  const menu = controls.find(isAccountMenu);
  if (menu) signs.push({ sign: 'account-menu', label: menu.label });
  const notice = snapshot.texts.find(({ text }) => text.length <= MAX_NOTE && says(text, 'signedInAs'));
  if (notice) signs.push({ sign: 'signed-in-as', label: notice.text });
  const closed = signOut ? undefined : hiddenSignOut(snapshot);
  if (closed !== undefined) signs.push({ sign: 'closed-menu', label: closed });
  return signs;
}

/** True for a visible control that signs out. */
export function isSignOut(item: ItemView): boolean {
  if (item.is !== 'button' && item.is !== 'link') return false;
  if (isNamed(item.label, 'signOut') && !says(item.label, 'newsletter')) return true;
  // A button without a label is named by its icon.
  if (item.label === '' && SIGN_OUT_ICON.test(item.names)) return true;
  // "Cancel" may lead to the URL of a sign-out, too.
  return item.is === 'link' && SIGN_OUT_URL.test(item.type) && !says(item.label, 'deny', 'goOn', 'later', 'no');
}

/** True for the button of an account menu, which is not shown to guests. */
export function isAccountMenu({ is, label, opens }: ControlView): boolean {
  return is === 'button' && (opens === 'account' || isNamed(label, 'accountMenu'));
}

/** Returns the sign-out control of a closed menu. It counts only if the page shows a button that opens a menu. */
export function hiddenSignOut(snapshot: PageSnapshot): string | undefined {
  const isOpener = (control: ControlView): boolean =>
    control.opens !== '' || (isPressable(control) && (isSiteFrame(control) || control.is === 'link'));
  if (!snapshot.all.filter(isControl).some(isOpener)) return undefined;
  return snapshot.hidden.find((label) => isNamed(label, 'signOut') && !says(label, 'newsletter'));
}
