import { TwoFactorError } from '../core/errors.ts';
import { mask } from '../message/mask.ts';
import type { Message } from '../message/message.ts';
import { type LinkKind, urlOf } from './link-address.ts';
import { type RankedLink, rankLinks } from './rank-link.ts';

export interface FindLinkOptions {
  /** Part of the words or of the address of the link, or a pattern for either. It overrides all other evidence. */
  readonly text?: string | RegExp;
  /** Host of the link, such as `app.example.com`. @default any */
  readonly host?: string;
  /** Purpose of the link. @default any */
  readonly kind?: LinkKind;
}

/** Minimum score of a link. */
const THRESHOLD = 4;
/** Minimum difference of two scores; closer ones are a tie. */
const CLEAR_LEAD = 1;

/**
 * Returns the link that a message asks to follow, byte for byte as it was sent. It is never fetched.
 *
 * @throws TwoFactorError `LINK_NOT_FOUND` if no link qualifies, `LINK_AMBIGUOUS` if two score the same.
 * @example
 * await page.goto(findLink(message, { kind: 'reset' }));
 */
export function findLink(message: Message, options: FindLinkOptions = {}): string {
  return bestLink(message, options).href;
}

/**
 * Returns the link of a message as `findLink()` does, with the evidence for it.
 *
 * @param ranked links of the message. @default they are ranked now
 */
export function bestLink(
  message: Message,
  options: FindLinkOptions = {},
  ranked: readonly RankedLink[] = rankLinks(message),
): RankedLink {
  const offered = ranked.filter((link) => fits(link, options));
  const likely = options.text === undefined ? offered.filter(({ score }) => score >= THRESHOLD) : offered;
  const [best, second] = likely;
  if (!best)
    throw new TwoFactorError('LINK_NOT_FOUND', explain(message, 'no link that confirms, signs in or resets', offered));
  const isTie = second && (options.text !== undefined || best.score - second.score < CLEAR_LEAD);
  if (isTie)
    throw new TwoFactorError(
      'LINK_AMBIGUOUS',
      explain(message, `${likely.length} links that ask to be followed`, likely),
    );
  return best;
}

function fits(link: RankedLink, { text, host, kind }: FindLinkOptions): boolean {
  if (host !== undefined && host !== hostOf(link.href) && host !== hostOf(link.href).replace(/:\d+$/, '')) return false;
  if (kind !== undefined && !link.kinds.includes(kind)) return false;
  if (text === undefined) return true;
  return [link.text, link.href].some((part) =>
    typeof text === 'string' ? part.includes(text) : part.search(text) >= 0,
  );
}

/** Names links by their words and hosts only: the rest of an address may give access to an account. */
function explain(
  { kind, subject, from, links, unreadable }: Message,
  what: string,
  offered: readonly RankedLink[],
): string {
  const name = `${kind === 'email' ? `The mail "${mask(subject)}"` : 'The SMS'} from ${from || 'an unknown sender'}`;
  if (unreadable !== undefined) return `${name} cannot be read: ${unreadable}`;
  const seen = offered.map(
    (link) =>
      `"${mask(link.text) || 'bare address'}" at ${hostOf(link.href)} (${link.reasons.join(', ') || 'no evidence'})`,
  );
  const list =
    seen.length > 0 ? `Seen: ${seen.join('; ')}.` : `It has ${links.length} links, and none of them matches.`;
  return `${name} holds ${what}. ${list} Pass \`text\`, a part of the words or of the address of the link, or \`host\`.`;
}

function hostOf(href: string): string {
  return urlOf(href)?.host ?? '';
}
