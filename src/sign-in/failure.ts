import { TwoFactorError, type ErrorCode } from '../errors.ts';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { Means } from './means.ts';
import { nameOf, titleOf } from './titles.ts';

/** What was seen when a sign-in could not go on. */
export interface Seen {
  readonly challenge: Challenge;
  /** Where the page was. Without what stands behind the path, which may hold a token. */
  readonly url: string;
  /** What was done so far, one line each. */
  readonly path: readonly string[];
}

const HELP: Partial<Record<Challenge['kind'], string>> = {
  captcha:
    'A captcha is there to keep programs out. Turn it off for this user or for tests, use the test keys of its maker, or sign in by hand once and keep the session in a profile.',
  enrol:
    'The site wants a new factor set up before it goes on. Do that once (`totp.enroll()` takes a QR code or a seed), or let the site not ask this user.',
  passkey: 'The persona has no passkey. Give the user another factor on the site.',
  locked: 'Wait until the site lets the user in again, or unlock it there. Nothing more is tried.',
};

/** An error of a sign-in: what happened, what was seen, what to do. */
export function failure(code: ErrorCode, what: string, { challenge, url, path }: Seen, help?: string): TwoFactorError {
  const advice = help ?? HELP[challenge.kind];
  const lines = [
    what,
    `The page ${withoutSearch(url)} asks: ${titleOf(challenge)}${challenge.message ? `, and says "${challenge.message}"` : ''}.`,
    ...(challenge.evidence.length > 0 ? [`Seen: ${challenge.evidence.join(' ')}`] : []),
    ...(path.length > 0 ? [`Done so far: ${path.join('; ')}.`] : []),
    ...(advice ? [`Next: ${advice}`] : []),
  ];
  return new TwoFactorError(code, lines.join('\n'), { details: { challenge, url: withoutSearch(url), path } });
}

/** For a challenge that nothing at hand answers. */
export function unanswerable(seen: Seen, means: Means, usable: readonly Factor[]): TwoFactorError {
  const wanted = [...new Set(seen.challenge.factors.map(({ factor }) => nameOf(factor)))];
  const has = [...(means.hasPassword ? ['password'] : []), ...usable.map(nameOf)];
  const what = `Persona "${means.name}" cannot answer what the page asks for: ${wanted.join(', ') || seen.challenge.kind}. It has ${has.join(', ') || 'nothing to answer with'}.`;
  const person = seen.challenge.factors.some(({ factor }) => factor === 'human')
    ? 'Only a person can do this. Sign in by hand once and keep the session in a profile, or give the user another factor on the site.'
    : 'Give the persona one of these, or the user on the site one that the persona has.';
  return failure('CHALLENGE_UNANSWERABLE', what, seen, HELP[seen.challenge.kind] ?? person);
}

/** Without what may hold a token. */
function withoutSearch(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
