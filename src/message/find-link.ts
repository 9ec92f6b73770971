import { TwoFactorError } from '../errors.ts';
import type { Message, MessageLink } from './message.ts';

export interface FindLinkOptions {
  /** What the link says, or what stands in its address. It decides alone. */
  readonly text?: string | RegExp;
  /** The host of the link, such as `app.example.com`. */
  readonly host?: string;
}

/** Words of a link that confirms, signs in, resets or accepts. */
const ACTS =
  /verif|confirm|activat|magic|sign[-_ ]?in|log[-_ ]?in|sign[-_ ]?up|reset|invit|accept|authenticat|continue|(?<![a-z])(?:token|code|otp)=/i;
/** Words of the links around it. */
const DISTRACTS =
  /unsubscribe|opt[-_ ]?out|preferences|privacy|terms|legal|imprint|help|support|contact|facebook|twitter|instagram|linkedin|youtube|not you|wasn'?t|weren'?t|didn'?t|(?:did|were|have|was|are|do) not|nicht|n'avez pas|n'êtes pas|no has|não|non hai|ikke|inte|niet|report|cancel|home ?page|view (?:it |this )?(?:in|online)/i;

/**
 * The link that a message asks to follow, byte for byte as it was sent. It is not fetched to try it.
 *
 * @throws TwoFactorError `LINK_NOT_FOUND` when no link reads like it, or several do equally well.
 */
export function findLink(message: Message, options: FindLinkOptions = {}): string {
  const offered = message.links.filter((link) => matches(link, options));
  const scored = offered
    .map((link) => ({ link, score: options.text ? 1 : score(link) }))
    .filter((one) => one.score > 0);
  scored.sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  if (!best || (second && second.score === best.score)) {
    throw new TwoFactorError('LINK_NOT_FOUND', explain(message, offered, best && second ? scored.length : 0));
  }
  return best.link.href;
}

function matches({ href, text }: MessageLink, options: FindLinkOptions): boolean {
  const { host, hostname } = partsOf(href);
  if (options.host !== undefined && options.host !== host && options.host !== hostname) return false;
  if (options.text === undefined) return true;
  const { text: wanted } = options;
  return [text, href].some((part) => (typeof wanted === 'string' ? part.includes(wanted) : part.search(wanted) >= 0));
}

function score({ href, text }: MessageLink): number {
  if (DISTRACTS.test(text)) return 0;
  const says = ACTS.test(text) ? 2 : 0;
  const { pathname, search } = partsOf(href);
  if (says === 0 && DISTRACTS.test(pathname)) return 0;
  return says + (ACTS.test(pathname + search) ? 1 : 0);
}

function explain(message: Message, offered: readonly MessageLink[], tied: number): string {
  const name = message.kind === 'email' ? `The mail "${message.subject}"` : 'The SMS';
  const seen = offered.map(({ href, text }) => `"${text || 'bare address'}" at ${partsOf(href).host || 'no host'}`);
  const what = tied > 0 ? 'more than one link that asks to be followed' : 'no link that asks to be followed';
  const list =
    seen.length > 0 ? `Seen: ${seen.join(', ')}.` : `It holds ${message.links.length} links, none that fits.`;
  return `${name} from ${message.from} holds ${what}. ${list} Give \`text\`, a part of what the link says or of its address, or \`host\`.`;
}

function partsOf(href: string): Pick<URL, 'host' | 'hostname' | 'pathname' | 'search'> {
  return URL.canParse(href) ? new URL(href) : { host: '', hostname: '', pathname: '', search: '' };
}
