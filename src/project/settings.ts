import type { APIRequestContext, BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { ledgerUrlProblem } from '../ledger/open.ts';
import { suggest } from '../core/suggest.ts';
import { type HumanSettings, humanProblems } from '../human/settings.ts';
import type { PersonaSettings } from '../persona/settings.ts';
import type { Totp } from '../otp/totp.ts';
import type { Persona } from '../persona/persona.ts';
import type { PageProbe } from '../profile/browser/probe.ts';
import { checkProfileSettings } from '../profile/settings-check.ts';
import type { RedactSettings } from '../redaction/sensitive-names.ts';
import type { Inbox, Sms } from '../inbox/inbox.ts';
import type { Source } from '../sources/source.ts';

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

/** What a sign-in function gets: an empty page, and a persona with all it needs. */
export interface SignInContext {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly persona: Persona;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly totp: Totp;
}

/** What a probe function gets: requests that carry the session, and where these do not tell, a page that does. */
export interface ProbeContext {
  readonly request: APIRequestContext;
  /** Opens a page that is signed in, which takes much longer than a request. */
  readonly openPage: () => Promise<Page>;
}

/** What a refresh function gets: a page, and requests, with a session that the probe did not find alive. */
export interface RefreshContext {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly request: APIRequestContext;
}

/** A saved signed-in session, as a configuration writes it. */
export interface ProfileSettings {
  /** Whose session it is. @default the name of the profile */
  readonly personaName?: string;
  /**
   * Signs in; the session it leaves in the context is saved. `false` where only a person can: see `npx playwright-2fa
   * profile record`. @default `persona.signIn(page)`, which needs no help on most sites
   */
  readonly signIn?: ((context: SignInContext) => Promise<void>) | false;
  /** Brings back a session that the probe did not find alive, before anybody signs in. @default none */
  readonly refresh?: (context: RefreshContext) => Promise<void>;
  /** Where `persona.signIn()` begins. @default the persona's `url`, else the URL of `probe`, which leads there unless one is signed in */
  readonly url?: string;
  /**
   * Tells whether a session is alive: a URL that only a signed-in user may see (2xx without a redirect is alive); a page
   * and what only a signed-in user sees there; or a function.
   */
  readonly probe: string | PageProbe | ((context: ProbeContext) => Promise<boolean>);
  /** How long after its sign-in a session is used, in milliseconds. @default as long as it is alive */
  readonly maxAge?: number;
  /** How many tests use a session. @default as many as there are */
  readonly maxUses?: number;
  /**
   * For a site where each use replaces the refresh token, and a second use of an old one ends the session: one test has
   * it at a time, and what the site has changed is saved after each, failed ones too. @default false
   */
  readonly rotate?: boolean;
  /** Each test signs in by itself, in a session that nobody else has and that is not saved: for tests that sign out. @default false */
  readonly isolate?: boolean;
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
