import { labels } from '../../language/form/index.ts';
import { isNamed, says } from '../../language/page/index.ts';
import { IDENTITY_PROVIDER } from '../control.ts';
import { type PageSnapshot, isControl, isPressable, isSiteFrame } from '../page-snapshot.ts';
import type { ControlView } from '../page/view.ts';

const PROVIDER_BUTTON = new RegExp(
  String.raw`${IDENTITY_PROVIDER.source}|discord|slack|yahoo|spotify|twitch|passkey|kakao|naver|\bline\b|telegram|\bvk\b|yandex|openid|eid\b`,
  'i',
);
const OTHER_NAME = /cancel|back\b|reset|clear|toggle|show|hide|close|skip|resend|captcha|generate|upload|browse|prev/i;
const SIGN_UP_NAME = /regist|sign[-_ ]?up|create[-_ ]?acc|join|subscribe/i;

/** Finds the control that sends a form: inside of it, else tied to it, else behind it. */
export function findButton(
  snapshot: PageSnapshot,
  own: readonly ControlView[],
  last: ControlView,
): ControlView | undefined {
  const place = snapshot.items.indexOf(last);
  const isAfter = (control: ControlView): boolean => snapshot.items.indexOf(control) > place;
  const likely = own.filter((control) => isLikely(control));
  const inside = best(likely, isAfter);
  if (inside) return inside;
  const behind = snapshot.items
    .slice(place + 1)
    .filter(isControl)
    .filter((control) => control.frame === last.frame && !isSiteFrame(control) && isLikely(control));
  const next = behind.findIndex(({ is }) => is === 'field');
  return best(next < 0 ? behind : behind.slice(0, next), isAfter);
}

function isLikely(control: ControlView): boolean {
  if (control.is === 'link' ? !isPressable(control) : control.is !== 'button') return false;
  const { label, names, opens, type } = control;
  if (type === 'reset' || type === 'tab' || type === 'menuitem' || opens !== '') return false;
  if (PROVIDER_BUTTON.test(label) || says(label, 'passkey')) return false;
  if (OTHER_NAME.test(label) || (label === '' && OTHER_NAME.test(names))) return false;
  if (labels(label, 'setting') || (says(label, 'reset', 'resend', 'deny') && !says(label, 'signUp'))) return false;
  return label !== '' || type === 'submit';
}

function best(likely: readonly ControlView[], isAfter: (control: ControlView) => boolean): ControlView | undefined {
  const scored = likely.map((control) => ({ control, score: scoreOf(control, isAfter(control)) }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.control;
}

function scoreOf(control: ControlView, isAfter: boolean): number {
  const { label, type, names, is } = control;
  const [up, signIn] = [says(label, 'signUp'), says(label, 'signIn')];
  let score = 0;
  if (type === 'submit' || type === 'image') score += 3;
  if (up) score += 4;
  if (SIGN_UP_NAME.test(names)) score += 2;
  if (isNamed(label, 'next') || isNamed(label, 'goOn')) score += 1.5;
  if (signIn && !up) score -= 2.5;
  if (says(label, 'later', 'no', 'otherWay')) score -= 3;
  if (is === 'link') score -= 1;
  return isAfter ? score + 2 : score;
}
