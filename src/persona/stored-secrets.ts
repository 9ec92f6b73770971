import { deviceNamed } from '../otp/otp-device.ts';
import { readSeed, encodeBase32 } from '../otp/seed.ts';
import { readPasskeys } from './read-passkeys.ts';
import type { Environment, PersonaSettings } from './settings.ts';

const VARIABLE = /^PERSONA_(\w+?)_(PASSWORD|TOTP|RECOVERY_CODES|PASSKEYS)$/;

/** The secrets that stand in the configuration and in the environment, with value and label each. */
export function storedSecrets(
  personas: Readonly<Record<string, PersonaSettings>>,
  env: Environment,
): [value: string, label: string][] {
  const configured = Object.entries(personas).flatMap(
    ([name, { password, totp, recoveryCodes = [], passkeys = [] }]) => [
      ...labelled(name, 'password', password),
      ...labelled(name, 'totp', totp),
      ...recoveryCodes.flatMap((code) => labelled(name, 'recovery code', code)),
      ...privateKeysOf(name, passkeys),
    ],
  );
  const given = Object.entries(env).flatMap(([variable, value]) => {
    const [, name = '', member = ''] = VARIABLE.exec(variable) ?? [];
    if (member === 'RECOVERY_CODES')
      return (value ?? '').split(/[\s,]+/).flatMap((code) => labelled(name.toLowerCase(), 'recovery code', code));
    if (member === 'PASSKEYS') return privateKeysOf(name.toLowerCase(), readPasskeys(value ?? '') ?? []);
    return member ? labelled(name.toLowerCase(), member.toLowerCase(), value) : [];
  });
  return [...configured, ...given];
}

/** What is no passkey is told to whoever opens the persona. */
function privateKeysOf(name: string, passkeys: readonly unknown[]): [string, string][] {
  return passkeys.flatMap((passkey) => {
    const { privateKey } = (passkey ?? {}) as { readonly privateKey?: unknown };
    return typeof privateKey === 'string' ? labelled(name, 'passkey', privateKey) : [];
  });
}

/** A seed is looked for without what is around it in a URI. */
function labelled(name: string, member: string, value: string | undefined): [string, string][] {
  if (!value) return [];
  if (member !== 'totp') return [[value, `${name}/${member}`]];
  if (deviceNamed(value) !== undefined) return []; // a name is no secret
  try {
    return [[encodeBase32(readSeed(value).key), `${name}/totp seed`]];
  } catch {
    return [[value, `${name}/totp seed`]]; // told to whoever opens the persona
  }
}
