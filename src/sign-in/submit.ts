import type { Locator, Page } from '@playwright/test';
import { lookAt } from '../challenge/page/look.ts';
import type { Secret } from '../secret/secret.ts';
import { isCovered, dismissConsent } from './consent.ts';
import type { PageIdle } from './page-idle.ts';
import { READY_TIMEOUT, preventNativeSubmit, click } from './click.ts';
import type { LastAnswer } from './page-outcome.ts';

interface Filled {
  readonly button: Locator | undefined;
  /** What was filled last. */
  readonly field: Locator | undefined;
  readonly code: Secret | undefined;
}

/**
 * Sends a form that was filled. Pages send codes by themselves with the last key; what else they key for meanwhile, be it
 * whether a name is free or what is new, is no reason not to press the button.
 */
export async function submit(
  page: Page,
  pageIdle: PageIdle,
  { documents, begun }: LastAnswer,
  { button, field, code }: Filled,
): Promise<void> {
  const hasLeft = pageIdle.documents !== documents || pageIdle.isLeaving;
  if (hasLeft || (code && pageIdle.hasSent(code.reveal()))) return;
  try {
    if (field) await preventNativeSubmit(field);
    if (!button) return await field?.press('Enter', { timeout: READY_TIMEOUT, noWaitAfter: true });
    // What asks for consent may come only while a form is filled.
    if (await isCovered(button)) await dismissConsent((await lookAt(page)).locators.consent, [button]);
    await click(button);
  } catch (error) {
    // A page that sent itself takes its button away.
    if (pageIdle.documents === documents && pageIdle.begun === begun) throw error;
  }
}
