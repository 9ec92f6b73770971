import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { mask, maskCode } from '../message/mask.ts';
import type { Message } from '../message/message.ts';
import { type FindCodeOptions, findCode } from './find-code.ts';
import { findLink } from './find-link.ts';
import { urlOf } from './link-address.ts';
import { rankCodes } from './rank-code.ts';
import { rankLinks } from './rank-link.ts';

/** Maximum number of candidates that are named. */
const MAX_CANDIDATES = 5;

/**
 * Returns lines that say which code and which link a message is read to have, and the evidence for each candidate. Codes
 * are masked, and links are named by their words and hosts.
 *
 * @param options form of the code that was waited for
 */
export function describeReading(message: Message, options: FindCodeOptions = {}): string[] {
  const codes = rankCodes(message, options).map(({ code, where, ...rest }) => ({
    ...rest,
    name: `${maskCode(code)} in the ${where}`,
  }));
  const links = rankLinks(message).map(({ text, href, ...rest }) => ({
    ...rest,
    name: `"${mask(text) || 'bare address'}" at ${hostOf(href)}`,
  }));
  return [
    `Code: ${readOr(() => maskCode(findCode(message, options)))}`,
    ...codes.slice(0, MAX_CANDIDATES).map(describe),
    `Link: ${readOr(() => `to ${hostOf(findLink(message))}`)}`,
    ...links.slice(0, MAX_CANDIDATES).map(describe),
  ];
}

interface Candidate {
  readonly name: string;
  readonly score: number;
  readonly reasons: readonly string[];
}

function describe({ name, score, reasons }: Candidate): string {
  return `  - ${name}, score ${score.toFixed(1)}: ${reasons.join(', ') || 'no evidence'}`;
}

/** Returns what was read, or the reason why nothing was. */
function readOr(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof TwoFactorError) return `none. ${reasonOf(error)}`;
    throw error;
  }
}

function hostOf(href: string): string {
  return urlOf(href)?.host ?? 'an unknown host';
}
