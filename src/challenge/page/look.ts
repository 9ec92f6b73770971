import type { Frame, Locator, Page } from '@playwright/test';
import { locatorAt } from '../../core/placed-elements.ts';
import type { Challenge } from '../challenge.ts';
import { type Decision, decide } from '../decide.ts';
import { describe } from '../describe.ts';
import { type ShownSecrets, shownSecrets } from '../shown-secrets.ts';
import { type IdentifierKind, identifierKind } from '../identifier.ts';
import type { PageSigns } from '../page-signs.ts';
import { readFrames } from './readable-frame.ts';
import type { ControlView } from './view.ts';
import { says } from '../../language/page/index.ts';

/** Challenge of a page, with locators of the elements that answer it. */
export interface PageReading {
  readonly challenge: Challenge;
  readonly locators: ElementLocators;
  readonly signs: PageSigns;
  readonly shown: ShownSecrets;
}

/** Locators of the elements that the challenge names. */
export interface ElementLocators {
  /** Same order as `challenge.fields`. The locator of a field in several boxes matches all of them. */
  readonly fields: readonly Locator[];
  /** Same order as `challenge.factors`: the control that selects the factor, if the page offers it. */
  readonly factors: readonly (Locator | undefined)[];
  /** Same order as `challenge.options`. */
  readonly options: readonly Locator[];
  readonly submit: Locator | undefined;
  readonly trustDevice: Locator | undefined;
  readonly resend: Locator | undefined;
  readonly otherWay: Locator | undefined;
  /** Rejects cookies, or accepts them if the banner has no such button. */
  readonly consent: Locator | undefined;
  /** Control of `challenge.dismiss`. */
  readonly dismiss: Locator | undefined;
  /** "Continue" on a page without fields: it submits a choice, or leaves an interstitial. */
  readonly proceed: Locator | undefined;
  /** Link or button to the sign-in page, on a page without a challenge. */
  readonly signIn: Locator | undefined;
  /** Same order as `challenge.fields`: the kind of identifier that a field takes. */
  readonly identifiers: readonly (IdentifierKind | undefined)[];
  /** True if the page has a field for a new password. */
  readonly wantsNewPassword: boolean;
  /** True if nothing on the page names the factor, so that it is a guess. */
  readonly isGuess: boolean;
  /** True if the page says that a code or a link was sent. */
  readonly isSent: boolean;
}

/** Everything that a page shows, with its challenge. */
export interface SeenPage {
  readonly reading: PageReading;
  readonly decision: Decision;
  /** Returns the locator of a control of the page. */
  locate(control: ControlView): Locator;
}

/** Reads a page with one evaluation per frame, without changing it. Returns its challenge, with locators. */
export async function lookAt(page: Page): Promise<PageReading> {
  return (await seePage(page)).reading;
}

/** Reads a page as `lookAt()`, and keeps its texts and controls. */
export async function seePage(page: Page): Promise<SeenPage> {
  const seen = await readFrames(page);
  const decision = decide(seen.map(({ view }) => view));
  const frames = seen.map(({ frame }) => frame);
  const reading = {
    challenge: describe(decision),
    locators: locatorsFor(decision, frames),
    signs: decision.signs,
    shown: shownSecrets(decision.features.snapshot),
  };
  return { reading, decision, locate: (control) => locatorAt(frames[control.frame]!, control.path) };
}

function locatorsFor(
  { fields, factors, form, options, controls, consent, dismiss, codeTexts, wantsNewPassword }: Decision,
  frames: readonly Frame[],
): ElementLocators {
  const locate = (...controls: readonly (ControlView | undefined)[]): Locator | undefined => {
    const [first] = controls;
    const frame = first && frames[first.frame];
    return frame && locatorAt(frame, controls.map((control) => control?.path).join(', '));
  };
  return {
    fields: fields.flatMap((field) => locate(...field.controls) ?? []),
    factors: factors.map(({ control }) => locate(control)),
    options: options.flatMap((option) => locate(option) ?? []),
    submit: locate(form?.submit),
    trustDevice: locate(controls.trustDevice),
    resend: locate(controls.resend),
    otherWay: locate(controls.otherWay),
    consent: locate(consent),
    dismiss: locate(dismiss),
    proceed: locate(controls.proceed),
    signIn: locate(controls.signIn),
    identifiers: fields.map(({ role, first }) => (role === 'identifier' ? identifierKind(first) : undefined)),
    wantsNewPassword,
    isGuess: factors[0]?.isGuess === true,
    // A disabled resend button means that a code was just sent.
    isSent: controls.resend?.disabled === true || codeTexts.some((text) => says(text, 'sent')),
  };
}
