import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

/** Signs a persona in, from an empty page to a session. */
export type SignIn = (page: Page, persona: Persona) => Promise<unknown>;

interface Way {
  readonly way: string;
  readonly signIn: SignIn;
}

/** The script of somebody who knows the site, and the one line of somebody who does not. */
export function waysIn(byHand: SignIn, url: string): readonly Way[] {
  return [
    { way: 'by hand', signIn: byHand },
    { way: 'by persona.signIn', signIn: (page, persona) => persona.signIn(page, url) },
  ];
}
