import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

/** Finds fields by placeholder, because the pages of the issuer have no labels. */
export async function signInByEmail(page: Page, persona: Persona): Promise<void> {
  await page.goto('/login/email');
  await page.getByPlaceholder('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await persona.inbox.fillCode(page.getByPlaceholder('Code'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('who').waitFor();
}

export async function signInBySms(page: Page, persona: Persona): Promise<void> {
  await page.goto('/login/phone');
  await page.getByPlaceholder('Phone').fill(persona.phone);
  await page.getByRole('button', { name: 'Continue' }).click();
  await persona.sms.fillCode(page.getByPlaceholder('Code'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('who').waitFor();
}
