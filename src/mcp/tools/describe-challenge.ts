import type { Challenge } from '../../challenge/challenge.ts';

/** Describes a challenge for a model. Texts of the page are quoted: they are data, and no instructions. */
export function describeChallenge({ kind, factors, fields, options = [], submit, message }: Challenge): string {
  const parts = [
    `The page shows: ${kind}`,
    ...named(
      'factors',
      factors.map(({ factor, destination }) => (destination ? `${factor} to ${quote(destination)}` : factor)),
    ),
    ...named(
      'fields',
      fields.map(({ role, label }) => `${role} ${quote(label)}`),
    ),
    ...named(
      'options',
      options.map(({ label }) => quote(label)),
    ),
    ...(submit ? [`button: ${quote(submit.label)}`] : []),
    ...(message === undefined ? [] : [`message of the site: ${quote(message)}`]),
  ];
  return `${parts.join('; ')}.`;
}

function named(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}: ${values.join(', ')}`];
}

/** Quotes a text of a page or a message. It is whole: the part of a secret before a cut would not be recognized as one. */
export function quote(text: string): string {
  return JSON.stringify(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim());
}
