import { TwoFactorError } from '../core/errors.ts';

/** Names a file on any system, and no hidden one. */
const NAME = /^[A-Za-z0-9_@-](?:[A-Za-z0-9._@-]{0,98}[A-Za-z0-9_@-])?$/;

/** Whether a vault can hold a persona of this name. */
export function isPersonaName(name: string): boolean {
  return NAME.test(name);
}

/** @throws TwoFactorError `VAULT_INVALID` */
export function checkPersonaName(name: string): void {
  if (isPersonaName(name)) return;
  throw new TwoFactorError(
    'VAULT_INVALID',
    `A vault cannot hold a persona named ${JSON.stringify(name.slice(0, 100))}: the name is that of its file. Use letters, digits and - _ . @ only, at most 100, with no dot at either end.`,
  );
}
