import type { ChallengeKind } from './challenge.ts';
import type { FoundControls } from './control.ts';
import { type FoundFactor, factorOf, isSent } from './factor.ts';
import type { FoundField } from './field.ts';
import { type PageSnapshot, isControl, isSiteFrame } from './page-snapshot.ts';
import { type SessionSign, sessionSigns } from './session-sign.ts';
import { type Statement, statementsOf } from './statement.ts';
import type { ControlView, FrameView, ItemView } from './page/view.ts';
import { questionDialogs } from './question-dialogs.ts';
import { findWall } from './wall.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Signs of a page that a sign-in needs beside its challenge. */
export interface PageSigns {
  /** Reasons why the page still asks for something, one short sentence each. Empty if it asks for nothing. */
  readonly asks: readonly string[];
  /** Reasons why the page may ask for something, in any language: it is small, and has a form or buttons. */
  readonly mayAsk: readonly string[];
  /** True if the page has little text, as a step of a sign-in has. */
  readonly isSmall: boolean;
  /** True if its only button confirms or verifies, and no field is to be filled. */
  readonly isLoneVerify: boolean;
  /** True if its only button continues, and no field is to be filled. */
  readonly isLoneContinue: boolean;
  /** Title and headings of the page. */
  readonly headings: readonly string[];
  /** Signs of a session, whether or not the page asks for something. */
  readonly session: readonly SessionSign[];
  /** Visible texts that may be the answer of the site to the last input, in all frames. */
  readonly statements: readonly Statement[];
  /** True for a blank page, and for a page that shows that it is loading. */
  readonly isLoading: boolean;
  /** True if the page says that this tab may be closed, or that the sign-in continues in another one. */
  readonly isForOtherTab: boolean;
}

/** Maximum number of texts on a small page. */
const SMALL = 15;
/** Minimum number of buttons and links of an application. */
const MIN_CONTROLS = 8;
/** Maximum number of texts on a page that is still loading. */
const BARE = 3;
/** Maximum length of a notice, in characters. */
const SHORT = 250;
/** Address, whose words say nothing about the page. */
const ADDRESS = /\S+@\S+/g;
const SEARCH = /search|query|\bq\b/i;

interface Read {
  readonly kind: ChallengeKind;
  readonly fields: readonly FoundField[];
  readonly factors: readonly FoundFactor[];
  readonly controls: FoundControls;
}

/** Collects the signs of a page. */
export function signsOf(views: readonly FrameView[], snapshot: PageSnapshot, read: Read): PageSigns {
  return {
    asks: asksOf(snapshot, read),
    mayAsk: mayAskOf(snapshot),
    isSmall: snapshot.texts.length <= SMALL,
    isLoneVerify: read.fields.length === 0 && loneButton(snapshot, 'verify') !== undefined,
    isLoneContinue: read.fields.length === 0 && loneButton(snapshot, 'goOn') !== undefined,
    headings: [snapshot.title, ...snapshot.headings.map(({ text }) => text)],
    session: sessionSigns(snapshot),
    statements: statementsOf(snapshot, read.fields),
    isLoading: isLoading(views, snapshot),
    isForOtherTab: snapshot.texts.some(({ text }) => text.length <= SHORT && says(text, 'otherTab')),
  };
}

