import type { Locator } from '@playwright/test';
import { evaluateOn } from '../core/placed-elements.ts';
import { sleep } from '../core/abortable.ts';
import { fittingOption } from './fitting-option.ts';

/** Time for a script to fill a list, such as the regions of a country, in milliseconds. */
const LIST_TIMEOUT = 2000;
const POLL_INTERVAL = 50;

/** An option of a native list that can be chosen. */
interface RealOption {
  readonly value: string;
  readonly text: string;
  /** True for the first entry, which in most lists only says "choose". */
  readonly isFirst: boolean;
}

/**
 * Chooses an option of a native list, as a person does: the one that fits, else the first real one.
 *
 * @param wanted texts or values, the preferred one first
 * @returns false if the list has no real option
 */
export async function chooseOption(list: Locator, wanted: readonly string[]): Promise<boolean> {
  const endsAt = performance.now() + LIST_TIMEOUT;
  let options: RealOption[] = [];
  for (;;) {
    options = await evaluateOn(list, optionsInPage, null);
    if (options.length > 0 || performance.now() > endsAt) break;
    await sleep(POLL_INTERVAL);
  }
  const fits = fittingOption(
    options.map(({ value, text }) => [value, text]),
    wanted,
  );
  const other = options.find(({ isFirst, value }) => !isFirst || (options.length < 3 && value !== '0'));
  const found = fits ? options[fits.index] : (other ?? options[0]);
  if (!found) return false;
  await list.first().selectOption(found.value, { timeout: LIST_TIMEOUT, force: true });
  return true;
}

/** Runs in the page. */
function optionsInPage([element]: Element[]): RealOption[] {
  if (!(element instanceof HTMLSelectElement)) return [];
  const first = element.options[0];
  return [...element.options]
    .filter(
      ({ value, disabled, text }) =>
        !disabled && value !== '' && text.trim() !== '' && !/^(?:-1|null|none|undefined)$/.test(value),
    )
    .map((option) => ({ value: option.value, text: option.text.trim(), isFirst: option === first }));
}
