import type { ChallengeFactor, Factor } from './challenge.ts';
import { type FoundFactor, channelOf, factorOf, factorsIn, isSent, withDestination } from './factor.ts';
import type { FoundField } from './field.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import type { ControlView, TextView } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

const MAX_OFFER = 160;
const QUESTION = /[?？؟]$/u;
const OTHER_ACTION =
  /print|download|copy|save|generat|remove|delete|disable|config|setup|set-up|enrol|regist|manage|help/i;
/** Names and addresses of the controls that select a factor, in code. They say the same in any language. */
const CODE_NAMES: readonly (readonly [Factor, RegExp])[] = [
  ['recovery-code', /recovery[-_]?code|backup[-_]?code|scratch[-_]?code|(?:recovery|backup)(?:$|[?/\s])/i],
  ['totp', /\btotp\b|time[-_]?based|authenticator(?:[-_]?app)?(?:$|[?/\s])/i],
  ['passkey', /webauthn|\bu2f\b|\bfido2?\b|passkey|security[-_]?key/i],
  ['sms-code', /(?:otp|mfa|2fa|factor|code|verify|method)[^\s]*[/=_-](?:sms|phone)(?:$|[?/&\s])/i],
  ['email-code', /(?:otp|mfa|2fa|factor|code|verify|method)[^\s]*[/=_-]e?mail(?:$|[?/&\s])/i],
];

/** Finds the buttons, links and options that each select a factor. */
export function offeredFactors(snapshot: PageSnapshot, fields: readonly FoundField[]): FoundFactor[] {
  const codeForms = new Set(
    fields.filter(({ role }) => role === 'code' || role === 'recovery-code').map(({ first }) => first.form),
  );
  // Beside a code field, a list names the devices that make the code.
  const isDevice = (control: ControlView): boolean =>
    control.is === 'option' && control.form >= 0 && codeForms.has(control.form) && !/\s/.test(control.label.trim());
  const candidates = snapshot.controls.filter((control) => canOffer(control) && !isDevice(control));
  // Below a list of options, a "Send code" button submits the selected option.
  const isList = candidates.some(({ is, label }) => is === 'option' && factorOf(label));
  const sent = isList ? undefined : sentOnClick(snapshot, fields);
  const isRepeated = (control: ControlView): boolean =>
    control.is === 'button' &&
    candidates.filter(({ is, label }) => is === 'button' && label === control.label).length > 1;
  const found = candidates.flatMap((control): FoundFactor[] => {
    // Buttons of the same name are told apart by the texts of their forms.
    const name = isRepeated(control) ? (titleOf(snapshot, control) ?? control.label) : control.label;
    const factor = factorOf(name) ?? factorByCode(control);
    if (factor) return factor === 'human' ? [] : [{ ...withDestination(factor, name), control }];
    return sent && isSender(control) ? [{ ...sent, label: control.label, control }] : [];
  });
  // A radio button and its label, or the title and the button of one entry, are one offer.
  return found.filter(
    (offer, index) =>
      !found
        .slice(0, index)
        .some(
          (other) =>
            other.factor === offer.factor && (other.label === offer.label || other.destination === offer.destination),
        ),
  );
}

/** Returns the first text of the form of a control, which is its title. */
function titleOf({ items }: PageSnapshot, { form }: ControlView): string | undefined {
  const own = items.filter((item) => form >= 0 && item.form === form);
  return own.find((item): item is TextView => item.is === 'text')?.text;
}

function canOffer(control: ControlView): boolean {
  const { is, label, type, checked, selfLink } = control;
  if (is === 'field' || type === 'checkbox' || !label || label.length > MAX_OFFER || isSiteFrame(control)) return false;
  // The label of a menu is its current choice.
  if (control.opens !== '') return false;
  if (selfLink || /^(?:mailto|tel):/.test(type) || ((is === 'button' || is === 'link') && checked) || isQuestion(label))
    return false;
  if (isNamed(label, 'send') && isNamed(label, 'again')) return false;
  if (says(label, 'trust', 'resend', 'signOut', 'signUp', 'manage', 'enrol', 'newsletter')) return false;
  return !says(label, 'reset') || says(label, 'recovery');
}

/** True for a button that sends a code without naming the channel. */
export function isSender({ is, label }: ControlView): boolean {
  const isToSend = is === 'button' && isNamed(label, 'code') && says(label, 'send');
  return isToSend && !says(label, 'resend', 'notCode') && factorOf(label) === undefined;
}

/** Returns the factor that such a button requests, on a page that asks only for a second factor. */
function sentOnClick(snapshot: PageSnapshot, fields: readonly FoundField[]): ChallengeFactor | undefined {
  const isOnlyFactor = fields.every(({ role, first }) => role === 'code' || role === 'recovery-code' || first.filled);
  if (!isOnlyFactor || !(snapshot.isTitled('verify', 'choose') || snapshot.tells('verify', 'choose'))) return undefined;
  // A text about an authenticator app does not name a destination.
  const sentences = snapshot.texts.map(({ text }) => text).filter((text) => !QUESTION.test(text) && !says(text, 'app'));
  const notice = sentences.find((text) => factorsIn(text).some(isSent));
  const factor = notice ? factorsIn(notice).find(isSent) : channelOf(sentences);
  return withDestination(factor ?? 'email-code', notice ?? '');
}

/** True for questions that offer help, such as "Trouble getting the mail?". "A recovery code?" is an offer. */
function isQuestion(label: string): boolean {
  return QUESTION.test(label) && !(says(label, 'recovery') && !says(label, 'otherWay'));
}

/** Returns the factor that the name or the address of a control says. An address of another site says nothing. */
export function factorByCode({ is, type, names }: ControlView): Factor | undefined {
  if (is !== 'button' && is !== 'link') return undefined;
  // "Print the codes" is named for the codes, too.
  if (OTHER_ACTION.test(names)) return undefined;
  const address = is === 'link' && !/^(?:https?:)?\/\//i.test(type) ? type : '';
  return CODE_NAMES.find(
    ([, pattern]) => pattern.test(names) || (!OTHER_ACTION.test(address) && pattern.test(address)),
  )?.[0];
}
