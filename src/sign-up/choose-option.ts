import type { Locator } from '@playwright/test';
import { evaluateOn } from '../core/placed-elements.ts';
import { sleep } from '../core/abortable.ts';

/** Time for a script to fill a list, such as the regions of a country, in milliseconds. */
const LIST_TIMEOUT = 2000;
const POLL_INTERVAL = 50;

/**
 * Chooses an option of a list, as a person does: the first one that fits, else the first real one.
 *
 * @param wanted texts or values, the preferred one first
 * @returns false if the list has no real option
 */
export async function chooseOption(list: Locator, wanted: readonly string[]): Promise<boolean> {
  const endsAt = performance.now() + LIST_TIMEOUT;
  let value: string | null = null;
  for (;;) {
    value = await evaluateOn(list, optionInPage, wanted);
    if (value !== null || performance.now() > endsAt) break;
    await sleep(POLL_INTERVAL);
  }
  if (value === null) return false;
  await list.first().selectOption(value, { timeout: LIST_TIMEOUT, force: true });
  return true;
}

/** Runs in the page. Returns the value of the option to choose. */
function optionInPage([element]: Element[], wanted: readonly string[]): string | null {
  if (!(element instanceof HTMLSelectElement)) return null;
  const real = [...element.options].filter(
    ({ value, disabled, text }) =>
      !disabled && value !== '' && text.trim() !== '' && !/^(?:-1|null|none|undefined)$/.test(value),
  );
  const first = element.options[0];
  // The first entry of most lists only says "choose".
  const other = real.find((option) => option !== first || (real.length < 3 && first.value !== '0'));
  const fits = (test: (text: string, other: string) => boolean): HTMLOptionElement | undefined =>
    wanted.flatMap(
      (one) =>
        real.find(({ value, text }) =>
          [value, text.trim()].some((own) => test(own.toLowerCase(), one.toLowerCase())),
        ) ?? [],
    )[0];
  const found =
    fits((own, one) => own === one) ?? fits((own, one) => one.length > 2 && own.includes(one)) ?? other ?? real[0];
  return found?.value ?? null;
}
