import type { Locator } from '@playwright/test';
import { evaluateOn } from '../core/placed-elements.ts';

/** Returns why the browser does not send the form of a field, a sentence each: its own validation, by field. */
export async function formProblems([field]: readonly Locator[]): Promise<readonly string[]> {
  const found = field && evaluateOn(field, problemsInPage, null);
  const problems = (await found?.catch(() => [])) ?? [];
  return problems.map(({ name, message }) => `The browser says of the field "${name}": ${message}`);
}

/** Runs in the page. */
function problemsInPage([field]: Element[]): { name: string; message: string }[] {
  const form = (field as HTMLInputElement | undefined)?.form;
  if (!form || form.noValidate) return [];
  return [...form.elements].flatMap((element) => {
    const input = element as HTMLInputElement;
    if (!input.willValidate || input.validity.valid || input.tagName === 'FIELDSET') return [];
    const label = input.labels?.[0]?.textContent ?? input.getAttribute('aria-label') ?? input.placeholder;
    const name = (label || input.name || input.type).replaceAll(/\s+/g, ' ').trim().slice(0, 80);
    return [{ name, message: input.validationMessage }];
  });
}
