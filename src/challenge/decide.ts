import type { ChallengeKind } from './challenge.ts';
import { findCaptcha } from './captcha.ts';
import { type FoundControls, findControls } from './control.ts';
import { type FoundFactor, isSent } from './factor.ts';
import { isSender, offeredFactors } from './offer.ts';
import { type FoundField, findFields } from './field.ts';
import { type FoundForm, findForm } from './form.ts';
import { classifyFields } from './classify-fields.ts';
import { NOTHING, classifyOffers } from './classify-offers.ts';
import type { PageFeatures, Classification } from './classification.ts';
import { type PageRefusal, findDeadEnd, findRefusal } from './refusal.ts';
import { type PageSigns, signsOf } from './page-signs.ts';
import { PageSnapshot } from './page-snapshot.ts';
import { findConsent, findDismiss } from './dismiss.ts';
import type { FrameView, ControlView } from './page/view.ts';

/** Challenge of a page, with the controls that answer it. */
export interface Decision {
  readonly kind: ChallengeKind;
  readonly factors: readonly FoundFactor[];
  readonly fields: readonly FoundField[];
  readonly form: FoundForm | undefined;
  readonly options: readonly ControlView[];
  readonly controls: FoundControls;
  /** True if the page has a field for a new password. */
  readonly wantsNewPassword: boolean;
  /** Rejects cookies, or accepts them if the banner has no such button. */
  readonly consent: ControlView | undefined;
  /** Dismisses the page without side effects. */
  readonly dismiss: ControlView | undefined;
  readonly refusal: PageRefusal | undefined;
  /** Texts that may describe the code, the closest to the field first. */
  readonly codeTexts: readonly string[];
  /** Weight of the evidence. */
  readonly score: number;
  readonly evidence: readonly string[];
  readonly signs: PageSigns;
  readonly features: PageFeatures;
  readonly candidates: readonly Classification[];
}

/** Decides what a page asks for, from the views of its frames. */
export function decide(views: readonly FrameView[]): Decision {
  const snapshot = new PageSnapshot(views);
  // A form may still be disabled until its script has run.
  const open = findFields(snapshot);
  const form = findForm(snapshot, open) ?? findForm(snapshot, findFields(snapshot, true));
  const fields = form?.fields ?? [];
  const offers = offeredFactors(snapshot, open);
  const found = findControls(snapshot, form?.submit, offers);
  const features: PageFeatures = { snapshot, form, fields, offers, controls: found, captcha: findCaptcha(snapshot) };
  const candidates = [classifyFields(features) ?? [], classifyOffers(features)].flat();
  const classification = candidates[0] ?? NOTHING;
  const senders = offers.flatMap(({ control }) =>
    control && control !== form?.submit && isSender(control) ? control : [],
  );
  const resend = found.resend ?? senderOf(classification, offers, form);
  const otherWay = found.otherWay ?? senders.find((sender) => sender !== resend);
  const controls = { ...found, resend, otherWay };
  const refusal = cannotBeRefused(classification.kind) ? undefined : refusalOf(snapshot, classification);
  const kind = refusal?.kind ?? classification.kind;
  const consent = findConsent(snapshot);
  const dismissControl = findDismiss(snapshot, kind, classification.factors ?? []);
  const dismiss = kind === 'enroll' ? dismissControl : (consent ?? dismissControl);
  const codeTexts = [
    form?.fields[0]?.first.label ?? '',
    form?.heading ?? '',
    ...snapshot.texts.map(({ text }) => text),
  ];
  return {
    kind,
    factors: classification.factors ?? [],
    fields: kind === 'locked' ? [] : (classification.fields ?? []),
    form: classification.fields ? form : undefined,
    options: classification.options ?? [],
    controls,
    wantsNewPassword: open.some(({ role }) => role === 'new-password'),
    consent,
    dismiss,
    refusal,
    codeTexts,
    score: classification.score + (kind === classification.kind ? 0 : 2),
    evidence: [...(refusal ? [refusal.evidence] : []), ...classification.evidence],
    features,
    candidates,
    signs: signsOf(views, snapshot, {
      kind,
      fields: classification.fields ?? [],
      factors: classification.factors ?? [],
      controls,
    }),
  };
}

/** Finds the button that sends the code that the page asks for. */
function senderOf(
  { factors = [] }: Classification,
  offers: readonly FoundFactor[],
  form: FoundForm | undefined,
): ControlView | undefined {
  const asked = factors.filter(({ factor, control }) => !control && isSent(factor));
  return offers.find(
    ({ factor, control }) => control && control !== form?.submit && asked.some((one) => one.factor === factor),
  )?.control;
}

/** Finds a refusal: of the last answer, of any further answer, or a dead end such as an expired link. */
function refusalOf(snapshot: PageSnapshot, classification: Classification): PageRefusal | undefined {
  const { kind, fields = [], factors = [] } = classification;
  const refusal = findRefusal(snapshot, fields);
  if (refusal?.kind === 'locked' || fields.length > 0 || factors.length > 0) return refusal;
  return kind === 'unknown' ? findDeadEnd(snapshot) : undefined;
}

function cannotBeRefused(kind: ChallengeKind): boolean {
  return kind === 'signed-in' || kind === 'captcha' || kind === 'enroll';
}
