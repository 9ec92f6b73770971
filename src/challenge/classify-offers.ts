import { IDENTITY_PROVIDER } from './control.ts';
import { findDestination } from './destination.ts';
import { type FoundFactor, factorsIn, withDestination, withOffers } from './factor.ts';
import { findEnrollment, findEnrollmentChoice, isArticle } from './enrollment.ts';
import { findAccountChoice, findConsentPage } from './classify-choices.ts';
import { hiddenSignOut, clearlySignedIn, factorSettings, signedIn, signedInAs } from './signed-in.ts';
import type { PageFeatures, Classification } from './classification.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import { factorByCode } from './offer.ts';
import type { ControlView } from './page/view.ts';
import { SIGN_IN_PATH } from './sign-in-path.ts';
import { says } from '../language/page/index.ts';

/** Maximum number of texts on a page that is only about signing in. */
const SMALL = 40;
/** Maximum number of texts on a page of buttons. */
const BARE = 4;
/** Maximum number of texts on a page that asks for one thing. */
const FEW = 8;
const MAX_ALTERNATIVES = 1;

/** Classification of a page that asks for nothing. */
export const NOTHING: Classification = {
  kind: 'unknown',
  score: 1,
  evidence: ['Nothing on the page asks for an identity.'],
};

/** Classifies a page by its buttons and texts. Returns a classification from each classifier that finds something. */
export function classifyOffers(features: PageFeatures): Classification[] {
  return [
    findAccountChoice,
    findConsentPage,
    findEnrollmentChoice,
    sessionFirst,
    captcha,
    factorSettings,
    findEnrollment,
    linkSentFirst,
    passkey,
    choice,
    codeRequest,
    linkSent,
    personFirst,
    signedIn,
    person,
    hiddenSignOut,
    signedInAs,
  ].flatMap((classify) => classify(features) ?? []);
}

/** Detects a session, unless the page is clearly a step of a sign-in that can be left by signing out. */
function sessionFirst(features: PageFeatures): Classification | undefined {
  const isStep = isPicker(features) || isPasskeyStep(features) || isWaitingForMail(features);
  return isStep ? undefined : clearlySignedIn(features);
}

function captcha({ captcha }: PageFeatures): Classification | undefined {
  return captcha && { kind: 'captcha', score: captcha === 'puzzle' ? 6 : 4, evidence: ['The page shows a captcha.'] };
}

/** True if the page asks for an identity, and is not an article about signing in. */
function asksForIdentity({ snapshot, fields }: PageFeatures): boolean {
  if (fields.some(({ role }) => role === 'new-password') || snapshot.isTitled('shop')) return false;
  // A link that was sent to set a new password proves nothing.
  if (snapshot.texts.some(({ text }) => says(text, 'reset') && says(text, 'sent'))) return false;
  const isTooLong = snapshot.texts.length > SMALL || snapshot.controls.some(({ type }) => type === 'textarea');
  if (isTooLong) return false;
  return (
    snapshot.isTitled('verify', 'choose', 'otherWay', 'passkey', 'signIn', 'code') || snapshot.tells('choose', 'verify')
  );
}

function passkey(features: PageFeatures): Classification | undefined {
  const { snapshot, offers } = features;
  if (!asksForIdentity(features) && !isPasskeyStep(features)) return undefined;
  const others = offers.filter(({ factor }) => factor !== 'passkey');
  const offered = offers.find(({ factor }) => factor === 'passkey');
  const isBare = snapshot.texts.length <= FEW && snapshot.mainButtons.length <= 1;
  const isMentioned =
    snapshot.isTitled('passkey') ||
    (snapshot.isTitled('verify', 'signIn') && snapshot.tells('passkey')) ||
    (isBare && snapshot.tells('passkey') && snapshot.tells('verify', 'signIn'));
  // "Password" and "Passcode" are other ways, too.
  const ways = snapshot.mainButtons.filter(
    (button) => button !== offered?.control && says(button.label, 'password', 'code') && !says(button.label, 'passkey'),
  );
  if (ways.length > MAX_ALTERNATIVES) return undefined;
  // In a list of factors, each has a heading.
  const named = snapshot.headings.filter(({ text }) => factorsIn(text).length > 0 || says(text, 'passkey'));
  const isAboutPasskeys = snapshot.isTitled('passkey') && named.length <= 1;
  // Plain links beside the passkey button are alternatives.
  const isFirst =
    offered?.control?.is === 'button' &&
    others.every(({ control }) => control?.is === 'link' || control?.type === 'tab' || control?.type === 'menuitem');
  if (others.length > 0 && !isFirst && !(isAboutPasskeys && others.length <= MAX_ALTERNATIVES)) return undefined;
  if (!offered && (!isMentioned || isArticle(snapshot))) return undefined;
  const evidence = ['The page asks for a passkey or a security key, and offers nothing else to choose.'];
  const asked = offered ?? {
    factor: 'passkey' as const,
    label: snapshot.headings[0]?.text ?? '',
    ...starterOf(snapshot),
  };
  return { kind: 'passkey', score: 4, evidence, factors: [asked, ...others] };
}

