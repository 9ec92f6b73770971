import type { Classification, PageFeatures } from './classification.ts';
import { isSent } from './factor.ts';
import { isEnrollment } from './enrollment.ts';
import { isPressable, isSiteFrame } from './page-snapshot.ts';
import { sessionSigns } from './session-sign.ts';
import { type Meaning, isNamed, says } from '../language/page/index.ts';

/** Maximum number of texts on a page that shows little more than one question. */
const SMALL = 8;
/** Number of texts from which a page is long. */
const LONG = 40;
/** Minimum number of buttons that manage something on a settings page. */
const MANAGED = 2;
/** Meanings that count in the title and the headings of a page. */
const TITLES = [
  'verify',
  'code',
  'passkey',
  'recovery',
  'enrol',
  'choose',
  'signIn',
  'signUp',
  'reset',
  'agree',
  'pickAccount',
  'person',
  'shop',
] as const satisfies readonly Meaning[];
/** Meanings that count in the other texts. */
const TEXTS = [
  'sent',
  'inbox',
  'link',
  'enrol',
  'verify',
  'passkey',
  'app',
  'signedInAs',
  'reset',
  'person',
  'agree',
  'choose',
] as const satisfies readonly Meaning[];

/**
 * Names the pieces of evidence of a page, each independent of the others. The weights say how much a piece speaks for or
 * against each kind.
 */
export function evidenceOf(features: PageFeatures, candidates: readonly Classification[]): string[] {
  return [
    ...candidates.map(({ kind }) => `reads as ${kind}`),
    ...fieldEvidence(features),
    ...offerEvidence(features),
    ...wordEvidence(features),
    ...controlEvidence(features),
    ...sizeEvidence(features),
  ].filter((name, index, all) => all.indexOf(name) === index);
}

function fieldEvidence({ fields, form, snapshot }: PageFeatures): string[] {
  const names = fields.map(({ role, first }) => `asks for ${role}${first.filled ? ', filled' : ''}`);
  if (fields.some(({ first }) => first.autocomplete.includes('one-time-code'))) names.push('has a one-time-code field');
  if (fields.some(({ controls }) => controls.length > 1)) names.push('has boxes');
  if (form && form.others > 0) names.push('has other fields');
  const typed = snapshot.controls.filter(
    (control) => control.is === 'field' && !isSiteFrame(control) && control.shown === 'plain',
  );
  if (typed.length === 0) names.push('has no field');
  if (typed.length > fields.length + 1) names.push('has several other fields');
  return names;
}

function offerEvidence({ offers, form }: PageFeatures): string[] {
  const own = offers.filter(({ control }) => control !== form?.submit);
  const names: string[] = own.length === 0 ? [] : [own.length === 1 ? 'offers a factor' : 'offers factors'];
  if (own.some(({ control }) => control?.is === 'button')) names.push('offers by button');
  if (own.some(({ control }) => control?.is === 'option')) names.push('offers a list');
  if (own.some(({ factor }) => factor === 'passkey')) names.push('offers a passkey');
  if (own.some(({ factor, destination }) => isSent(factor) && destination !== undefined))
    names.push('offers a destination');
  return names;
}

function wordEvidence({ snapshot, captcha }: PageFeatures): string[] {
  const names: string[] = [];
  for (const meaning of TITLES) if (snapshot.isTitled(meaning)) names.push(`title says ${meaning}`);
  for (const meaning of TEXTS) if (snapshot.tells(meaning)) names.push(`text says ${meaning}`);
  if (isEnrollment(snapshot)) names.push('shows a secret');
  if (captcha) names.push(`has a captcha ${captcha}`);
  return names;
}

function controlEvidence({ snapshot, controls }: PageFeatures): string[] {
  const names = sessionSigns(snapshot).map(({ sign }) => `has ${sign}`);
  const own = snapshot.controls.filter((control) => isPressable(control) && !isSiteFrame(control));
  if (controls.resend) names.push('has resend');
  if (controls.otherWay) names.push('has another way');
  if (controls.signIn) names.push('has a sign-in control');
  if (own.some(({ label }) => isNamed(label, 'later'))) names.push('has a later button');
  if (own.some(({ label }) => isNamed(label, 'allow')) && own.some(({ label }) => isNamed(label, 'deny')))
    names.push('has allow and deny');
  if (own.filter(({ label }) => isNamed(label, 'manage')).length >= MANAGED) names.push('manages things');
  if (own.some(({ label }) => says(label, 'signUp'))) names.push('has a sign-up button');
  if (own.some(({ label }) => says(label, 'enrol'))) names.push('has a set-up button');
  if (own.length === 1) names.push('has one button');
  return names;
}

function sizeEvidence({ snapshot: { texts } }: PageFeatures): string[] {
  return texts.length <= SMALL ? ['is small'] : texts.length > LONG ? ['is long'] : [];
}
