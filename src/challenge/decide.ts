import type { ChallengeKind } from './challenge.ts';
import { findCaptcha } from './captcha.ts';
import { type FoundControls, findControls } from './control.ts';
import { type FoundFactor, factorsOfCode, offeredFactors, withDestination } from './factor.ts';
import { type FoundField, findFields } from './field.ts';
import { type FoundForm, findForm } from './form.ts';
import { type Refusal, findRefusal } from './refusal.ts';
import { Scene } from './scene.ts';
import type { FrameView } from './view.ts';
import { says } from './words/index.ts';

/** What a page asks for, and the controls to answer it with. */
export interface Decision {
  readonly kind: ChallengeKind;
  readonly factors: readonly FoundFactor[];
  readonly fields: readonly FoundField[];
  readonly form: FoundForm | undefined;
  readonly controls: FoundControls;
  readonly refusal: Refusal | undefined;
  /** Texts that speak of the code, the nearest first. */
  readonly talk: readonly string[];
  /** How much speaks for it. */
  readonly score: number;
  readonly evidence: readonly string[];
}

interface Verdict {
  readonly kind: ChallengeKind;
  readonly score: number;
  readonly evidence: readonly string[];
  readonly factors?: readonly FoundFactor[];
  readonly fields?: readonly FoundField[];
}

/** Everything that speaks of a page. */
interface Signs {
  readonly scene: Scene;
  readonly form: FoundForm | undefined;
  readonly fields: readonly FoundField[];
  readonly offers: readonly FoundFactor[];
  readonly controls: FoundControls;
  readonly captcha: ReturnType<typeof findCaptcha>;
}

/** A page with more texts than this tells of much else. */
const SMALL = 40;
const SECRET = /\b[A-Z2-7]{16,}\b|(?:\b[A-Za-z2-7]{4} ){3,}[A-Za-z2-7]{4}\b/;

/** Decides what a page asks for, from what is seen in its frames. */
export function decide(views: readonly FrameView[]): Decision {
  const scene = new Scene(views);
  const found = findFields(scene);
  const form = findForm(scene, found);
  const fields = form?.fields ?? [];
  const offers = offeredFactors(scene);
  const controls = findControls(scene, form?.submit, offers);
  const signs: Signs = { scene, form, fields, offers, controls, captcha: findCaptcha(scene) };
  const verdict = byFields(signs) ?? withoutFields(signs);
  const refusal = isOrdinary(verdict.kind) ? undefined : findRefusal(scene, verdict.fields ?? []);
  const kind = refusal && (refusal.kind === 'locked' || hasAnswer(verdict)) ? refusal.kind : verdict.kind;
  const talk = [form?.fields[0]?.first.label ?? '', form?.heading ?? '', ...scene.texts.map(({ text }) => text)];
  return {
    kind,
    factors: verdict.factors ?? [],
    fields: kind === 'locked' ? [] : (verdict.fields ?? []),
    form: verdict.fields ? form : undefined,
    controls,
    refusal: kind === refusal?.kind ? refusal : undefined,
    talk,
    score: verdict.score + (kind === verdict.kind ? 0 : 2),
    evidence: [...(kind === refusal?.kind ? [refusal.evidence] : []), ...verdict.evidence],
  };
}

function isOrdinary(kind: ChallengeKind): boolean {
  return kind === 'signed-in' || kind === 'captcha' || kind === 'enrol';
}

function hasAnswer({ fields = [], factors = [] }: Verdict): boolean {
  return fields.length > 0 || factors.length > 0;
}

/** What the fields of the form ask for. */
function byFields({ scene, form, fields, controls, captcha }: Signs): Verdict | undefined {
  if (!form || captcha === 'puzzle') return undefined;
  const of = (role: FoundField['role']): FoundField | undefined => fields.find((field) => field.role === role);
  const [identifier, password, code] = [of('identifier'), of('password'), of('code') ?? of('recovery-code')];
  if (of('new-password')) return undefined;
  const used = [identifier, password, code].filter((field) => field !== undefined);
  const evidence = used.map((field) => field.evidence);
  const score = used.reduce((sum, field) => sum + field.score, 0);
  const human: FoundFactor[] = captcha ? [{ factor: 'human', label: 'captcha' }] : [];
  if (code) {
    const factors = [...factorsOfCode(scene, code, form.heading), ...human];
    evidence.push(
      `The code is of ${factors.map(({ factor }) => factor).join(' or ')}${factors[0]?.label ? `: "${factors[0].label.slice(0, 80)}"` : ', as nothing says otherwise'}.`,
    );
    const isOpen = [identifier, password].some((field) => field && !field.first.filled);
    if (password && isOpen) return { kind: 'credentials', score, evidence, factors, fields: used };
    if (isEnrolling(scene))
      return {
        kind: 'enrol',
        score,
        evidence: [...evidence, 'The page shows how to set a factor up.'],
        factors,
        fields: used,
      };
    return { kind: code.role === 'recovery-code' ? 'recovery' : 'code', score, evidence, factors, fields: used };
  }
  if (password && identifier) return { kind: 'credentials', score: score + 2, evidence, factors: human, fields: used };
  if (password) return { kind: 'password', score, evidence, factors: human, fields: used };
  if (identifier && !controls.signOut && isSignIn(scene, form, identifier))
    return { kind: 'identifier', score, evidence, factors: [...human, ...linkOffered(form)], fields: used };
  return undefined;
}