/** Returns the only button of the page, if it starts a step: "Continue", "Sign in". */
function starterOf({ mainButtons, controls }: PageSnapshot): { control?: ControlView } {
  const [button, ...others] = mainButtons;
  const isForm = controls.some((control) => control.is === 'field' && !isSiteFrame(control));
  if (!button || others.length > 0 || isForm || says(button.label, 'later', 'deny', 'otherWay')) return {};
  return says(button.label, 'next', 'signIn', 'verify', 'goOn') ? { control: button } : {};
}

function choice(features: PageFeatures): Classification | undefined {
  const { offers } = features;
  if (offers.length === 0 || !(asksForIdentity(features) || isChooser(features))) return undefined;
  const evidence = [`The page offers ${offers.map(({ label }) => `"${label}"`).join(', ')}.`];
  return { kind: 'choose', score: 2 + offers.length, evidence, factors: offers };
}

/** True for a page of little more than buttons that each name a factor or an identity provider. It may have no heading. */
function isChooser(features: PageFeatures): boolean {
  const { snapshot, offers, form } = features;
  const buttons = snapshot.mainButtons;
  const isOffer = (button: ControlView): boolean =>
    IDENTITY_PROVIDER.test(button.label) || offers.some(({ control }) => control === button);
  const factors = new Set(offers.map(({ factor }) => factor));
  if (form || factors.size < 2 || buttons.length < 2) return false;
  return isPicker(features) || (snapshot.texts.length <= BARE && buttons.every(isOffer));
}

