import { TwoFactorError } from '../core/errors.ts';
import { ledgerUrlProblem } from '../ledger/open.ts';
import { suggest } from '../core/suggest.ts';
import { type HumanSettings, humanProblems } from '../human/settings.ts';
import { type PasskeySettings, passkeySettingsProblems } from '../passkey/passkey-device.ts';
import type { PersonaSettings } from '../persona/settings.ts';
import type { Persona } from '../persona/persona.ts';
import { checkProfileSettings } from '../profile/settings-check.ts';
import type { ProfileSettingsOf, SignInContextOf } from '../profile/settings.ts';
import { isCountry } from '../message/national-number.ts';
import { originProblem } from '../secret/origins.ts';
import type { RedactSettings } from '../redaction/sensitive-names.ts';
import type { Source } from '../sources/source.ts';

/** Settings of a saved signed-in session. */
export type ProfileSettings = ProfileSettingsOf<Persona>;

/** Argument of a profile's `signIn` function: an empty page, and a persona with all it needs. */
export type SignInContext = SignInContextOf<Persona>;

/** All settings, except which persona and which profile a test uses. */
export interface TwoFactorSettings {
  /** Stored personas by name. The environment may add to them: `PERSONA_ALICE_EMAIL`, `_PASSWORD`, `_TOTP`, … */
  readonly personas?: Readonly<Record<string, PersonaSettings>>;
  /** Saved signed-in sessions by name. */
  readonly profiles?: Readonly<Record<string, ProfileSettings>>;
  /** Source of e-mail, such as `mailpit({ url })` or `imap({ … })`. @default the sink */
  readonly mail?: Source;
  /** Source of SMS, such as `twilio({ … })`. @default the sink, unless only `mail` is given */
  readonly sms?: Source;
  /** URL of the sink. @default the sink that `withTwoFactor` started, else 'http://127.0.0.1:8025' */
  readonly sinkUrl?: string;
  /**
   * Country of phone numbers without a country code, such as 'DE': of personas, and of the SMS that the sink receives.
   * @default such a number is an error
   */
  readonly defaultCountry?: string;
  /** Domain of generated addresses. @default 'persona.test' */
  readonly emailDomain?: string;
  /**
   * Where the secrets of a new persona may go, and its links lead: origins such as `https://app.example.com`, or
   * `https://*.example.com` for subdomains. @default the origin of `baseURL`, else the origins that the test opens
   */
  readonly origins?: readonly string[];
  /** Maximum time of a wait for a message, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /** Maximum time of a profile's sign-in, in milliseconds. @default 90_000 */
  readonly signInTimeout?: number;
  /**
   * Attaches the messages of a test to its report, as pictures with masked codes: after a failure, always or never.
   * @default 'on-failure'
   */
  readonly attachMessages?: 'on-failure' | 'always' | 'never';
  /**
   * Names of further values to redact from artifacts, beside the secrets that are known by value. `false` turns
   * redaction off: artifacts then contain secrets.
   */
  readonly redact?: RedactSettings | false;
  /** Folder of encrypted personas, relative to the configuration. @default 'vault' in `folder` */
  readonly vault?: string;
  /**
   * Saves what named personas learn: passwords, authenticator seeds, passkeys and recovery codes. 'auto' saves it in the vault if
   * there is a key; 'never' saves nothing by itself.
   *
   * @default 'auto'
   */
  readonly save?: 'auto' | 'never';
  /**
   * URL of a Redis that coordinates the workers of all machines, such as
   * `rediss://user:password@host:6379/0?prefix=shop`. @default `PLAYWRIGHT_2FA_LEDGER`, else a folder, which
   * coordinates the workers of one machine
   */
  readonly ledger?: string;
  /**
   * Offset of the site's clock from this machine's, in milliseconds, for TOTP codes. 'auto' reads it from the site's
   * responses to the test's pages. @default 0; a Redis whose clock differs is then an error
   */
  readonly clockSkew?: number | 'auto';
  /**
   * Asks a person for what no factor of a persona provides: a code on a telephone, an approval. `{}` prints the address
   * of a page to answer on. @default `PLAYWRIGHT_2FA_HUMAN_WEBHOOK`, else nobody is asked
   */
  readonly human?: HumanSettings;
  /** Device that answers passkey prompts, such as `{ engine: 'cdp', userVerification: false }`. @default Playwright's */
  readonly passkey?: PasskeySettings;
  /** Folder of profiles, ledger and vault. @default '.playwright-2fa', beside the configuration */
  readonly folder?: string;
}

