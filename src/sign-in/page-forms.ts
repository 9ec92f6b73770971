import type { Page } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import type { PageActivity } from './page-idle.ts';
import type { PageOutcome } from './page-outcome.ts';
import type { SignInContext } from './sign-in-context.ts';

/** A page between two steps of a sign-in. */
export interface FormPage {
  readonly context: SignInContext;
  readonly reading: PageReading;
  /** Key of the challenge of the page; undefined if it has none. */
  readonly key: string | undefined;
  readonly outcome: PageOutcome;
  readonly activity: PageActivity;
  /** Notes that the page asks for an identity, before it is answered. */
  readonly note: () => void;
}

/** Answers forms of a page that are not a challenge, such as those of a sign-up, before its challenge is answered. */
export interface PageForms {
  /** Answers the form of a page. Returns `wait` if the page may still change, undefined if the page has no such form. */
  answer(page: FormPage): Promise<'answered' | 'wait' | undefined>;
  /** True if a page has such a form. It then proves no session. */
  isOn(page: Page): Promise<boolean>;
}
