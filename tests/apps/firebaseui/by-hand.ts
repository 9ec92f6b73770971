import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

async function enterPhone(page: Page, persona: Persona): Promise<void> {
  await page.getByLabel('Phone number').fill(persona.phone.replace('+1', ''));
  await page.getByRole('button', { name: 'Verify' }).click();
  await persona.sms.fillCode(page.getByLabel('6-digit code'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('who').waitFor();
}

export async function signInBySms(page: Page, persona: Persona): Promise<void> {
  await page.goto('/phone');
  await enterPhone(page, persona);
}

export async function chooseSms(page: Page, persona: Persona): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in with phone' }).click();
  await enterPhone(page, persona);
}

async function enterEmail(page: Page, persona: Persona): Promise<void> {
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Next' }).click();
  await persona.inbox.openLink(page);
  await page.getByTestId('who').waitFor();
}

export async function signInByLink(page: Page, persona: Persona): Promise<void> {
  await page.goto('/email');
  await enterEmail(page, persona);
}

export async function chooseLink(page: Page, persona: Persona): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in with email' }).click();
  await enterEmail(page, persona);
}
