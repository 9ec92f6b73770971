import { inspect } from 'node:util';
import { type CodeFormat, type ReadCodeFormat, codeFormatProblems, readCodeFormat } from '../waiting/code-format.ts';
import type { Factor } from '../challenge/challenge.ts';
import { reasonOf } from '../core/errors.ts';
import { deviceNamed } from '../otp/otp-device.ts';
import { splitOtpUri } from '../otp/otp-uri.ts';
import { type OtpSeed, encodeBase32, readSeed } from '../otp/seed.ts';
import { type StoredPasskey, passkeyProblem } from '../passkey/passkey.ts';
import { ORIGIN_FORM, originProblem } from '../secret/origins.ts';
import { type SecretReference, isReference, withoutEscape } from '../secret/references/reference.ts';
import { Secret } from '../secret/secret.ts';
import { normalizeOtp } from '../vault/otp.ts';
import type { PersonaSettings } from './settings.ts';

/** A seed that stays in a device of the message source. */
export interface DeviceSeed {
  readonly device: string;
}

/** One member of a persona: its names, its check, and its reading. */
export interface Member<T, V = T> {
  /** Part of a vault document that holds it. @default it is not kept in the vault */
  readonly vault?: 'persona' | 'site';
  /** Name in the vault. @default its name in the configuration */
  readonly vaultName?: string;
  /** Factors that a persona with this member can use. @default none */
  readonly factors?: readonly Factor[];
  /** True if the value may contain line breaks where it is typed. @default false */
  readonly isLong?: boolean;
  /** Reads the text of an environment variable, or of a terminal. `undefined` if it cannot be read. */
  parse(text: string): T | undefined;
  /** Returns every problem of a value of any type. A problem never contains the value. */
  check(value: unknown): string[];
  /** Converts a checked value into the form that a persona uses. */
  read(value: T, persona: string): V;
  /** Converts a value into the form that the vault keeps. @default the value itself */
  store?(value: T, persona: string): T;
  /** Secret strings in a value, each with its label. Absent for a member that is not secret. */
  secrets?(value: T, persona: string): (readonly [value: string, label: string])[];
  /** Normalizes a value for comparison with one from another place. @default its text */
  comparable?(value: T): string;
}

export type MemberName = Exclude<keyof PersonaSettings, 'exclusive' | 'renewPassword' | 'forwardTo'>;

type Setting<N extends MemberName> = Exclude<NonNullable<PersonaSettings[N]>, SecretReference>;

/** Members whose read value differs from the configured one. */
interface Converted {
  readonly password: Secret;
  readonly memorableWord: Secret;
  readonly totp: OtpSeed | DeviceSeed;
  readonly code: ReadCodeFormat;
}

type Value<N extends MemberName> = N extends keyof Converted ? Converted[N] : Setting<N>;

/** Members of a persona, read and checked. A member that the persona does not have is absent. */
export type MemberValues = { readonly [N in MemberName]?: Value<N> };

const text: Pick<Member<string>, 'parse' | 'read'> = {
  parse: (text) => text,
  read: (value) => value,
};

const list: Pick<Member<readonly string[]>, 'parse' | 'read'> = {
  parse: (text) => text.split(/[\s,]+/).filter(Boolean),
  read: (value) => value,
};

/**
 * The members of a persona. The environment variable of a member is `PERSONA_<NAME>_<MEMBER>`, and its name on the
 * command line is the vault's name in kebab case. Adding a member takes an entry here and a property of `PersonaSettings`.
 */
