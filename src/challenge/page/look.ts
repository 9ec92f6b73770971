import type { Frame, Locator, Page } from '@playwright/test';
import type { Challenge } from '../challenge.ts';
import { type Decision, decide } from '../decide.ts';
import { describe } from '../describe.ts';
import { type IdentifierKind, identifierKind } from '../identifier.ts';
import { READ_PAGE } from './read-page.ts';
import type { FrameView, SeenControl, SeenPicture } from './view.ts';
import { says } from '../../language/page/index.ts';

/** What a page asks for, and how to reach what it is answered with. */
export interface PageReading {
  readonly challenge: Challenge;
  readonly reach: ElementLocators;
}

/** Locators of what the challenge names. */
export interface ElementLocators {
  /** As in `challenge.fields`; one of several boxes finds all of them. */
  readonly fields: readonly Locator[];
  /** As in `challenge.factors`: what chooses it, if the page asks to choose. */
  readonly factors: readonly (Locator | undefined)[];
  readonly submit: Locator | undefined;
  readonly trustDevice: Locator | undefined;
  readonly resend: Locator | undefined;
  readonly otherWay: Locator | undefined;
  /** Refuses cookies, or accepts them where they cannot be refused. */
  readonly consent: Locator | undefined;
  /** As in `challenge.dismiss`. */
  readonly dismiss: Locator | undefined;
  /** What leads on where nothing is to be filled: it sends a choice, or goes on from a notice. */
  readonly proceed: Locator | undefined;
  /** What leads to a sign-in, from a page that asks for none. */
  readonly signIn: Locator | undefined;
  /** As in `challenge.fields`: what a field takes that asks who signs in. */
  readonly identifiers: readonly (IdentifierKind | undefined)[];
  /** Whether there is a field for a password that is yet to be chosen. */
  readonly wantsNewPassword: boolean;
  /** Whether the factor was only guessed, as nothing on the page tells it. */
  readonly isGuess: boolean;
  /** Whether the page says that something was sent. */
  readonly isSent: boolean;
}

/** A page that goes elsewhere while it is looked at is looked at again, this often. */
const MAX_LOOKS = 5;
/** A frame that is smaller asks for nothing, in CSS pixels. */
const MIN_FRAME = { width: 100, height: 30 };
const CAPTCHA_FRAME = /recaptcha|hcaptcha|challenges\.cloudflare|arkoselabs|funcaptcha/i;

/** Looks at a page once: one evaluation in each of its frames, and none of it changes the page. */
export async function lookAt(page: Page): Promise<PageReading> {
  const seen = await seenFrames(page);
  const decision = decide(seen.map(({ view }) => view));
  return {
    challenge: describe(decision),
    reach: reachOf(
      decision,
      seen.map(({ frame }) => frame),
    ),
  };
}

interface SeenFrame {
  readonly frame: Frame;
  readonly view: FrameView;
}

async function seenFrames(page: Page): Promise<SeenFrame[]> {
  const main = page.mainFrame();
  const others = page.frames().filter((frame) => frame !== main && !CAPTCHA_FRAME.test(frame.url()));
  const [first, ...inner] = await Promise.all([readMain(page), ...others.map((frame) => read(frame))]);
  const shown = inner.flatMap((view, index) => {
    const frame = others[index]!;
    if (!view) return [];
    // A frame learns its own size late; what it is drawn in knows better, where the two can be matched.
    const drawn = first.items.find((item): item is SeenPicture => item.is === 'frame' && isOf(item, frame));
    const { width, height } = drawn ?? view;
    const isShown = width >= MIN_FRAME.width && height >= MIN_FRAME.height && (drawn?.visible ?? true);
    return isShown ? [{ frame, view }] : [];
  });
  return [{ frame: main, view: first }, ...shown];
}

function isOf({ text, name }: SeenPicture, frame: Frame): boolean {
  return text !== '' ? text === frame.url() : name !== '' && name === frame.name();
}

async function readMain(page: Page): Promise<FrameView> {
  for (let look = 1; ; look++) {
    try {
      return await readFrame(page.mainFrame());
    } catch (error) {
      if (look === MAX_LOOKS || page.isClosed()) throw error;
      await page.waitForLoadState('domcontentloaded');
      // Playwright waits for the next document here; it does not where a page is evaluated.
      await page.locator(':root').waitFor({ state: 'attached' });
    }
  }
}

async function readFrame(frame: Frame): Promise<FrameView> {
  return JSON.parse(await frame.evaluate<string>(READ_PAGE)) as FrameView;
}

/** A frame that is gone is not seen; one that goes elsewhere meanwhile is read once more. */
async function read(frame: Frame): Promise<FrameView | undefined> {
  return readFrame(frame)
    .catch(() => readFrame(frame))
    .catch(() => undefined);
}

function reachOf(
  { fields, factors, form, controls, consent, dismiss, talk, wantsNewPassword }: Decision,
  frames: readonly Frame[],
): ElementLocators {
  const locate = (...controls: readonly (SeenControl | undefined)[]): Locator | undefined => {
    const [first] = controls;
    return first && frames[first.frame]?.locator(controls.map((control) => control?.path).join(', '));
  };
  return {
    fields: fields.flatMap((field) => locate(...field.controls) ?? []),
    factors: factors.map(({ control }) => locate(control)),
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
    // A button that cannot be pressed again yet was pressed.
    isSent: controls.resend?.fixed === true || talk.some((text) => says(text, 'sent')),
  };
}
