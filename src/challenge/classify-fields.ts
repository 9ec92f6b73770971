import { type FoundFactor, factorsOfCode, sentTo, withDestination, withOffers } from './factor.ts';
import type { FoundField } from './field.ts';
import type { FoundForm } from './form.ts';
import { linkSent, linkSentBeside } from './classify-offers.ts';
import { isEnrollment } from './enrollment.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { PageFeatures, Classification } from './classification.ts';
import type { ControlView } from './page/view.ts';
import { identifierKind } from './identifier.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Score of a code field with several independent features. */
const STRONG = 6;
/** Maximum number of other fields beside a field for a second factor. */
const MAX_OTHERS = 1;
/** Maximum number of texts on a page that is a step of a sign-in. */
const SMALL = 15;
/** Maximum number of texts on a page that shows little more than its field. */
const BARE = 4;
const SECOND_FACTOR = /otp|mfa|2fa|two[-_]?factor/i;

/** Classifies a page by the fields of its form. Returns undefined if the form is not a sign-in form. */
export function classifyFields(features: PageFeatures): Classification | undefined {
  const { form, controls, captcha, offers } = features;
  if (!form || captcha === 'puzzle') return undefined;
  const of = (role: FoundField['role']): FoundField | undefined => form.fields.find((field) => field.role === role);
  const [identifier, code] = [of('identifier'), of('code') ?? of('recovery-code')];
  const [password, memorable] = [of('password'), of('memorable-word')];
  if (of('new-password')) return undefined;
  const fields = [identifier, password, memorable, code].filter((field) => field !== undefined);
  const found = {
    fields,
    score: fields.reduce((sum, field) => sum + field.score, 0),
    evidence: fields.map(({ evidence }) => evidence),
    factors: offers.filter(({ control }) => control !== form.submit),
  };
  if (code) return classifyCode(features, form, code, found);
  const isSecret = password !== undefined || memorable !== undefined;
  if (isSecret && identifier) return { ...found, kind: 'credentials', score: found.score + 2 };
  if (isSecret) return { ...found, kind: 'password' };
  // Some pages keep the form below the notice that the link was sent.
  const sent = identifier?.first.filled ? linkSent(features) : undefined;
  if (sent?.factors?.some(({ destination }) => destination)) return sent;
  if (!identifier || controls.signOut || !isSignIn(features, form, identifier)) return undefined;
  const next = sentOnSubmit(features, form, identifier);
  return linkSentBeside(features) ?? { ...found, kind: 'identifier', factors: withOffers(next, found.factors) };
}

interface FieldFindings extends Required<Pick<Classification, 'fields' | 'score' | 'evidence' | 'factors'>> {}

function classifyCode(
  features: PageFeatures,
  form: FoundForm,
  code: FoundField,
  found: FieldFindings,
): Classification | undefined {
  if (!isSecondFactor(features, form, code)) return undefined;
  const asked = factorsOfCode(features.snapshot, code, form.heading, features.controls.resend);
  const named = asked.map(({ factor }) => factor).join(' or ');
  const why = asked[0]?.label ? `: "${asked[0].label.slice(0, 80)}"` : ', by default';
  const factors = withOffers(asked, found.factors);
  const evidence = [...found.evidence, `The factor of the code is ${named}${why}.`];
  const others = found.fields.filter((field) => field !== code);
  if (others.some(({ first }) => !first.filled)) return { ...found, kind: 'credentials', evidence, factors };
  // The other fields are already filled in, so only the code is asked for.
  const codeOnly: FieldFindings = { fields: [code], score: found.score, evidence, factors };
  if (isEnrollment(features.snapshot))
    return { ...codeOnly, kind: 'enroll', evidence: [...evidence, 'The page shows how to set up a factor.'] };
  return { ...codeOnly, kind: code.role === 'recovery-code' ? 'recovery' : 'code' };
}

