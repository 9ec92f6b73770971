/** Names the evidence of a page for the fit, from the features that the reader finds. */

/** Maximum number of texts on a page that shows little more than one question. */
const SMALL = 8;
/** Number of texts from which a page is long. */
const LONG = 40;
/** Minimum number of buttons that manage something on a settings page. */
const MANAGED = 2;
/** Meanings that count in the title and the headings of a page. */
const TITLES = [
  ...['verify', 'code', 'passkey', 'recovery', 'enrol', 'choose', 'signIn'],
  ...['signUp', 'reset', 'agree', 'pickAccount', 'person', 'shop'],
];
/** Meanings that count in the other texts. */
const TEXTS = [
  ...['sent', 'inbox', 'link', 'enrol', 'verify', 'passkey', 'app'],
  ...['signedInAs', 'reset', 'person', 'agree', 'choose'],
];

const { isPressable, isSiteFrame } = await import('../../build/src/challenge/page-snapshot.js');
const { isNamed, says } = await import('../../build/src/language/page/index.js');

/**
 * Returns the names of the evidence, each independent of the others.
 *
 * @param {import('../../src/challenge/decide.ts').Decision} decision
 * @returns {string[]}
 */
export function evidenceOf({ features, candidates, signs }) {
  return [
    ...new Set([
      `first reads as ${candidates[0]?.kind ?? 'unknown'}`,
      ...candidates.map(({ kind }) => `reads as ${kind}`),
      ...fieldEvidence(features),
      ...offerEvidence(features),
      ...wordEvidence(features),
      ...controlEvidence(features, signs),
    ]),
  ];
}

function fieldEvidence({ fields, form, snapshot }) {
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

function offerEvidence({ offers, form }) {
  const own = offers.filter(({ control }) => control !== form?.submit);
  const names = own.length === 0 ? [] : [own.length === 1 ? 'offers a factor' : 'offers factors'];
  if (own.some(({ control }) => control?.is === 'button')) names.push('offers by button');
  if (own.some(({ control }) => control?.is === 'option')) names.push('offers a list');
  if (own.some(({ factor }) => factor === 'passkey')) names.push('offers a passkey');
  if (own.some(({ destination }) => destination !== undefined)) names.push('offers a destination');
  return names;
}

function wordEvidence({ snapshot, captcha }) {
  const size = snapshot.texts.length <= SMALL ? ['is small'] : snapshot.texts.length > LONG ? ['is long'] : [];
  return [
    ...TITLES.filter((meaning) => snapshot.isTitled(meaning)).map((meaning) => `title says ${meaning}`),
    ...TEXTS.filter((meaning) => snapshot.tells(meaning)).map((meaning) => `text says ${meaning}`),
    ...(captcha ? [`has a captcha ${captcha}`] : []),
    ...size,
  ];
}

function controlEvidence({ snapshot, controls }, { session }) {
  const names = session.map(({ sign }) => `has ${sign}`);
  const own = snapshot.controls.filter((control) => isPressable(control) && !isSiteFrame(control));
  const has = (meaning) => own.some(({ label }) => isNamed(label, meaning));
  if (controls.resend) names.push('has resend');
  if (controls.otherWay) names.push('has another way');
  if (controls.signIn) names.push('has a sign-in control');
  if (has('later')) names.push('has a later button');
  if (has('allow') && has('deny')) names.push('has allow and deny');
  if (own.filter(({ label }) => isNamed(label, 'manage')).length >= MANAGED) names.push('manages things');
  if (own.some(({ label }) => says(label, 'signUp'))) names.push('has a sign-up button');
  if (own.some(({ label }) => says(label, 'enrol'))) names.push('has a set-up button');
  if (own.length === 1) names.push('has one button');
  return names;
}