function linkOffered({ submit }: FoundForm): FoundFactor[] {
  return submit && says(submit.label, 'link') ? [withDestination('email-link', submit.label)] : [];
}

/** Whether a field for an address is there to sign in, and not for news or an order. */
function isSignIn(scene: Scene, { heading, submit, fields }: FoundForm, { first }: FoundField): boolean {
  if (says(heading, 'reset', 'newsletter', 'shop') || says(submit?.label ?? '', 'reset', 'newsletter', 'signUp'))
    return false;
  if (fields.some(({ role }) => role === 'new-password')) return false;
  if (/username|webauthn/.test(first.autocomplete)) return true;
  return (
    says(heading, 'signIn', 'verify') ||
    says(submit?.label ?? '', 'signIn', 'link') ||
    (scene.isTitled('signIn') && says(submit?.label ?? '', 'next'))
  );
}

function isEnrolling(scene: Scene): boolean {
  const isSquare = scene.pictures.some(
    ({ is, width, height, visible }) => is === 'picture' && visible && width >= 90 && Math.abs(width - height) <= 4,
  );
  const shows = isSquare || scene.texts.some(({ text }) => SECRET.test(text));
  return scene.tells('enrol') && shows;
}

/** What a page asks for that has nothing to fill. */
function withoutFields({ scene, offers, controls, captcha, fields }: Signs): Verdict {
  const isSmall = scene.texts.length <= SMALL;
  const isShop = scene.isTitled('shop');
  const managed = scene.controls.filter(({ is, label }) => is !== 'field' && says(label, 'manage')).length;
  const isSettings = managed >= 2;
  if (controls.signOut && !scene.isTitled('verify', 'choose', 'passkey', 'enrol')) return signedIn(controls);
  if (captcha)
    return {
      kind: 'captcha',
      score: captcha === 'puzzle' ? 6 : 4,
      evidence: ['The page shows a captcha.'],
      factors: [{ factor: 'human', label: 'captcha' }],
    };
  if (!isSettings && (isEnrolling(scene) || (scene.isTitled('enrol') && scene.tells('passkey', 'app', 'recovery'))))
    return {
      kind: 'enrol',
      score: 5,
      evidence: ['The page shows how to set a factor up.'],
      factors: titledFactors(scene),
    };
  const choices = offers.filter(({ control }) => control !== undefined);
  const asks =
    scene.isTitled('verify', 'choose', 'otherWay', 'passkey', 'signIn', 'code') || scene.tells('choose', 'verify');
  if (asks && !isSettings && !fields.some(({ role }) => role === 'new-password') && !isShop) {
    const kinds = new Set(choices.map(({ factor }) => factor));
    const isTitledPasskey = scene.isTitled('passkey');
    const onlyPasskey = kinds.size === 0 || (kinds.size === 1 && kinds.has('passkey'));
    if (
      (isTitledPasskey && choices.length < 2) ||
      (onlyPasskey && (kinds.size === 1 || (isSmall && scene.tells('passkey'))))
    )
      return {
        kind: 'passkey',
        score: isTitledPasskey ? 5 : 4,
        evidence: ['The page asks for a passkey or a security key, and offers nothing else.'],
        factors: [
          choices.find(({ factor }) => factor === 'passkey') ?? {
            factor: 'passkey',
            label: scene.headings[0]?.text ?? '',
          },
        ],
      };
    if (choices.length > 0 && !(kinds.size === 1 && kinds.has('human')))
      return {
        kind: 'choose',
        score: 2 + choices.length,
        evidence: [`The page offers ${choices.map(({ label }) => `"${label}"`).join(', ')}.`],
        factors: choices,
      };
  }
  const inbox = scene.texts.find((text) => says(text.text, 'inbox') && (isSmall || text.heading));
  if (inbox && !isShop) {
    const link =
      scene.texts.map(({ text }) => text).find((text) => says(text, 'sent') && says(text, 'email', 'link')) ??
      inbox.text;
    return {
      kind: 'link-sent',
      score: 4,
      evidence: [`The page says "${inbox.text.slice(0, 100)}".`],
      factors: [{ ...withDestination('email-link', link) }],
    };
  }
  if (controls.signOut) return signedIn(controls);
  const person =
    isSmall && scene.isTitled('verify', 'signIn', 'person')
      ? scene.texts.find(({ text }) => says(text, 'person'))
      : undefined;
  if (person)
    return {
      kind: 'unknown',
      score: 2,
      evidence: [`The page asks for what only a person can do: "${person.text.slice(0, 100)}".`],
      factors: [{ factor: 'human', label: person.text }],
    };
  return { kind: 'unknown', score: 1, evidence: ['Nothing on the page asks for an identity.'] };
}

function signedIn({ signOut }: FoundControls): Verdict {
  return {
    kind: 'signed-in',
    score: 4,
    evidence: [`There is "${signOut?.label ?? ''}", and nothing asks for an identity.`],
  };
}

/** What the page is about that sets a factor up. */
function titledFactors(scene: Scene): FoundFactor[] {
  if (scene.isTitled('passkey')) return [{ factor: 'passkey', label: scene.headings[0]?.text ?? scene.title }];
  if (scene.isTitled('recovery')) return [{ factor: 'recovery-code', label: scene.headings[0]?.text ?? scene.title }];
  return [{ factor: 'totp', label: scene.headings[0]?.text ?? scene.title }];
}
