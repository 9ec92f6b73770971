import { TwoFactorError, type ErrorCode } from '../core/errors.ts';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { SignInCredentials } from './credentials.ts';
import { factorLabel, challengeTitle } from './labels.ts';

/** State of a sign-in that failed. */
export interface FailureContext {
  readonly challenge: Challenge;
  /** URL of the page. The error leaves out the query and the fragment, which may hold a token. */
  readonly url: string;
  /** Completed steps, one text each. */
  readonly path: readonly string[];
}

const HELP: Partial<Record<Challenge['kind'], string>> = {
  captcha:
    'The page shows a captcha, which automation cannot solve. Turn it off for this user or for tests, use the test keys of the captcha vendor, or sign in by hand once and save the session in a profile.',
  enroll:
    'The site requires a new factor for this user. Set it up once (`totp.enroll()` takes a QR code or a seed), or turn the requirement off for this user.',
  locked: 'Wait until the lockout ends, or unlock the user on the site. No further attempt is made.',
};

/** Creates the error of a sign-in: what happened, what was seen, what to do. */
export function failure(
  code: ErrorCode,
  summary: string,
  { challenge, url, path }: FailureContext,
  help?: string,
  cause?: unknown,
): TwoFactorError {
  const advice = help ?? HELP[challenge.kind];
  const lines = [
    summary,
    `Challenge on ${withoutQuery(url)}: ${challengeTitle(challenge)}${challenge.message ? `; the page says "${challenge.message}"` : ''}.`,
    ...(challenge.evidence.length > 0 ? [`Evidence: ${challenge.evidence.join(' ')}`] : []),
    ...(path.length > 0 ? [`Completed steps: ${path.join('; ')}.`] : []),
    ...(advice ? [`Next: ${advice}`] : []),
  ];
  return new TwoFactorError(code, lines.join('\n'), { cause, details: { challenge, url: withoutQuery(url), path } });
}

/** Creates the error for a challenge that the persona cannot answer. */
export function unanswerable(
  context: FailureContext,
  credentials: SignInCredentials,
  usable: readonly Factor[],
): TwoFactorError {
  if (context.challenge.kind === 'consent' || context.challenge.kind === 'choose-account')
    return undecided(context, credentials.name);
  const { factors, fields } = context.challenge;
  const lacksPassword = !credentials.hasPassword && fields.some(({ role }) => role === 'password');
  const wanted = new Set(factors.map(({ factor }) => factor));
  const asked = new Set([...(lacksPassword ? ['password'] : []), ...[...wanted].map(factorLabel)]);
  const has = [...(credentials.hasPassword ? ['password'] : []), ...usable.map(factorLabel)];
  const summary = `Persona "${credentials.name}" cannot answer the challenge, which asks for: ${[...asked].join(', ') || context.challenge.kind}. It has ${has.join(', ') || 'nothing to answer with'}.`;
  const advice = context.challenge.factors.some(({ factor }) => factor === 'human')
    ? 'Only a person can do this. Configure `human` to ask a person, sign in by hand once and save the session in a profile, or add another factor for the user on the site.'
    : addFactor(credentials, usable, lacksPassword ? ['password', ...wanted] : [...wanted]);
  const help = context.challenge.kind === 'passkey' ? passkeyHelp(credentials) : HELP[context.challenge.kind];
  return failure('CHALLENGE_UNANSWERABLE', summary, context, help ?? advice);
}

/** Returns the advice for a page that wants what the persona lacks, or what the caller does not allow. */
function addFactor(
  credentials: SignInCredentials,
  usable: readonly Factor[],
  wanted: readonly (Factor | 'password')[],
): string {
  const lacks = (one: Factor | 'password'): boolean => one === 'password' || !credentials.factors.includes(one);
  const missing = new Set(wanted.filter(lacks).flatMap((one) => credentials.memberToAdd(one) ?? []));
  // A passkey of another site is not usable, whatever the caller allows.
  const unused = wanted.filter((one) => !lacks(one) && one !== 'passkey' && !usable.includes(one as Factor));
  const ways = [
    ...(missing.size > 0 ? [`add ${[...missing].join(' or ')} to the persona`] : []),
    ...(unused.length > 0 ? [`allow ${unused.map((one) => `'${one}'`).join(' or ')} in \`factors\``] : []),
    'add a factor that the persona has for the user on the site',
  ].join(', or ');
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}.`;
}

/** Returns the error of a wait for a code: after a refusal without a new message, the refusal. */
export function refusedBefore(error: unknown, name: string, context: FailureContext, refusal?: string): unknown {
  if (refusal === undefined || !(error instanceof TwoFactorError) || error.code !== 'CODE_TIMEOUT') return error;
  const what = `The site refused a code of ${name}: "${refusal}". No new message came for a second attempt.`;
  return failure('SIGN_IN_REFUSED', what, context, 'Check that the code belongs to this sign-in.', error);
}

/** Creates the error for a page that asks for a decision that the caller did not make. */
function undecided(context: FailureContext, name: string): TwoFactorError {
  const { kind, options = [] } = context.challenge;
  const labels = options.map(({ label }) => `"${label}"`).join(', ');
  const isConsent = kind === 'consent';
  const what = isConsent ? 'agree to something' : 'choose an account';
  const help = isConsent
    ? "Pass `accept` with a word of what to agree to, as `signIn(page, url, { accept: ['terms'] })`, or answer the page yourself."
    : "Pass `account` with a part of its name, as `signIn(page, url, { account: 'Acme' })`, or answer the page yourself.";
  const summary = `The site asks ${name} to ${what}, and nothing says how. Options: ${labels || 'none'}.`;
  return failure('CHALLENGE_UNANSWERABLE', summary, context, help);
}

/** Creates the error for a passkey that the site refused. */
export function passkeyRefused(
  context: FailureContext,
  name: string,
  message: string | undefined = context.challenge.message,
): TwoFactorError {
  const reason = message ? `: "${message}"` : ' without a message';
  const help =
    'Check that this passkey is registered for this user on the site. If the page asks for the passkey while it loads, let `signIn` open it: pass its URL.';
  return failure('SIGN_IN_REFUSED', `The site refused the passkey of ${name}${reason}.`, context, help);
}

/** Returns the advice for a page that wants a passkey. */
export function passkeyHelp(credentials: SignInCredentials): string {
  const { passkeyDomains, name } = credentials;
  const place = credentials.memberToAdd('passkey') ?? 'its passkey';
  const has = passkeyDomains.length > 0 ? `Its passkeys are for ${passkeyDomains.join(' and ')}` : 'It has none';
  return `${has}. Register a passkey for this site in a test with the \`passkey\` fixture and store it as ${place} or with "npx playwright-2fa vault set ${name} passkeys", or add another factor for the user on the site.`;
}

/** Removes the query and the fragment, which may hold a token. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
