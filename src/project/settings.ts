import { TwoFactorError } from '../core/errors.ts';
import { ledgerUrlProblem } from '../ledger/open.ts';
import { suggest } from '../core/suggest.ts';
import { type HumanSettings, humanProblems } from '../human/settings.ts';
import type { PersonaSettings } from '../persona/settings.ts';
import type { Persona } from '../persona/persona.ts';
import { checkProfileSettings } from '../profile/settings-check.ts';
import type { ProfileSettingsOf, SignInContextOf } from '../profile/settings.ts';
import type { RedactSettings } from '../redaction/sensitive-names.ts';
import type { Source } from '../sources/source.ts';

/** Settings of a saved signed-in session. */
export type ProfileSettings = ProfileSettingsOf<Persona>;

/** Argument of a profile's `signIn` function: an empty page, and a persona with all it needs. */
export type SignInContext = SignInContextOf<Persona>;

/** Everything a user can set, but for which persona and which profile a test uses. */
export interface TwoFactorSettings {
  /** Stored personas by name. The environment may add to them: `PERSONA_ALICE_EMAIL`, `_PASSWORD`, `_TOTP`, … */
  readonly personas?: Readonly<Record<string, PersonaSettings>>;
  /** Saved signed-in sessions by name. */
  readonly profiles?: Readonly<Record<string, ProfileSettings>>;
  /** Where e-mail comes from, such as `mailpit({ url })` or `imap({ … })`. @default the sink */
  readonly mail?: Source;
  /** Where SMS come from, such as `twilio({ … })`. @default the sink, unless only `mail` is given */
  readonly sms?: Source;
  /** Where the sink answers. @default the sink that `withTwoFactor` started, else 'http://127.0.0.1:8025' */
  readonly sinkUrl?: string;
  /** The domain of the addresses of fresh personas. @default 'persona.test' */
  readonly emailDomain?: string;
  /** How long a wait for a message takes at most, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /** How long a profile's sign-in takes at most, in milliseconds. @default 90_000 */
  readonly signInTimeout?: number;
  /**
   * When the messages of a test are attached to its report, as pictures in which no code can be read.
   * @default 'on-failure'
   */
  readonly attachMessages?: 'on-failure' | 'always' | 'never';
  /**
   * What is masked in artifacts for its name, beside the secrets that are known by value; `false` leaves all artifacts
   * as they are, with the secrets in them.
   */
  readonly redact?: RedactSettings | false;
  /** The folder of encrypted personas, from the configuration's on. @default 'vault' in `folder` */
  readonly vault?: string;
  /**
   * A Redis where the workers of all machines write down which codes and messages they took, such as
   * `rediss://user:password@host:6379/0?prefix=shop`. @default `PLAYWRIGHT_2FA_LEDGER`, else 'ledger' in `folder`, for
   * the workers of one machine
   */
  readonly ledger?: string;
  /**
   * How far the site's clock is ahead of this machine's, in milliseconds, for TOTP codes; 'auto' reads it off the answers
   * that the test's pages get from the site. @default 0, and a Redis whose clock says otherwise is an error
   */
  readonly clockSkew?: number | 'auto';
  /**
   * Asks a person where no factor of a persona will do: a code on somebody's telephone, an approval. `{}` prints where to
   * answer. @default `PLAYWRIGHT_2FA_HUMAN_WEBHOOK`, else nobody is asked
   */
  readonly human?: HumanSettings;
  /** Where profiles and locks are kept. @default '.playwright-2fa', beside the configuration */
  readonly folder?: string;
}

const MEMBERS = [
  'personas',
  'profiles',
  'mail',
  'sms',
  'sinkUrl',
  'emailDomain',
  'timeout',
  'signInTimeout',
  'attachMessages',
  'redact',
  'vault',
  'ledger',
  'clockSkew',
  'human',
  'folder',
] as const satisfies (keyof TwoFactorSettings)[];

const ATTACH = ['on-failure', 'always', 'never'] as const;

/** @throws TwoFactorError `SETTINGS_INVALID` with every problem at once. */
export function checkSettings(settings: TwoFactorSettings): TwoFactorSettings {
  const problems = [
    ...strangeMembers(settings),
    ...checkProfileSettings(settings.profiles ?? {}),
    ...sourceProblems(settings),
    ...humanProblems(settings.human ?? {}),
  ];
  const { sinkUrl, emailDomain, timeout, signInTimeout, attachMessages, ledger, clockSkew } = settings;
  const ledgerProblem = ledger === undefined ? undefined : ledgerUrlProblem(ledger);
  if (ledgerProblem) problems.push(`\`ledger\` ${ledgerProblem}`);
  if (clockSkew !== undefined && clockSkew !== 'auto' && !Number.isFinite(clockSkew))
    problems.push(`\`clockSkew\` is ${clockSkew}: give a number of milliseconds, or 'auto'`);
  if (attachMessages !== undefined && !ATTACH.includes(attachMessages))
    problems.push(`\`attachMessages\` is "${attachMessages}": write one of ${ATTACH.join(', ')}`);
  if (sinkUrl !== undefined && !/^https?:\/\/[^/]/.test(sinkUrl))
    problems.push(`\`sinkUrl\` is "${withoutToken(sinkUrl)}": write it like http://127.0.0.1:8025`);
  if (emailDomain !== undefined && !/^[^\s@]+$/.test(emailDomain))
    problems.push(`\`emailDomain\` is "${emailDomain}": write it like mail.example.com`);
  for (const [name, value] of Object.entries({ timeout, signInTimeout })) {
    if (value !== undefined && !(value > 0))
      problems.push(`\`${name}\` is ${value}: give a number of milliseconds above 0`);
  }
  if (problems.length === 0) return settings;
  throw new TwoFactorError(
    'SETTINGS_INVALID',
    `\`use: { twoFactor }\` is not right:${problems.map((problem) => `\n  - ${problem}`).join('')}`,
  );
}

/** The sink's token stands in its URL as the password, and may stand in no error. */
function withoutToken(url: string): string {
  return url.replace(/^(\w+:\/+)?.*@/s, '$1');
}

function sourceProblems({ mail, sms }: TwoFactorSettings): string[] {
  const given = Object.entries({ mail: ['email', mail], sms: ['sms', sms] } as const);
  return given.flatMap(([option, [kind, source]]) => {
    if (source === undefined) return [];
    if (typeof source?.watch !== 'function')
      return [`\`${option}\` is no source: give one, such as \`mailpit({ url })\``];
    return (source.kinds?.includes(kind) ?? true) ? [] : [`\`${option}\` is ${source.name}, which has none`];
  });
}

function strangeMembers(settings: TwoFactorSettings): string[] {
  const strange = Object.keys(settings).filter((key) => !MEMBERS.includes(key as (typeof MEMBERS)[number]));
  return strange.map((key) => `it has no member "${key}". ${suggest(key, MEMBERS)}`);
}