/** True for a small page of a sign-in, by its address, whose only offer is the passkey, as its name in code says. */
function isPasskeyStep({ snapshot, offers, form }: PageFeatures): boolean {
  const [offer, ...others] = offers;
  const control = offer?.factor === 'passkey' && others.length === 0 ? offer.control : undefined;
  return (
    control?.is === 'button' &&
    factorByCode(control) === 'passkey' &&
    SIGN_IN_PATH.test(snapshot.address.replace(/[?#].*$/s, '')) &&
    !form &&
    snapshot.texts.length <= FEW &&
    snapshot.mainButtons.length <= 2
  );
}

/** True for a small page most of whose buttons select different factors, as their names in code may say. */
function isPicker({ snapshot, offers, form }: PageFeatures): boolean {
  const buttons = snapshot.mainButtons;
  const own = offers.filter(({ control }) => control?.is === 'button' && buttons.includes(control));
  const factors = new Set(own.map(({ factor }) => factor));
  return !form && factors.size > 1 && snapshot.texts.length <= FEW && own.length * 2 > buttons.length;
}

/** Detects a button that requests a code, next to a text that names the factor. */
function codeRequest(features: PageFeatures): Classification | undefined {
  const { snapshot } = features;
  const send = snapshot.controls.find(({ is, label }) => is === 'button' && says(label, 'code') && says(label, 'next'));
  if (!send || !asksForIdentity(features)) return undefined;
  const notice = snapshot.texts.find(({ text }) => factorsIn(text).length > 0);
  const [factor] = notice ? factorsIn(notice.text) : [];
  if (!notice || !factor) return undefined;
  const offered: FoundFactor = { ...withDestination(factor, notice.text), control: send };
  return {
    kind: 'choose',
    score: 3,
    evidence: [`"${send.label}" requests a code: "${notice.text.slice(0, 100)}".`],
    factors: [offered],
  };
}

/** True if a text is about a sent code and not about a link: "Check your email for the verification code". */
function isAboutCode(text: string): boolean {
  return says(text, 'code') && !says(text, 'link');
}

/** True if a text says that a sign-in e-mail was sent: "A sign-in email was sent to a@x.com". */
function isMailSent(text: string): boolean {
  const isSignInMail = says(text, 'link') || (says(text, 'email') && says(text, 'signIn', 'verify'));
  return says(text, 'sent') && isSignInMail && !isAboutCode(text) && !says(text, 'reset', 'newsletter', 'shop');
}

/** True for a page of little more than the notice that a link was sent, and a button to send it again. */
function isWaitingForMail({ snapshot }: PageFeatures): boolean {
  const { texts, mainButtons } = snapshot;
  return texts.length <= FEW && mainButtons.length > 0 && texts.some(({ text }) => isMailSent(text));
}

/** Detects a link that was already sent. It takes precedence over other offers on the page. */
function linkSentFirst(features: PageFeatures): Classification | undefined {
  const { snapshot } = features;
  const isSent = snapshot.texts.some(({ text }) => isMailSent(text));
  return isSent && !snapshot.isTitled('choose') ? linkSent(features) : undefined;
}

/** Detects a notice of a sent link beside a form that is still shown. Only a live region counts. */
export function linkSentBeside(features: PageFeatures): Classification | undefined {
  const notice = features.snapshot.alerts.find(
    ({ text }) => isMailSent(text) || (says(text, 'inbox') && says(text, 'link') && !says(text, 'code', 'reset')),
  );
  return notice && linkSentBy(features, notice.text, [notice.text]);
}

/** Detects a page that says that a link was sent. */
export function linkSent(features: PageFeatures): Classification | undefined {
  const { snapshot } = features;
  const isSmall = snapshot.texts.length <= SMALL;
  const inbox =
    snapshot.texts.find(({ text, heading }) => says(text, 'inbox') && !isAboutCode(text) && (isSmall || heading)) ??
    (isSmall ? snapshot.texts.find(({ text }) => isMailSent(text)) : undefined);
  if (
    !inbox ||
    snapshot.isTitled('shop') ||
    snapshot.texts.some(({ text }) => says(text, 'reset') && says(text, 'sent'))
  )
    return undefined;
  return linkSentBy(
    features,
    inbox.text,
    snapshot.texts.map(({ text }) => text),
  );
}

function linkSentBy({ offers }: PageFeatures, notice: string, texts: readonly string[]): Classification {
  const sent = texts.filter((text) => says(text, 'sent') && says(text, 'email', 'link'));
  const best = sent.find((text) => findDestination(text)) ?? sent[0] ?? notice;
  // A button that opens the mailbox is not a factor.
  const others = offers.filter(({ factor, label }) => factor !== 'email-code' || says(label, 'code'));
  return {
    kind: 'link-sent',
    score: 4,
    evidence: [`The page says "${notice.slice(0, 100)}".`],
    factors: withOffers([withDestination('email-link', best)], others),
  };
}

/** Detects such a step on a page that also offers to sign out. */
function personFirst(features: PageFeatures): Classification | undefined {
  return features.snapshot.isTitled('person', 'verify') ? person(features) : undefined;
}

function person({ snapshot }: PageFeatures): Classification | undefined {
  if (snapshot.texts.length > SMALL || !snapshot.isTitled('verify', 'signIn', 'person')) return undefined;
  const notice = snapshot.controls.some(({ type }) => type === 'textarea')
    ? undefined
    : snapshot.texts.find(({ text }) => says(text, 'person'));
  const evidence = [`The page asks for a step that only a person can do: "${notice?.text.slice(0, 100) ?? ''}".`];
  return notice && { kind: 'unknown', score: 2, evidence, factors: [{ factor: 'human', label: notice.text }] };
}
