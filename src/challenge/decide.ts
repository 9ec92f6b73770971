import type { ChallengeKind } from './challenge.ts';
import { findCaptcha } from './captcha.ts';
import { type FoundControls, findControls } from './control.ts';
import { type FoundFactor, offeredFactors } from './factor.ts';
import { type FoundField, findFields } from './field.ts';
import { type FoundForm, findForm } from './form.ts';
import { byFields } from './by-fields.ts';
import { byOffers } from './by-offers.ts';
import type { Signs, Verdict } from './verdict.ts';
import { type Refusal, findRefusal } from './refusal.ts';
import { Scene } from './scene.ts';
import { findDismiss } from './dismiss.ts';
import type { FrameView, SeenControl } from './view.ts';

/** What a page asks for, and the controls to answer it with. */
export interface Decision {
  readonly kind: ChallengeKind;
  readonly factors: readonly FoundFactor[];
  readonly fields: readonly FoundField[];
  readonly form: FoundForm | undefined;
  readonly controls: FoundControls;
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
  const scene = new Scene(views);
  // A form may be enabled only in a moment, when its script has run.
  const form = findForm(scene, findFields(scene)) ?? findForm(scene, findFields(scene, true));
  const fields = form?.fields ?? [];
  const offers = offeredFactors(scene);
  const controls = findControls(scene, form?.submit, offers);
  const signs: Signs = { scene, form, fields, offers, controls, captcha: findCaptcha(scene) };
  const verdict = byFields(signs) ?? byOffers(signs);
  const refusal = isOrdinary(verdict.kind) ? undefined : findRefusal(scene, verdict.fields ?? []);
  const kind = refusal && (refusal.kind === 'locked' || hasAnswer(verdict)) ? refusal.kind : verdict.kind;
  const dismiss = findDismiss(scene, kind, verdict.factors ?? []);
  const talk = [form?.fields[0]?.first.label ?? '', form?.heading ?? '', ...scene.texts.map(({ text }) => text)];
  return {
    kind,
    factors: verdict.factors ?? [],
    fields: kind === 'locked' ? [] : (verdict.fields ?? []),
    form: verdict.fields ? form : undefined,
    controls,
    dismiss,
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