function asksOf(snapshot: PageSnapshot, { kind, fields, factors, controls }: Read): string[] {
  const asks: string[] = [];
  if (kind !== 'unknown' && kind !== 'signed-in') asks.push(`The page is a challenge of the kind "${kind}".`);
  for (const { role, first } of fields)
    asks.push(`The field "${first.label || first.placeholder}" is for the ${role.replace('-', ' ')}.`);
  for (const { label } of factors.filter(({ factor }) => factor === 'human'))
    asks.push(`"${label.slice(0, 80)}" asks for a step that only a person can do.`);
  const passwords = snapshot.controls.filter(
    ({ is, type, disabled }) => is === 'field' && type === 'password' && !disabled,
  );
  if (passwords.length > 0 && kind !== 'signed-in') asks.push('A password field is shown.');
  const { resend } = controls;
  if (resend && says(resend.label, 'code', 'send', 'link') && !isSiteFrame(resend))
    asks.push(`"${resend.label}" sends a code again.`);
  const wall = findWall(snapshot);
  if (wall !== undefined) asks.push(`The page says "${wall.slice(0, 80)}".`);
  const isSmall = snapshot.texts.length <= SMALL;
  if (isSmall && !isSettings(snapshot)) {
    const heading = snapshot.headings.find(({ text }) => namesFactor(text));
    if (heading) asks.push(`The heading "${heading.text.slice(0, 80)}" names a factor.`);
    const lone = loneButton(snapshot, 'verify');
    if (lone) asks.push(`"${lone.label}" is the only button.`);
    const passkey = snapshot.texts.find(
      ({ text }) => text.length <= SHORT && says(text.replaceAll(ADDRESS, ''), 'passkey'),
    );
    if (passkey && snapshot.mainButtons.length <= 1) asks.push(`The page says "${passkey.text}".`);
  }
  if (questionDialogs(snapshot).some(asksForIdentity)) asks.push('A dialog asks for an identity.');
  return asks;
}

/** True if the page manages several factors. */
function isSettings(snapshot: PageSnapshot): boolean {
  const managed = snapshot.controls.filter(({ is, label }) => is === 'button' && isNamed(label, 'manage'));
  return managed.filter(({ label, textBefore }) => factorOf(label) ?? factorOf(textBefore)).length > 1;
}

/** Returns the only button of the main content, if it has a meaning. */
function loneButton(snapshot: PageSnapshot, meaning: 'verify' | 'goOn'): ControlView | undefined {
  const [button, ...others] = snapshot.mainButtons;
  return button && others.length === 0 && says(button.label, meaning) ? button : undefined;
}

/** True for a heading that names a factor. "Inbox" and "Phone" may be parts of any page. */
function namesFactor(text: string): boolean {
  if (says(text, 'verify')) return true;
  const factor = factorOf(text);
  if (factor === undefined || factor === 'human') return false;
  return !isSent(factor) || says(text, 'code', 'sent', 'send');
}

function asksForIdentity(dialog: readonly ItemView[]): boolean {
  return dialog.some((item) => item.is === 'text' && says(item.text, 'verify', 'code', 'passkey'));
}

/** True for a page of an application: with a sign-out control or an account menu, and with more to press than a step has. */
function isApplication(snapshot: PageSnapshot): boolean {
  const pressable = snapshot.all.filter(isControl).filter(({ is }) => is === 'button' || is === 'link');
  return pressable.length >= MIN_CONTROLS && sessionSigns(snapshot).some(({ sign }) => sign !== 'closed-menu');
}

function mayAskOf(snapshot: PageSnapshot): string[] {
  if (snapshot.texts.length > SMALL || isApplication(snapshot)) return [];
  const fields = snapshot.controls.filter(
    (control) => control.is === 'field' && !isSiteFrame(control) && !control.disabled && control.shown === 'plain',
  );
  const typed = fields.filter(({ type, names }) => type !== 'search' && type !== 'select' && !SEARCH.test(names));
  const buttons = snapshot.mainButtons;
  const options = snapshot.controls.filter(({ is, type }) => is === 'option' && type === 'radio');
  const reasons: string[] = [];
  if (typed.length > 0) reasons.push('The page is small and has a form.');
  if (buttons.length + options.length > 1) reasons.push('The page is small and has a choice of buttons.');
  else if (buttons.length === 1) reasons.push(`The page is small, and "${buttons[0]!.label}" is its main button.`);
  return reasons;
}

/** True for a blank page, and for one with a progress element or a notice and nothing to press. */
function isLoading(views: readonly FrameView[], snapshot: PageSnapshot): boolean {
  const isWide = snapshot.all.filter(isControl).some((control) => !isSiteFrame(control) && control.is !== 'link');
  if (isWide || snapshot.texts.length > BARE) return false;
  const isBusy = views.some(({ busy }) => busy);
  const isNotice = [snapshot.title, ...snapshot.texts.map(({ text }) => text)].some(
    (text) => text.length <= SHORT && says(text, 'loading'),
  );
  const isBlank = snapshot.all.every((item) => item.is === 'picture' || isSiteFrame(item));
  return isBusy || isNotice || isBlank;
}
