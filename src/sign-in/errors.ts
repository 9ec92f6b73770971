import { TwoFactorError, type ErrorCode } from '../core/errors.ts';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { SignInCredentials } from './credentials.ts';
import { factorLabel, challengeTitle } from './labels.ts';

/** What was seen when a sign-in could not go on. */
export interface FailureContext {
  readonly challenge: Challenge;
  /** Where the page was. Without what stands behind the path, which may hold a token. */
  readonly url: string;
  /** What was done so far, one line each. */
  readonly path: readonly string[];
}

const HELP: Partial<Record<Challenge['kind'], string>> = {
  captcha:
    'A captcha is there to keep programs out. Turn it off for this user or for tests, use the test keys of its maker, or sign in by hand once and keep the session in a profile.',
  enroll:
    'The site wants a new factor set up before it goes on. Do that once (`totp.enroll()` takes a QR code or a seed), or let the site not key this user.',
  locked: 'Wait until the site lets the user in again, or unlock it there. Nothing more is tried.',
};

/** An error of a sign-in: what happened, what was seen, what to do. */
export function failure(
  code: ErrorCode,
  what: string,
  { challenge, url, path }: FailureContext,
  help?: string,
): TwoFactorError {
  const advice = help ?? HELP[challenge.kind];
  const lines = [
    what,
    `The page ${withoutSearch(url)} asks: ${challengeTitle(challenge)}${challenge.message ? `, and says "${challenge.message}"` : ''}.`,
    ...(challenge.evidence.length > 0 ? [`FailureContext: ${challenge.evidence.join(' ')}`] : []),
    ...(path.length > 0 ? [`Done so far: ${path.join('; ')}.`] : []),
    ...(advice ? [`Next: ${advice}`] : []),
  ];
  return new TwoFactorError(code, lines.join('\n'), { details: { challenge, url: withoutSearch(url), path } });
}

/** For a challenge that nothing at hand answers. */
export function unanswerable(
  seen: FailureContext,
  credentials: SignInCredentials,
  usable: readonly Factor[],
): TwoFactorError {
  const wanted = [...new Set(seen.challenge.factors.map(({ factor }) => factorLabel(factor)))];
  const has = [...(credentials.hasPassword ? ['password'] : []), ...usable.map(factorLabel)];
  const what = `Persona "${credentials.name}" cannot answer what the page asks for: ${wanted.join(', ') || seen.challenge.kind}. It has ${has.join(', ') || 'nothing to answer with'}.`;
  const person = seen.challenge.factors.some(({ factor }) => factor === 'human')
    ? 'Only a person can do this. Set up `human`, which asks one, sign in by hand once and keep the session in a profile, or give the user another factor on the site.'
    : 'Give the persona one of these, or the user on the site one that the persona has.';
  const help = seen.challenge.kind === 'passkey' ? passkeyHelp(credentials) : HELP[seen.challenge.kind];
  return failure('CHALLENGE_UNANSWERABLE', what, seen, help ?? person);
}

/** For a passkey that a site was given, and does not take. */
export function passkeyRefused(seen: FailureContext, name: string): TwoFactorError {
  const { message } = seen.challenge;
  const said = message ? `: "${message}"` : ', and the page does not say why';
  const help =
    'See that the site knows this passkey, as the one of this user. A page that asks for it while it is opened has to be opened by `signIn`: pass its URL.';
  return failure('SIGN_IN_REFUSED', `The site did not take the passkey of ${name}${said}.`, seen, help);
}

function passkeyHelp({ passkeyDomains }: SignInCredentials): string {
  const has = passkeyDomains.length > 0 ? `Its passkeys are for ${passkeyDomains.join(' and ')}` : 'It has none';
  return `${has}. Register one here in a test with the \`passkey\` fixture, and store it: npx playwright-2fa vault set NAME passkeys; or give the user another factor on the site.`;
}

/** Without what may hold a token. */
function withoutSearch(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
