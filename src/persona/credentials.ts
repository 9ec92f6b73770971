import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { deviceNamed } from '../otp/otp-device.ts';
import { type OtpSeed, readSeed } from '../otp/seed.ts';
import { type StoredPasskey, passkeyProblem } from '../passkey/passkey.ts';
import { originProblem } from '../secret/origins.ts';
import { Secret } from '../secret/secret.ts';
import {
  type CredentialSources,
  knownNames,
  mergeCredentialSources,
  variableName,
  variableOf,
} from './credential-sources.ts';

/** A seed that the source of messages keeps, in a device. */
export interface KeptSeed {
  readonly device: string;
}

/** A persona's own, read and checked. */
export interface Credentials {
  readonly name: string;
  readonly email?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly phone?: string;
  readonly totp?: OtpSeed | KeptSeed;
  readonly url?: string;
  /** Where its secrets may go. @default anywhere */
  readonly origins?: readonly string[];
  readonly recoveryCodes?: readonly string[];
  readonly passkeys?: readonly StoredPasskey[];
}

/**
 * Reads a named persona from the vault, the configuration and the environment (`PERSONA_ALICE_EMAIL`, …).
 *
 * @param baseUrl the site under test, which its secrets may go to when it lists no other
 * @throws TwoFactorError `PERSONA_UNKNOWN` with the nearest name; `SETTINGS_INVALID` with every problem at once.
 */
export function readCredentials(name: string, places: CredentialSources, baseUrl?: string): Credentials {
  const known = knownNames(places);
  if (!known.some((one) => variableName(one) === variableName(name))) throw unknown(name, known);
  const problems: string[] = [];
  const merged = mergeCredentialSources(name, places, problems, baseUrl);
  const credentials: Credentials = {
    name,
    ...(merged.email ? { email: checkEmail(merged.email, problems) } : {}),
    ...(merged.username ? { username: merged.username } : {}),
    ...(merged.password ? { password: new Secret(`${name}/password`, merged.password) } : {}),
    ...(merged.phone ? { phone: checkPhone(merged.phone, problems) } : {}),
    ...(merged.totp ? checkTotp(merged.totp, problems) : {}),
    ...(merged.url ? { url: checkUrl(merged.url, problems) } : {}),
    ...(merged.recoveryCodes ? { recoveryCodes: merged.recoveryCodes } : {}),
    ...(merged.passkeys ? { passkeys: checkPasskeys(merged.passkeys, problems) } : {}),
    origins: merged.origins ? checkOrigins(merged.origins, problems) : originsOf(merged.url ?? baseUrl),
  };
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new TwoFactorError('SETTINGS_INVALID', `Persona "${name}" is not set up right:${list}`);
  }
  return credentials;
}

function checkOrigins(origins: readonly string[], problems: string[]): readonly string[] {
  problems.push(...origins.flatMap((pattern) => originProblem(pattern) ?? []));
  return origins;
}

function originsOf(url: string | undefined): readonly string[] {
  return url !== undefined && URL.canParse(url) ? [new URL(url).origin] : [];
}

function checkEmail(email: string, problems: string[]): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    problems.push(`its email "${email}" is no address: write it like alice@example.com`);
  return email;
}

function checkPhone(phone: string, problems: string[]): string {
  if (!/^\+[\d\s().-]{7,24}$/.test(phone))
    problems.push(`its phone "${phone}" is not in E.164 form: write it like +12025552368`);
  return phone;
}

function checkUrl(url: string, problems: string[]): string {
  if (!URL.canParse(url)) problems.push(`its url "${url}" is no URL: write it like https://app.example.com`);
  return url;
}

function checkTotp(totp: string, problems: string[]): { totp?: OtpSeed | KeptSeed } {
  const device = deviceNamed(totp);
  if (device !== undefined) return { totp: { device } };
  try {
    return { totp: readSeed(totp) };
  } catch (error) {
    problems.push(`its totp: ${reasonOf(error)}`);
    return {};
  }
}

function checkPasskeys(passkeys: readonly StoredPasskey[], problems: string[]): readonly StoredPasskey[] {
  for (const [index, passkey] of passkeys.entries()) {
    const problem = passkeyProblem(passkey);
    if (problem) problems.push(`its passkey ${index + 1} ${problem}: store what \`context.credentials.get()\` gives`);
  }
  return passkeys;
}

function unknown(name: string, known: readonly string[]): TwoFactorError {
  const how = `Give it \`use: { twoFactor: { personas: { ${/^\w+$/.test(name) ? name : `'${name}'`}: { email, password } } } }\`, or ${variableOf(name, 'email')} and ${variableOf(name, 'password')} in the environment or in .env, or store it in the vault: npx playwright-2fa vault set ${name} password --origin https://app.example.com.`;
  return new TwoFactorError('PERSONA_UNKNOWN', `Unknown persona "${name}". ${suggest(name, known)} ${how}`);
}
