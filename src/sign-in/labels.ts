import type { Challenge, Factor } from '../challenge/challenge.ts';

const NAMES: Readonly<Record<Factor, string>> = {
  totp: 'authenticator app',
  hotp: 'counter-based authenticator',
  'email-link': 'link by e-mail',
  'email-code': 'code by e-mail',
  'sms-code': 'code by SMS',
  passkey: 'passkey',
  'recovery-code': 'recovery code',
  human: 'a person',
};

/** Returns the name of a factor for messages and step titles. */
export function factorLabel(factor: Factor): string {
  return NAMES[factor];
}

/** Returns a challenge in one line, with its confidence: `6-digit code by e-mail to a•••@example.com (0.93)`. */
export function challengeTitle(challenge: Challenge): string {
  const refused = challenge.kind === 'rejected' ? 'refused, asks for ' : '';
  return `${refused}${challengeLabel(challenge)} (${challenge.confidence.toFixed(2)})`;
}

/** Returns what a challenge asks for, in one line. */
export function challengeLabel({ kind, factors, fields, length, charset }: Challenge): string {
  const [first] = factors;
  const hasCode = fields.some(({ role }) => role === 'code');
  const shape = length ? `${length}-${charset === 'alphanumeric' ? 'character' : 'digit'} ` : '';
  const to = first?.destination ? ` to ${first.destination}` : '';
  return hasCode && first
    ? `${shape}${factorLabel(first.factor).startsWith('code') ? '' : 'code of '}${factorLabel(first.factor)}${to}`
    : kind === 'choose'
      ? `choice of ${factors.map(({ factor }) => factorLabel(factor)).join(', ')}`
      : fields.length > 0
        ? fields.map(({ role }) => role).join(' and ')
        : kind === 'unknown' && first?.factor === 'human'
          ? 'approval by a person'
          : `${kind}${to}`;
}
