import type { Factor } from './challenge.ts';
import { factorOf } from './factor.ts';
import { type PageSnapshot, isControl, isPressable, isSiteFrame } from './page-snapshot.ts';
import { isSignOut } from './session-sign.ts';
import type { ControlView, ItemView } from './page/view.ts';
import { isLabeled, speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';

/** Factors that a security page can set up. */
export type EnrollableFactor = 'totp' | 'sms-code' | 'passkey';

/** Weight of each piece of evidence that a control begins to set up a factor. */
const WEIGHT = {
  'names the factor': 3,
  'names two factors': 2,
  'begins something': 2,
  'is a switch': 2,
  'follows the factor': 2,
  'follows two factors': 1.5,
  'follows a heading of the factor': 1.5,
  'follows a heading of two factors': 1,
  'names another factor': -6,
  'follows another factor': -1.5,
  'switches off': -9,
  'is about something else': -6,
  'leads away': -0.5,
} as const;
type Evidence = keyof typeof WEIGHT;

/** Score from which a control is pressed. */
const ENOUGH = 3.5;
/** The same for a page that shows nothing better: a tab or a link to the settings of the factor. */
const ENOUGH_TO_OPEN = 2;
/** Maximum number of items between a heading and what it is about. */
const MAX_DISTANCE = 25;
const SWITCH = /^(?:checkbox|switch)$/;
/** A switch that shows a box for each character, or the dots of a password. */
const NOT_A_SWITCH = /show|remember|terms|newsletter/i;

/** A control that may begin to set up a factor, with the evidence. */
export interface Starter {
  readonly control: ControlView;
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

/** Finds the controls that may begin to set up a factor, the most likely first. */
export function findStarters(snapshot: PageSnapshot, factor: EnrollableFactor): Starter[] {
  const { items } = snapshot;
  return items
    .filter(isControl)
    .filter((control) => mayBegin(control))
    .map((control): Starter => {
      const evidence = evidenceFor(control, items, factor);
      return { control, evidence, score: evidence.reduce((sum, name) => sum + WEIGHT[name], 0) };
    })
    .filter(({ score, evidence }) => score >= (evidence.length > 1 ? ENOUGH_TO_OPEN + 0.5 : ENOUGH_TO_OPEN))
    .toSorted((a, b) => b.score - a.score);
}

/** True if a starter is sure enough to be pressed before the others of the page are looked at. */
export function isSure({ score }: Starter): boolean {
  return score >= ENOUGH;
}

function mayBegin(control: ControlView): boolean {
  const { is, type, disabled, label, names } = control;
  if (disabled || is === 'field' || control.selfLink || isSignOut(control)) return false;
  if (isSiteFrame(control) && !speaksOf(label, 'twoFactor')) return false;
  if (/^(?:mailto|tel|otpauth):/.test(type)) return false;
  if (is === 'option') return SWITCH.test(type) && !control.checked && !NOT_A_SWITCH.test(`${label} ${names}`);
  return label !== '' || control.textBefore !== '';
}

function evidenceFor(control: ControlView, items: readonly ItemView[], factor: EnrollableFactor): Evidence[] {
  const { label, textBefore, type, is } = control;
  const found: Evidence[] = [];
  const own = subjectOf(label, factor);
  if (own === 'factor') found.push('names the factor');
  else if (own === 'two factors') found.push('names two factors');
  else if (own === 'other') found.push('names another factor');
  if (own === undefined) {
    const before = subjectOf(textBefore, factor);
    if (before === 'factor') found.push('follows the factor');
    else if (before === 'two factors') found.push('follows two factors');
    else if (before === 'other') found.push('follows another factor');
    const heading = subjectOf(headingBefore(control, items), factor);
    if (heading === 'factor') found.push('follows a heading of the factor');
    else if (heading === 'two factors') found.push('follows a heading of two factors');
    else if (heading === 'other') found.push('follows another factor');
  }
  if (is === 'option') found.push('is a switch');
  else if (isLabeled(label, 'turnOn')) found.push('begins something');
  if (isLabeled(label, 'turnOff') && !/set|add/i.test(label)) found.push('switches off');
  if (says(label, 'reset', 'newsletter', 'cookies', 'shop', 'signIn', 'later', 'deny') && own !== 'factor')
    found.push('is about something else');
  if (is === 'link' && /^https?:/.test(type)) found.push('leads away');
  return found;
}

type Subject = 'factor' | 'two factors' | 'other';

/** Returns what a text is about: the factor, several factors, or another one. */
function subjectOf(text: string, factor: EnrollableFactor): Subject | undefined {
  if (text === '') return undefined;
  const named = factorOf(text);
  const isRecovery = says(text, 'recovery');
  if (isRecovery && factor !== 'passkey') return says(text, 'app') && factor === 'totp' ? 'factor' : 'other';
  if (meaning(text, factor)) return 'factor';
  if (speaksOf(text, 'twoFactor')) return factor === 'passkey' ? 'other' : 'two factors';
  return named !== undefined && named !== 'human' && !isSame(named, factor) ? 'other' : undefined;
}

function meaning(text: string, factor: EnrollableFactor): boolean {
  if (factor === 'totp') return says(text, 'app') && !says(text, 'sms');
  if (factor === 'passkey') return says(text, 'passkey');
  return says(text, 'sms') && !says(text, 'app', 'passkey');
}

function isSame(named: Factor, factor: EnrollableFactor): boolean {
  return named === factor || (named === 'hotp' && factor === 'totp');
}

/** Returns the last heading before a control, if it is close. */
function headingBefore(control: ControlView, items: readonly ItemView[]): string {
  const place = items.indexOf(control);
  const heading = items
    .slice(Math.max(0, place - MAX_DISTANCE), place)
    .findLast((item) => item.is === 'text' && item.heading);
  return heading?.is === 'text' ? heading.text : '';
}

/** Finds the control that shows the secret as text: "Can't scan it?" */
export function findReveal(snapshot: PageSnapshot): ControlView | undefined {
  return ownControls(snapshot).find(
    ({ is, label }) => is !== 'field' && is !== 'option' && isLabeled(label, 'cannotScan') && !says(label, 'recovery'),
  );
}

/** Finds the control that says that the codes are stored, or that ends the set-up. */
export function findFinish(snapshot: PageSnapshot): ControlView | undefined {
  const controls = ownControls(snapshot).filter(
    (control) => isPressable(control) && isLabeled(control.label, 'saved') && !isLabeled(control.label, 'turnOff'),
  );
  const plain = controls.filter(
    ({ label }) => !/print|copy|back|drucken/i.test(label) && !isLabeled(label, 'download'),
  );
  return plain.findLast(({ is }) => is === 'button') ?? plain.at(-1);
}

/** Maximum number of items between a text about recovery codes and the button that saves them as a file. */
const MAX_ABOVE = 8;

/** Finds the control that saves the recovery codes as a file: a button, or a link to no other site. @param url that of the page */
export function findCodeDownload(snapshot: PageSnapshot, url: string): ControlView | undefined {
  const controls = ownControls(snapshot).filter(
    (control) =>
      (control.is === 'button' || (control.is === 'link' && staysAtSite(control.type, url))) &&
      isLabeled(control.label, 'download'),
  );
  const named = controls.find(({ label }) => says(label, 'recovery'));
  if (named) return named;
  return controls.find((control) => {
    const above = snapshot.items.slice(0, snapshot.items.indexOf(control)).slice(-MAX_ABOVE);
    return !says(control.label, 'app') && above.some((item) => item.is === 'text' && says(item.text, 'recovery'));
  });
}

function staysAtSite(href: string, url: string): boolean {
  if (/^(?:data|blob):/i.test(href)) return true;
  return URL.canParse(href, url) && new URL(href, url).origin === new URL(url).origin;
}

/** Finds the boxes that say that the codes are stored, and that are not checked yet. */
export function findSavedBoxes(snapshot: PageSnapshot): ControlView[] {
  return ownControls(snapshot).filter(
    ({ is, type, checked, label, textBefore }) =>
      is === 'option' && SWITCH.test(type) && !checked && isLabeled(label || textBefore, 'saved'),
  );
}

/** Finds the button that goes on to the next step of a set-up. */
export function findNext(snapshot: PageSnapshot): ControlView | undefined {
  return ownControls(snapshot)
    .filter(({ is }) => is === 'button')
    .findLast(
      ({ label, opens }) =>
        opens === '' &&
        (says(label, 'goOn', 'next') || isLabeled(label, 'turnOn')) &&
        !says(label, 'later', 'deny', 'signOut', 'resend') &&
        !isLabeled(label, 'turnOff'),
    );
}

/** Returns the labels of controls that switch a factor off, which only a page has where the factor is on. */
export function offSwitches(snapshot: PageSnapshot): string[] {
  return ownControls(snapshot).flatMap(({ is, type, label, textBefore, checked }) => {
    if (is === 'field') return [];
    if (is === 'option') return SWITCH.test(type) && checked ? [`${label || textBefore} (checked)`] : [];
    return isLabeled(label, 'turnOff') ? [label] : [];
  });
}

function ownControls(snapshot: PageSnapshot): ControlView[] {
  return snapshot.controls.filter((control) => !isSiteFrame(control) && !control.disabled);
}
