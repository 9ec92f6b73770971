import { registerSecret } from './secret.ts';

const GAP = /[^A-Za-z0-9]/g;

/**
 * Registers what a page shows while it sets up a factor. It is a secret before the persona has it.
 *
 * @param seed seed of an authenticator, in Base32
 */
export function registerShownSecrets({ recoveryCodes, seed }: Shown): void {
  // A code may be typed without its separators.
  for (const code of recoveryCodes)
    for (const spelling of new Set([code, code.replace(GAP, ''), code.replace(GAP, '-')]))
      registerSecret('page/recovery code', spelling);
  if (seed !== undefined) registerSecret('page/totp seed', seed);
}

interface Shown {
  readonly recoveryCodes: readonly string[];
  readonly seed: string | undefined;
}
