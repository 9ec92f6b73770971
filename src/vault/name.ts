import { TwoFactorError } from '../core/errors.ts';

/** Valid as a file name on every system, and not hidden. */
const NAME = /^[A-Za-z0-9_@-](?:[A-Za-z0-9._@-]{0,98}[A-Za-z0-9_@-])?$/;

/** True if a vault can store a persona of this name. */
export function isPersonaName(name: string): boolean {
  return NAME.test(name);
}

/** @throws TwoFactorError `VAULT_INVALID` */
export function checkPersonaName(name: string): void {
  if (isPersonaName(name)) return;
  throw new TwoFactorError(
    'VAULT_INVALID',
    `A vault cannot store a persona named ${JSON.stringify(name.slice(0, 100))}, because the name is also a file name. Use at most 100 letters, digits and - _ . @, without a dot at either end.`,
  );
}
