import type { Page } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { PageReading } from '../challenge/page/look.ts';
import type { SignInCredentials } from './credentials.ts';

/** Returns the allowed factors that fit a page. A passkey fits only the site that it was created for. */
export async function usableFactorsOn(
  page: Page,
  { challenge }: PageReading,
  allowed: readonly Factor[],
  credentials: SignInCredentials,
): Promise<readonly Factor[]> {
  const isOffered = allowed.includes('passkey') && challenge.factors.some(({ factor }) => factor === 'passkey');
  const hosts = page.frames().flatMap((frame) => (URL.canParse(frame.url()) ? new URL(frame.url()).hostname : []));
  const fits = isOffered && (await credentials.passkeys.hasPasskeyFor(hosts));
  return allowed.filter((factor) => (factor === 'passkey' ? fits : credentials.factors.includes(factor)));
}

/** True if a sign-in form has a passkey button beside it, and the passkey is the preferred factor. */
export function prefersPasskey({ challenge, locators }: PageReading, usable: readonly Factor[]): boolean {
  const isForm = challenge.fields.some(({ role }) => role === 'identifier' || role === 'password');
  if (!isForm || usable[0] !== 'passkey') return false;
  return challenge.factors.some(({ factor }, index) => factor === 'passkey' && locators.factors[index]);
}