export const MEMBERS: { readonly [N in MemberName]: Member<Setting<N>, Value<N>> } = {
  email: {
    ...text,
    vault: 'persona',
    factors: ['email-code', 'email-link'],
    check: (value) => textProblem(value, /^[^\s@]+@[^\s@]+$/, 'must be an address such as alice@example.com'),
  },
  phone: {
    ...text,
    vault: 'persona',
    factors: ['sms-code'],
    check: (value) =>
      textProblem(
        value,
        /^\+[\d\s().-]{7,24}$/,
        'must be in E.164 form, such as +12025552368; or set `defaultCountry` for numbers without a country code',
      ),
  },
  url: {
    ...text,
    check: (value) =>
      typeof value === 'string' && URL.canParse(value) ? [] : ['must be a URL such as https://app.example.com'],
  },
  username: { ...text, vault: 'site', check: (value) => textProblem(value) },
  password: {
    ...text,
    vault: 'site',
    check: (value) => textProblem(value),
    read: (value, persona) => new Secret(`${persona}/password`, value),
    secrets: (value, persona) => [[value, `${persona}/password`]],
  },
  memorableWord: {
    ...text,
    vault: 'site',
    check: (value) => textProblem(value),
    read: (value, persona) => new Secret(`${persona}/memorable word`, value),
    secrets: (value, persona) => [[value, `${persona}/memorable word`]],
  },
  totp: {
    ...text,
    vault: 'site',
    vaultName: 'otp',
    factors: ['totp', 'hotp'],
    check: (value) => (typeof value === 'string' ? seedProblems(value) : ['must be a string']),
    read: readTotp,
    store: normalizeOtp,
    secrets: (value, persona) => {
      const seed = readTotp(value);
      if (!('key' in seed)) return [];
      // As normalized, and as the URI spells it.
      const spelled = splitOtpUri(value)?.parameters.get('secret');
      const spellings = new Set([encodeBase32(seed.key), ...(spelled ? [spelled] : [])]);
      return [...spellings].map((spelling) => [spelling, `${persona}/totp seed`]);
    },
    comparable: (value) => (seedProblems(value).length > 0 ? value : inspect(readTotp(value))),
  },
  recoveryCodes: {
    ...list,
    vault: 'site',
    factors: ['recovery-code'],
    isLong: true,
    check: (value) => (isListOf(value, isText) ? [] : ['must be a list of strings that are not empty']),
    // Some sites print codes in groups: spaces separate codes only if nothing else does.
    parse: (text) => {
      const separator = /[\n,]/.test(text) ? /[\n,]/ : /\s+/;
      return text.split(separator).flatMap((code) => code.trim() || []);
    },
    secrets: (value, persona) => value.map((code) => [code, `${persona}/recovery code`]),
  },
  passkeys: {
    vault: 'site',
    factors: ['passkey'],
    isLong: true,
    parse: (text) => parseJson(text) as readonly StoredPasskey[] | undefined,
    check: passkeyProblems,
    read: (value) => value,
    // The command line takes a single credential, too.
    store: (value) => (Array.isArray(value) ? value : [value as unknown as StoredPasskey]),
    secrets: (value, persona) =>
      value.flatMap((passkey) => {
        const { privateKey } = (passkey ?? {}) as { readonly privateKey?: unknown };
        return typeof privateKey === 'string' ? [[privateKey, `${persona}/passkey`]] : [];
      }),
    comparable: (value) => JSON.stringify(value),
  },
  code: {
    parse: (text) => parseJson(text) as CodeFormat | undefined,
    check: codeFormatProblems,
    read: readCodeFormat,
    comparable: inspect,
  },
  origins: { ...list, vault: 'site', check: originsProblems },
};

export const MEMBER_NAMES: readonly MemberName[] = Object.keys(MEMBERS) as MemberName[];

/** Definition of a member, for code that treats all members alike. */
export function memberOf(name: MemberName): Member<unknown> {
  return MEMBERS[name];
}

/** Member that a persona needs for a factor; `undefined` if the factor needs none. */
export function memberForFactor(factor: Factor): MemberName | undefined {
  return MEMBER_NAMES.find((name) => memberOf(name).factors?.includes(factor));
}

/** Name of a member in the vault. */
export function vaultNameOf(name: MemberName): string {
  return memberOf(name).vaultName ?? name;
}

/** Part of a variable's name that stands for a member: `recoveryCodes` is `RECOVERY_CODES`. */
export function variablePartOf(name: MemberName): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

/** Secret strings of a persona's members, as they are configured, each with its label. References are left out. */
export function secretsOf(settings: PersonaSettings, persona: string): (readonly [value: string, label: string])[] {
  return MEMBER_NAMES.flatMap((name) => {
    const value: unknown = settings[name];
    return isReference(value) ? [] : secretsInValue(name, withoutEscape(value), persona);
  });
}

/** Secret strings in the value of a member, each with its label. A value that cannot be read is a secret as a whole. */
export function secretsInValue(
  name: MemberName,
  value: unknown,
  persona: string,
): (readonly [value: string, label: string])[] {
  const member = memberOf(name);
  if (!value || !member.secrets || (Array.isArray(value) && value.length === 0)) return [];
  try {
    return member.secrets(value, persona);
  } catch {
    return typeof value === 'string' ? [[value, `${persona}/${name}`] as const] : [];
  }
}

function readTotp(value: string): OtpSeed | DeviceSeed {
  const device = deviceNamed(value);
  return device === undefined ? readSeed(value) : { device };
}

function seedProblems(value: string): string[] {
  try {
    readTotp(value);
    return [];
  } catch (error) {
    return [`is invalid: ${reasonOf(error)}`];
  }
}

/** Parses JSON that `check` has not seen yet. Undefined if it cannot be parsed, or is null. */
function parseJson(json: string): unknown {
  try {
    return (JSON.parse(json) as unknown) ?? undefined;
  } catch {
    return undefined; // The parser's own error quotes the text.
  }
}

function passkeyProblems(value: unknown): string[] {
  if (!Array.isArray(value)) return ['must be a list of objects'];
  return value.flatMap((passkey: unknown, index) => {
    const problem = passkeyProblem(passkey);
    return problem
      ? [`has an invalid entry ${index + 1}: it ${problem}. Store the result of \`context.credentials.get()\``]
      : [];
  });
}

function originsProblems(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) return ['must be a list of at least one origin'];
  const isValid = (origin: unknown): boolean => typeof origin === 'string' && originProblem(origin) === undefined;
  const invalid = value.flatMap((origin, index) => (isValid(origin) ? [] : [index + 1]));
  return invalid.length > 0 ? [`has an invalid entry ${invalid.join(', ')}: ${ORIGIN_FORM}`] : [];
}

function textProblem(value: unknown, form = /./s, otherwise = 'must not be empty'): string[] {
  if (typeof value !== 'string') return ['must be a string'];
  return form.test(value) ? [] : [otherwise];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isListOf(value: unknown, check: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}