/** True if the code proves an identity, as the field or the text around it says. */
function isSecondFactor(
  { snapshot, controls }: PageFeatures,
  { submit, heading, others }: FoundForm,
  { first, role, controls: boxes, score }: FoundField,
): boolean {
  if (first.autocomplete.includes('one-time-code')) return true;
  // A form with many other fields is one of settings.
  if (others > MAX_OTHERS) return false;
  if (SECOND_FACTOR.test(first.names)) return true;
  // A page that asks for a second factor has no other fields to fill.
  if (others > 0 && !isEnrollment(snapshot)) return false;
  // Shops have their own codes: coupons, pickups, order lookups.
  const isShop = snapshot.controls.some(({ is, label }) => is === 'button' && isNamed(label, 'shop'));
  if (isShop || (says(heading, 'shop', 'notCode') && !says(heading, 'code'))) return false;
  if (role === 'recovery-code' || snapshot.tells('app')) return true;
  // A code that can be resent was sent as a message.
  if (controls.resend && says(controls.resend.label, 'code')) return true;
  if (says(heading, 'code') && says(heading, 'email', 'sms')) return true;
  if (snapshot.texts.some(({ text }) => says(text, 'sent') && says(text, 'code', 'email', 'sms'))) return true;
  if (submit && says(submit.label, 'manage') && !says(submit.label, 'next', 'signIn')) return false;
  const asksToVerify = snapshot.tells('verify', 'signIn') || snapshot.isTitled('verify', 'signIn');
  if (asksToVerify) return true;
  // A step of the sign-in may offer to sign out, too.
  if (controls.signOut && snapshot.texts.length > SMALL) return false;
  return boxes.length > 1 || score >= STRONG || says(submit?.label ?? '', 'verify', 'signIn');
}

/** Returns the factor that the submit button requests, as the button or a short page says. */
function sentOnSubmit({ snapshot }: PageFeatures, { submit }: FoundForm, { first }: FoundField): FoundFactor[] {
  const sent = submit && sentTo(submit.label, first);
  if (sent) return [sent];
  const texts = snapshot.texts.length <= BARE + 2 ? snapshot.texts.map(({ text }) => text) : [];
  for (const text of texts.filter((text) => !says(text, 'reset'))) {
    const isMail = says(text, 'email');
    if (says(text, 'link') && isMail) return [withDestination('email-link', text)];
    const isSent = says(text, 'code') || (says(text, 'sms') && says(text, 'sent') && identifierKind(first) === 'phone');
    if (isSent && (isMail || says(text, 'sms'))) return [withDestination(isMail ? 'email-code' : 'sms-code', text)];
  }
  return [];
}

/**
 * True if a page with little more than the field says that it sends a code or a link by e-mail or SMS. Dialogs are
 * excluded: they offer coupon codes.
 */
function announcesCode(snapshot: PageSnapshot, { region }: ControlView): boolean {
  if (region === 'dialog') return false;
  const isBare = snapshot.texts.length <= BARE && !snapshot.tells('notCode', 'newsletter', 'shop', 'signUp', 'reset');
  return isBare && snapshot.texts.some(({ text }) => says(text, 'code', 'link') && says(text, 'email', 'sms'));
}

/** True if a page with little more than a phone number says that it sends a message there. */
function isPhoneOnly(snapshot: PageSnapshot, field: ControlView): boolean {
  if (field.region === 'dialog' || identifierKind(field) !== 'phone') return false;
  const isBare =
    snapshot.texts.length <= BARE && !snapshot.tells('notCode', 'newsletter', 'shop', 'signUp', 'reset', 'enrol');
  return isBare && snapshot.texts.some(({ text }) => says(text, 'sms') && says(text, 'sent', 'send', 'code'));
}

/** True if an identifier field is for signing in, and not for a newsletter or an order. */
function isSignIn(
  { snapshot, offers }: PageFeatures,
  { heading, submit, fields }: FoundForm,
  { first }: FoundField,
): boolean {
  const sends = submit?.label ?? '';
  if (says(heading, 'reset', 'newsletter', 'shop') || says(sends, 'reset', 'newsletter', 'signUp')) return false;
  if (fields.some(({ role }) => role === 'new-password')) return false;
  if (/username|webauthn/.test(first.autocomplete)) return true;
  const isOffered =
    offers.length > 0 || snapshot.controls.some(({ is, label }) => is === 'link' && says(label, 'signUp'));
  return (
    says(heading, 'signIn', 'verify') ||
    says(sends, 'signIn', 'link') ||
    (says(sends, 'next') && (snapshot.isTitled('signIn') || isOffered || announcesCode(snapshot, first))) ||
    (says(sends, 'verify', 'send', 'code') && isPhoneOnly(snapshot, first))
  );
}
