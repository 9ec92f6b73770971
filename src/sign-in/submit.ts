import type { Locator, Page } from '@playwright/test';
import { lookAt } from '../challenge/page/look.ts';
import type { Secret } from '../secret/secret.ts';
import { isCovered, passConsent } from './consent.ts';
import type { PageIdle } from './page-idle.ts';
import { READY, keepFromAddress, click } from './click.ts';
import type { Answered } from './page-outcome.ts';

interface Filled {
  readonly button: Locator | undefined;
  /** What was filled last. */
  readonly field: Locator | undefined;
  readonly code: Secret | undefined;
}

/**
 * Sends a form that was filled. Pages send codes by themselves with the last key; what else they ask for meanwhile, be it
 * whether a name is free or what is new, is no reason not to press the button.
 */
export async function submit(
  page: Page,
  watch: PageIdle,
  { documents, begun }: Answered,
  { button, field, code }: Filled,
): Promise<void> {
  const hasLeft = watch.documents !== documents || watch.isLeaving;
  if (hasLeft || (code && watch.hasSent(code.reveal()))) return;
  try {
    if (field) await keepFromAddress(field);
    if (!button) return await field?.press('Enter', { timeout: READY, noWaitAfter: true });
    // What asks for consent may come only while a form is filled.
    if (await isCovered(button)) await passConsent((await lookAt(page)).reach.consent, [button]);
    await click(button);
  } catch (error) {
    // A page that sent itself takes its button away.
    if (watch.documents === documents && watch.begun === begun) throw error;
  }
}
