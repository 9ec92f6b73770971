import { TwoFactorError } from '../core/errors.ts';
import { mask } from '../message/mask.ts';
import type { Message } from '../message/message.ts';
import { type LinkKind, type RankedLink, rankLinks, urlOf } from './rank-link.ts';

export interface FindLinkOptions {
  /** A part of what the link says or of its address, or a pattern for either. It decides alone. */
  readonly text?: string | RegExp;
  /** The host of the link, such as `app.example.com`. */
  readonly host?: string;
  /** What the link is for. @default any */
  readonly kind?: LinkKind;
}

const THRESHOLD = 4;
/** Two links that are closer than this are a tie. */
const CLEAR_LEAD = 1;

/**
 * The link that a message asks to follow, byte for byte as it was sent. It is not fetched to try it.
 *
 * @throws TwoFactorError `LINK_NOT_FOUND` when no link reads like it, `LINK_AMBIGUOUS` when two do equally well.
 */
export function findLink(message: Message, options: FindLinkOptions = {}): string {
  const offered = rankLinks(message).filter((link) => fits(link, options));
  const likely = options.text === undefined ? offered.filter(({ score }) => score >= THRESHOLD) : offered;
  const [best, second] = likely;
  if (!best) throw new TwoFactorError('LINK_NOT_FOUND', explain(message, 'no link that asks to be followed', offered));
  const isTie = second && (options.text !== undefined || best.score - second.score < CLEAR_LEAD);
  if (isTie)
    throw new TwoFactorError(
      'LINK_AMBIGUOUS',
      explain(message, `${likely.length} links that ask to be followed`, likely),
    );
  return best.href;
}

function fits(link: RankedLink, { text, host, kind }: FindLinkOptions): boolean {
  if (host !== undefined && host !== hostOf(link.href) && host !== hostOf(link.href).replace(/:\d+$/, '')) return false;
  if (kind !== undefined && !link.kinds.includes(kind)) return false;
  if (text === undefined) return true;
  return [link.text, link.href].some((part) =>
    typeof text === 'string' ? part.includes(text) : part.search(text) >= 0,
  );
}

/** Names links by their words and hosts only: the rest of an address may open an account. */
function explain({ kind, subject, from, links }: Message, what: string, offered: readonly RankedLink[]): string {
  const name = `${kind === 'email' ? `The mail "${mask(subject)}"` : 'The SMS'} from ${from || 'nobody'}`;
  const seen = offered.map(
    (link) =>
      `"${mask(link.text) || 'bare address'}" at ${hostOf(link.href)} (${link.reasons.join(', ') || 'nothing speaks for it'})`,
  );
  const list = seen.length > 0 ? `Seen: ${seen.join('; ')}.` : `It has ${links.length} links, none that fits.`;
  return `${name} holds ${what}. ${list} Give \`text\`, a part of what the link says or of its address, or \`host\`.`;
}

function hostOf(href: string): string {
  return urlOf(href)?.host ?? '';
}
