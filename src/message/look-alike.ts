import { foldAddress } from './address.ts';

/**
 * Returns how an e-mail address differs from a similar one: by one character, by the tag after its plus sign, by its case,
 * or by its domain. Returns undefined if the two are not similar.
 *
 * @example
 * likenessOf('alise@acme.test', 'alice@acme.test'); // 'one character away'
 */
export function likenessOf(address: string, other: string): string | undefined {
  const [one, two] = [partsOf(address), partsOf(other)];
  if (!one || !two) return undefined;
  const [isSameLocal, isSameDomain] = [one.local === two.local, one.domain === two.domain];
  if (isSameLocal && isSameDomain) return address === other ? undefined : 'the same in another case or spelling';
  if (isSameDomain && one.mailbox === two.mailbox) return 'the same but for the tag after the plus sign';
  if (isSameDomain && isOneEditAway(one.local, two.local)) return 'one character away';
  if (one.mailbox !== two.mailbox) return undefined;
  if (isOneEditAway(one.domain, two.domain)) return 'one character away';
  return isSameLocal && isSimilarDomain(one.domain, two.domain) ? 'the same but for its domain' : undefined;
}

interface Parts {
  readonly local: string;
  /** Local part without the tag after a plus sign. */
  readonly mailbox: string;
  readonly domain: string;
}

function partsOf(address: string): Parts | undefined {
  const folded = foldAddress('email', address);
  const at = folded.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = folded.slice(0, at);
  return { local, mailbox: local.replace(/\+.*$/s, ''), domain: folded.slice(at + 1) };
}

/** True for a parent domain, and for the same name below another top-level domain: `acme.test` and `mail.acme.test`, `acme.com`. */
function isSimilarDomain(one: string, two: string): boolean {
  if (one.endsWith(`.${two}`) || two.endsWith(`.${one}`)) return true;
  const nameOf = (domain: string): string => domain.replace(/\.[^.]*$/, '');
  return nameOf(one) === nameOf(two) && one.includes('.') && two.includes('.');
}

/** True if one character was added, removed or replaced, or two adjacent ones were swapped. */
function isOneEditAway(one: string, two: string): boolean {
  const [short, long] = one.length <= two.length ? [one, two] : [two, one];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  const rest = (text: string, from: number): string => text.slice(from);
  if (short.length < long.length) return rest(short, start) === rest(long, start + 1);
  const isReplaced = rest(short, start + 1) === rest(long, start + 1);
  const isSwapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return isReplaced || (isSwapped && rest(short, start + 2) === rest(long, start + 2));
}

/** Maximum number of look-alikes that are listed before newer messages. Some suites number their addresses. */
const MAX_ALIKE = 2;

/**
 * Returns the newest messages, oldest first, among them some to an address that looks like the one waited for.
 *
 * @param max maximum number of messages
 */
export function newestWithLookAlikes<T>(
  oldestFirst: readonly T[],
  addressesOf: (message: T) => readonly string[],
  address: string,
  max: number,
): T[] {
  const isAlike = (message: T): boolean => addressesOf(message).some((one) => likenessOf(one, address) !== undefined);
  const listed = new Set(oldestFirst.filter(isAlike).slice(-MAX_ALIKE));
  for (let at = oldestFirst.length - 1; at >= 0 && listed.size < max; at--) listed.add(oldestFirst[at]!);
  return oldestFirst.filter((message) => listed.has(message));
}
