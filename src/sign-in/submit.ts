import type { Locator, Page } from '@playwright/test';
import { lookAt } from '../challenge/page/look.ts';
import type { Secret } from '../secret/secret.ts';
import { submitTargetOf } from '../secret/submit-target.ts';
import { dismissConsent } from './consent.ts';
import type { SignInCredentials } from './credentials.ts';
import type { PageIdle } from './page-idle.ts';
import { READY_TIMEOUT, isCovered, preventNativeSubmit, click } from './click.ts';
import type { LastAnswer } from './page-outcome.ts';

/** A filled form. */
interface FilledForm {
  readonly button: Locator | undefined;
  /** Last filled field. */
  readonly field: Locator | undefined;
  readonly code: Secret | undefined;
  /** Decides whether the form may be sent to another origin than it says itself. */
  readonly credentials: Pick<SignInCredentials, 'requireTarget'>;
}

/**
 * Submits a filled form. Does nothing if the page already navigates or has sent the code, as some pages do on the last
 * keystroke. Other requests, such as polling, do not prevent the submission.
 *
 * @throws TwoFactorError `ORIGIN_REFUSED` if the button sends the form to an origin that is not allowed
 */
export async function submit(
  page: Page,
  pageIdle: PageIdle,
  { documents, sentCount }: LastAnswer,
  { button, field, code, credentials }: FilledForm,
): Promise<void> {
  const hasLeft = pageIdle.documents !== documents || pageIdle.isLeaving;
  if (hasLeft || (code && pageIdle.hasSent(code.reveal()))) return;
  const control = button ?? field;
  const [target] = await Promise.all([control && submitTargetOf(control), field && preventNativeSubmit(field)]);
  if (target !== undefined) await credentials.requireTarget(page, target);
  try {
    if (!button) return await field?.press('Enter', { timeout: READY_TIMEOUT, noWaitAfter: true });
    // A cookie banner may appear while the form is filled.
    const isFree = (await isCovered(button)) === false;
    if (!isFree) await dismissConsent((await lookAt(page)).locators.consent, [button]);
    await click(button, isFree ? false : undefined);
  } catch (error) {
    // The button is gone if the page submitted itself in the meantime.
    if (pageIdle.documents === documents && pageIdle.sentCount === sentCount) throw error;
  }
}
