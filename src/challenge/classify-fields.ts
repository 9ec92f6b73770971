import { type FoundFactor, factorsOfCode, sentTo, withDestination, withOffers } from './factor.ts';
import type { FoundField } from './field.ts';
import type { FoundForm } from './form.ts';
import { linkSent, linkSentBeside } from './classify-offers.ts';
import { isEnrollment } from './enrollment.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { Signs, Classification } from './classification.ts';
import type { SeenControl } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

/** A code field that says so in several ways. */
const STRONG = 6;
/** A page with no more texts than these has nothing but its field. */
const BARE = 4;
const SECOND_FACTOR = /otp|mfa|2fa|two[-_]?factor/i;

/** What the fields of the form ask for; nothing when they are for anything but signing in. */
export function classifyFields(signs: Signs): Classification | undefined {
  const { form, controls, captcha, offers } = signs;
  if (!form || captcha === 'puzzle') return undefined;
  const of = (role: FoundField['role']): FoundField | undefined => form.fields.find((field) => field.role === role);
  const [identifier, password, code] = [of('identifier'), of('password'), of('code') ?? of('recovery-code')];
  if (of('new-password')) return undefined;
  const fields = [identifier, password, code].filter((field) => field !== undefined);
  const found = {
    fields,
    score: fields.reduce((sum, field) => sum + field.score, 0),
    evidence: fields.map(({ evidence }) => evidence),
    factors: offers.filter(({ control }) => control !== form.submit),
  };
  if (code) return byCode(signs, form, code, found);
  if (password && identifier) return { ...found, kind: 'credentials', score: found.score + 2 };
  if (password) return { ...found, kind: 'password' };
  // The form may stay below the notice that the link was sent.
  const sent = identifier?.first.filled ? linkSent(signs) : undefined;
  if (sent?.factors?.some(({ destination }) => destination)) return sent;
  if (!identifier || controls.signOut || !isSignIn(signs, form, identifier)) return undefined;
  const next = sentNext(signs, form, identifier);
  return linkSentBeside(signs) ?? { ...found, kind: 'identifier', factors: withOffers(next, found.factors) };
}

interface Found extends Required<Pick<Classification, 'fields' | 'score' | 'evidence' | 'factors'>> {}

function byCode(signs: Signs, form: FoundForm, code: FoundField, found: Found): Classification | undefined {
  if (!isSecondFactor(signs, form, code)) return undefined;
  const asked = factorsOfCode(signs.scene, code, form.heading, signs.controls.resend);
  const named = asked.map(({ factor }) => factor).join(' or ');
  const why = asked[0]?.label ? `: "${asked[0].label.slice(0, 80)}"` : ', as nothing says otherwise';
  const factors = withOffers(asked, found.factors);
  const evidence = [...found.evidence, `The code is of ${named}${why}.`];
  const others = found.fields.filter((field) => field !== code);
  if (others.some(({ first }) => !first.filled)) return { ...found, kind: 'credentials', evidence, factors };
  // Who signs in is filled in already: what is asked for is the code.
  const asks: Found = { fields: [code], score: found.score, evidence, factors };
  if (isEnrollment(signs.scene))
    return { ...asks, kind: 'enrol', evidence: [...evidence, 'The page shows how to set a factor up.'] };
  return { ...asks, kind: code.role === 'recovery-code' ? 'recovery' : 'code' };
}

/** Whether a code is there to prove an identity: the field says so, or else what stands around it. */
function isSecondFactor(
  { scene, controls }: Signs,
  { submit, heading, others }: FoundForm,
  { first, role, controls: boxes, score }: FoundField,
): boolean {
  if (first.autocomplete.includes('one-time-code') || SECOND_FACTOR.test(first.names)) return true;
  // Beside a code that proves an identity nothing else is to be entered.
  if (others > 0 && !isEnrollment(scene)) return false;
  // What is bought, picked up or looked up has codes of its own.
  const isTrade = scene.controls.some(({ is, label }) => is === 'button' && isNamed(label, 'shop'));
  if (isTrade || (says(heading, 'shop', 'notCode') && !says(heading, 'code'))) return false;
  if (role === 'recovery-code' || scene.tells('app')) return true;
  // A code that can be sent again was sent.
  if (controls.resend && says(controls.resend.label, 'code')) return true;
  if (says(heading, 'code') && says(heading, 'email', 'sms')) return true;
  if (scene.texts.some(({ text }) => says(text, 'sent') && says(text, 'code', 'email', 'sms'))) return true;
  if (submit && says(submit.label, 'manage') && !says(submit.label, 'next', 'signIn')) return false;
  const isAsked = scene.tells('verify', 'signIn') || scene.isTitled('verify', 'signIn');
  if (isAsked) return true;
  if (controls.signOut) return false;
  return boxes.length > 1 || score >= STRONG || says(submit?.label ?? '', 'verify', 'signIn');
}

/** What the button has sent: it says so itself, or else a page that says little more. */
function sentNext({ scene }: Signs, { submit }: FoundForm, { first }: FoundField): FoundFactor[] {
  const sent = submit && sentTo(submit.label, first);
  if (sent) return [sent];
  const told = scene.texts.length <= BARE + 2 ? scene.texts.map(({ text }) => text) : [];
  for (const text of told.filter((text) => !says(text, 'reset'))) {
    const isMail = says(text, 'email');
    if (says(text, 'link') && isMail) return [withDestination('email-link', text)];
    if (says(text, 'code') && (isMail || says(text, 'sms')))
      return [withDestination(isMail ? 'email-code' : 'sms-code', text)];
  }
  return [];
}

/** A page with little more than the field, which says that a code or a link comes by mail or message; a pop-up promises other codes. */
function sendsProof(scene: PageSnapshot, { region }: SeenControl): boolean {
  if (region === 'dialog') return false;
  const isBare = scene.texts.length <= BARE && !scene.tells('notCode', 'newsletter', 'shop', 'signUp', 'reset');
  return isBare && scene.texts.some(({ text }) => says(text, 'code', 'link') && says(text, 'email', 'sms'));
}

/** Whether a field for an address is there to sign in, and not for news or an order. */
function isSignIn({ scene, offers }: Signs, { heading, submit, fields }: FoundForm, { first }: FoundField): boolean {
  const sends = submit?.label ?? '';
  if (says(heading, 'reset', 'newsletter', 'shop') || says(sends, 'reset', 'newsletter', 'signUp')) return false;
  if (fields.some(({ role }) => role === 'new-password')) return false;
  if (/username|webauthn/.test(first.autocomplete)) return true;
  const isOffered = offers.length > 0 || scene.controls.some(({ is, label }) => is === 'link' && says(label, 'signUp'));
  return (
    says(heading, 'signIn', 'verify') ||
    says(sends, 'signIn', 'link') ||
    (says(sends, 'next') && (scene.isTitled('signIn') || isOffered || sendsProof(scene, first)))
  );
}
