import { TwoFactorError, reasonOf } from '../errors.ts';
import { suggest } from '../nearest.ts';
import { type OtpSeed, readSeed } from '../otp/seed.ts';
import { originProblem } from '../secret/origins.ts';
import { Secret } from '../secret/secret.ts';

/** A stored persona, as a configuration writes it. Each member may stand in the environment instead. */
export interface PersonaSettings {
  readonly email?: string;
  /** What it types as user name. @default the e-mail address */
  readonly username?: string;
  readonly password?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  /** The seed of its authenticator: an `otpauth://totp/` URI, or Base32. */
  readonly totp?: string;
  /** The site it belongs to. */
  readonly url?: string;
  /**
   * Where its password and codes may be typed and its links opened: exact origins, such as `https://app.example.com`, or
   * `https://*.example.com` for subdomains. @default the origin of `url`, else of the test's `baseURL`
   */
  readonly origins?: readonly string[];
}

/** A persona's own, read and checked. */
export interface Credentials {
  readonly name: string;
  readonly email?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly phone?: string;
  readonly totp?: OtpSeed;
  readonly url?: string;
  /** Where its secrets may go. @default anywhere */
  readonly origins?: readonly string[];
}

/** Environment variables, and which file they come from when they do not come from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const FIELDS = ['email', 'username', 'password', 'phone', 'totp', 'url'] as const;
const MEMBERS: readonly string[] = [...FIELDS, 'origins'];
const VARIABLE = /^PERSONA_(\w+?)_(EMAIL|USERNAME|PASSWORD|PHONE|TOTP|URL|ORIGINS)$/;

/**
 * Reads a named persona from the configuration and the environment (`PERSONA_ALICE_EMAIL`, …).
 *
 * @param baseUrl the site under test, which its secrets may go to when it lists no other
 * @throws TwoFactorError `PERSONA_UNKNOWN` with the nearest name; `SETTINGS_INVALID` with every problem at once.
 */
export function readCredentials(
  name: string,
  personas: Readonly<Record<string, PersonaSettings>>,
  env: Environment,
  baseUrl?: string,
): Credentials {
  const known = knownNames(personas, env);
  if (!known.some((one) => variableName(one) === variableName(name))) throw unknown(name, known);
  const problems: string[] = [];
  const merged = merge(name, settingsOf(name, personas), env, problems);
  const credentials: Credentials = {
    name,
    ...(merged.email ? { email: checkEmail(merged.email, problems) } : {}),
    ...(merged.username ? { username: merged.username } : {}),
    ...(merged.password ? { password: new Secret(`${name}/password`, merged.password) } : {}),
    ...(merged.phone ? { phone: checkPhone(merged.phone, problems) } : {}),
    ...(merged.totp ? checkTotp(merged.totp, problems) : {}),
    ...(merged.url ? { url: checkUrl(merged.url, problems) } : {}),
    origins: merged.origins ? checkOrigins(merged.origins, problems) : originsOf(merged.url ?? baseUrl),
  };
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new TwoFactorError('SETTINGS_INVALID', `Persona "${name}" is not set up right:${list}`);
  }
  return credentials;
}

/** The variable that gives a persona one of its members. */
export function variableOf(name: string, field: (typeof FIELDS)[number] | 'origins'): string {
  return `PERSONA_${variableName(name)}_${field.toUpperCase()}`;
}

function knownNames(personas: Readonly<Record<string, unknown>>, env: Environment): string[] {
  const names = new Map(Object.keys(personas).map((name) => [variableName(name), name]));
  for (const variable of Object.keys(env)) {
    const part = VARIABLE.exec(variable)?.[1];
    if (part && !names.has(part)) names.set(part, part.toLowerCase());
  }
  return [...names.values()];
}

/** A name that differs only in what a variable cannot tell is the same persona, here as in the environment. */
function settingsOf(name: string, personas: Readonly<Record<string, PersonaSettings>>): PersonaSettings {
  const alike = Object.keys(personas).filter((one) => variableName(one) === variableName(name));
  return personas[alike.find((one) => one === name) ?? alike[0] ?? ''] ?? {};
}

function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

function merge(name: string, settings: PersonaSettings, env: Environment, problems: string[]): PersonaSettings {
  const strange = Object.keys(settings).filter((key) => !MEMBERS.includes(key));
  for (const key of strange) problems.push(`it has no member "${key}". ${suggest(key, MEMBERS)}`);
  const merged: Record<string, string> = {};
  for (const field of FIELDS) {
    const variable = variableOf(name, field);
    const [own, given] = [settings[field], env[variable]];
    if (own === '') problems.push(`\`${field}\` is empty in the configuration: write its value, or leave it out`);
    if (given === '') problems.push(`${variable} is empty: write its value, or take the line out of .env`);
    if (own && given && own !== given) {
      problems.push(`\`${field}\` in the configuration and ${variable} in the environment differ: keep one of them`);
    }
    const value = own ?? given;
    if (value) merged[field] = value;
  }
  const variable = variableOf(name, 'origins');
  const given = env[variable]?.split(/[\s,]+/).filter(Boolean);
  if (given?.length === 0) problems.push(`${variable} is empty: write its value, or take the line out of .env`);
  const origins = settings.origins ?? given;
  return { ...merged, ...(origins ? { origins } : {}) };
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

function checkTotp(totp: string, problems: string[]): { totp?: OtpSeed } {
  try {
    return { totp: readSeed(totp) };
  } catch (error) {
    problems.push(`its totp: ${reasonOf(error)}`);
    return {};
  }
}

function unknown(name: string, known: readonly string[]): TwoFactorError {
  const how = `Give it \`use: { twoFactor: { personas: { ${/^\w+$/.test(name) ? name : `'${name}'`}: { email, password } } } }\`, or ${variableOf(name, 'email')} and ${variableOf(name, 'password')} in the environment or in .env.`;
  return new TwoFactorError('PERSONA_UNKNOWN', `Unknown persona "${name}". ${suggest(name, known)} ${how}`);
}
