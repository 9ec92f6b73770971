import type { ChallengeKind } from './challenge.ts';
import { findCaptcha } from './captcha.ts';
import { type FoundControls, findControls } from './control.ts';
import { type FoundFactor, isSender, isSent, offeredFactors } from './factor.ts';
import { type FoundField, findFields } from './field.ts';
import { type FoundForm, findForm } from './form.ts';
import { classifyFields } from './classify-fields.ts';
import { classifyOffers } from './classify-offers.ts';
import type { Signs, Classification } from './classification.ts';
import { type Refusal, findDeadEnd, findRefusal } from './refusal.ts';
import { PageSnapshot } from './page-snapshot.ts';
import { findConsent, findDismiss } from './dismiss.ts';
import type { FrameView, SeenControl } from './page/view.ts';

/** What a page asks for, and the controls to answer it with. */
export interface Decision {
  readonly kind: ChallengeKind;
  readonly factors: readonly FoundFactor[];
  readonly fields: readonly FoundField[];
  readonly form: FoundForm | undefined;
  readonly controls: FoundControls;
  /** Whether there is a field for a password that is yet to be chosen. */
  readonly wantsNewPassword: boolean;
  /** Refuses cookies, or accepts them where they cannot be refused. */
  readonly consent: SeenControl | undefined;
  /** Goes past the page, and does nothing else. */
  readonly dismiss: SeenControl | undefined;
  readonly refusal: Refusal | undefined;
  /** Texts that speak of the code, the nearest first. */
  readonly talk: readonly string[];
  /** How much speaks for it. */
  readonly score: number;
  readonly evidence: readonly string[];
}

/** Decides what a page asks for, from what is seen in its frames. */
export function decide(views: readonly FrameView[]): Decision {
  const scene = new PageSnapshot(views);
  // A form may be enabled only in a moment, when its script has run.
  const open = findFields(scene);
  const form = findForm(scene, open) ?? findForm(scene, findFields(scene, true));
  const fields = form?.fields ?? [];
  const offers = offeredFactors(scene, open);
  const found = findControls(scene, form?.submit, offers);
  const signs: Signs = { scene, form, fields, offers, controls: found, captcha: findCaptcha(scene) };
  const verdict = classifyFields(signs) ?? classifyOffers(signs);
  const senders = offers.flatMap(({ control }) =>
    control && control !== form?.submit && isSender(control) ? control : [],
  );
  const resend = found.resend ?? senderOf(verdict, offers, form);
  const otherWay = found.otherWay ?? senders.find((sender) => sender !== resend);
  const controls = { ...found, resend, otherWay };
  const refusal = isOrdinary(verdict.kind) ? undefined : refusalOf(scene, verdict);
  const kind = refusal?.kind ?? verdict.kind;
  const consent = findConsent(scene);
  const own = findDismiss(scene, kind, verdict.factors ?? []);
  const dismiss = kind === 'enrol' ? own : (consent ?? own);
  const talk = [form?.fields[0]?.first.label ?? '', form?.heading ?? '', ...scene.texts.map(({ text }) => text)];
  return {
    kind,
    factors: verdict.factors ?? [],
    fields: kind === 'locked' ? [] : (verdict.fields ?? []),
    form: verdict.fields ? form : undefined,
    controls,
    wantsNewPassword: open.some(({ role }) => role === 'new-password'),
    consent,
    dismiss,
    refusal,
    talk,
    score: verdict.score + (kind === verdict.kind ? 0 : 2),
    evidence: [...(refusal ? [refusal.evidence] : []), ...verdict.evidence],
  };
}

/** A button that has the very code sent that is asked for. */
function senderOf(
  { factors = [] }: Classification,
  offers: readonly FoundFactor[],
  form: FoundForm | undefined,
): SeenControl | undefined {
  const asked = factors.filter(({ factor, control }) => !control && isSent(factor));
  return offers.find(
    ({ factor, control }) => control && control !== form?.submit && asked.some((one) => one.factor === factor),
  )?.control;
}

/** A page that can be answered again, or is not to be; or one that has nothing but the word that it is of no use. */
function refusalOf(scene: PageSnapshot, verdict: Classification): Refusal | undefined {
  const { kind, fields = [], factors = [] } = verdict;
  const refusal = findRefusal(scene, fields);
  if (refusal?.kind === 'locked' || fields.length > 0 || factors.length > 0) return refusal;
  return kind === 'unknown' ? findDeadEnd(scene) : undefined;
}

function isOrdinary(kind: ChallengeKind): boolean {
  return kind === 'signed-in' || kind === 'captcha' || kind === 'enrol';
}
