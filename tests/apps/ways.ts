import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

/** Signs a persona in, from an empty page to a signed-in session. */
export type SignIn = (page: Page, persona: Persona) => Promise<unknown>;

interface Way {
  readonly way: string;
  readonly signIn: SignIn;
}

/** Returns two ways to sign in: a script for the specific site, and a call of `persona.signIn()`. */
export function waysIn(byHand: SignIn, url: string): readonly Way[] {
  return [
    { way: 'by hand', signIn: byHand },
    { way: 'by persona.signIn', signIn: (page, persona) => persona.signIn(page, url) },
  ];
}