const MEMBERS = [
  'personas',
  'profiles',
  'mail',
  'sms',
  'sinkUrl',
  'defaultCountry',
  'emailDomain',
  'origins',
  'timeout',
  'signInTimeout',
  'attachMessages',
  'redact',
  'vault',
  'save',
  'ledger',
  'clockSkew',
  'human',
  'passkey',
  'folder',
] as const satisfies (keyof TwoFactorSettings)[];

const SAVE = ['auto', 'never'] as const;
const ATTACH = ['on-failure', 'always', 'never'] as const;

export interface CheckOptions {
  /** True to leave the probes to the tests that use their profiles. @default false */
  readonly skipsProbes?: boolean;
}

/** @throws TwoFactorError `SETTINGS_INVALID` with every problem at once. */
export function checkSettings(settings: TwoFactorSettings, options: CheckOptions = {}): TwoFactorSettings {
  const problems = settingsProblems(settings, options);
  if (problems.length > 0)
    throw settingsInvalid('The settings of withTwoFactor(), or `use: { twoFactor }`, are', problems);
  return settings;
}

/** Returns the error for settings with problems. @param what what is invalid, with its verb */
export function settingsInvalid(what: string, problems: readonly string[]): TwoFactorError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwoFactorError('SETTINGS_INVALID', `${what} invalid:${list}`);
}

/** Returns every problem of the settings. */
export function settingsProblems(
  settings: TwoFactorSettings,
  { skipsProbes = false }: CheckOptions = {},
): readonly string[] {
  const problems = [
    ...unknownMembers(settings),
    ...checkProfileSettings(settings.profiles ?? {}, { skipsProbes }),
    ...sourceProblems(settings),
    ...humanProblems(settings.human ?? {}),
    ...passkeySettingsProblems(settings.passkey ?? {}),
    ...(settings.origins ?? []).flatMap((origin) => originProblem(origin) ?? []),
  ];
  const { sinkUrl, emailDomain, timeout, signInTimeout, attachMessages, save, ledger, clockSkew, defaultCountry } =
    settings;
  const ledgerProblem = ledger === undefined ? undefined : ledgerUrlProblem(ledger);
  if (ledgerProblem) problems.push(`\`ledger\` ${ledgerProblem}`);
  if (clockSkew !== undefined && clockSkew !== 'auto' && !Number.isFinite(clockSkew))
    problems.push(`\`clockSkew\` must be a number of milliseconds or 'auto', but is ${clockSkew}`);
  if (attachMessages !== undefined && !ATTACH.includes(attachMessages))
    problems.push(`\`attachMessages\` must be one of ${ATTACH.join(', ')}, but is "${attachMessages}"`);
  if (save !== undefined && !SAVE.includes(save))
    problems.push(`\`save\` must be 'auto' or 'never', but is ${JSON.stringify(save)}`);
  if (sinkUrl !== undefined && !/^https?:\/\/[^/]/.test(sinkUrl))
    problems.push(`\`sinkUrl\` must be a URL such as http://127.0.0.1:8025, but is "${withoutToken(sinkUrl)}"`);
  if (defaultCountry !== undefined && !isCountry(defaultCountry))
    problems.push(`\`defaultCountry\` must be the code of a country such as 'DE', but is "${defaultCountry}"`);
  if (emailDomain !== undefined && !/^[^\s@]+$/.test(emailDomain))
    problems.push(`\`emailDomain\` must be a domain such as mail.example.com, but is "${emailDomain}"`);
  for (const [name, value] of Object.entries({ timeout, signInTimeout })) {
    if (value !== undefined && !(value > 0))
      problems.push(`\`${name}\` must be a number of milliseconds above 0, but is ${value}`);
  }
  return problems;
}

/** The token of the sink is the password in its URL. No error may contain it. */
function withoutToken(url: string): string {
  return url.replace(/^(\w+:\/+)?.*@/s, '$1');
}

function sourceProblems({ mail, sms }: TwoFactorSettings): string[] {
  const given = Object.entries({ mail: ['email', mail], sms: ['sms', sms] } as const);
  return given.flatMap(([option, [kind, source]]) => {
    if (source === undefined) return [];
    if (typeof source?.watch !== 'function') return [`\`${option}\` must be a source, such as \`mailpit({ url })\``];
    return (source.kinds?.includes(kind) ?? true)
      ? []
      : [`\`${option}\` is ${source.name}, which does not receive ${kind === 'sms' ? 'SMS' : 'e-mail'}`];
  });
}

function unknownMembers(settings: TwoFactorSettings): string[] {
  const unknown = Object.keys(settings).filter((key) => !MEMBERS.includes(key as (typeof MEMBERS)[number]));
  return unknown.map((key) => `it has no member "${key}". ${suggest(key, MEMBERS)}`);
}
