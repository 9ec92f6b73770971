/**
 * Characters of an address: those of RFC 3986, and the letters of scripts that put spaces between words, as browsers
 * show them (RFC 3987). In the other scripts, the next word begins without a
 * space. U+FFFD stands for a character that was lost on the way.
 */
const RUN =
  /(?:[A-Za-z\d\-._~:/?#[\]@!$&'()*+,;=%\ufffd]|(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Yi}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}\p{sc=Javanese}\p{sc=Balinese}\p{sc=Tai_Tham}\p{sc=Tai_Le}\p{sc=New_Tai_Lue}\p{sc=Tai_Viet}\uff00-\uffef])[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]\p{M}*)*/uy;
/** A second address, and signs of markup, which an address does not contain. */
const NEXT = /[,;](?=https?:\/\/)|&(?:gt|lt|quot|nbsp|#\d{2,5}|#x[\da-f]{1,4});/i;
/** Limit of an address, in characters: that of many servers. */
const MAX_ADDRESS = 8192;
/** Punctuation of the sentence around an address. */
const TAIL: ReadonlySet<string> = new Set(".,;:!?'*");

/**
 * Returns the end of an address that begins at a place, as a person reads it: without the punctuation of the sentence,
 * the bracket that closes the sentence, and the signs of markup. Returns undefined if nothing follows the scheme.
 */
export function endOfAddress(text: string, start: number, schemeLength: number): number | undefined {
  const first = start + schemeLength;
  if (!/^[\p{L}\p{N}[]/u.test(text.slice(first, first + 2))) return undefined;
  RUN.lastIndex = 0;
  const run = RUN.exec(text.slice(start, start + MAX_ADDRESS))?.[0] ?? '';
  const next = NEXT.exec(run.slice(schemeLength));
  const balanced = cutAtBracket(next ? run.slice(0, schemeLength + next.index) : run, schemeLength);
  const address = withoutMarks(withoutTail(balanced), text.slice(Math.max(0, start - 80), start));
  return address.length > schemeLength ? start + address.length : undefined;
}

function withoutTail(address: string): string {
  let end = address.length;
  while (TAIL.has(address[end - 1] ?? '')) end--;
  return address.slice(0, end);
}

/** Returns the part of an address before the first bracket or apostrophe that has no partner in it. */
function cutAtBracket(run: string, from: number): string {
  const open: number[] = [];
  for (let at = from; at < run.length; at++) {
    const character = run[at];
    if (character === '(') open.push(at);
    else if (character === ')' && open.pop() === undefined) return run.slice(0, at);
    else if (character === ']') return run.slice(0, at);
    else if (character === '[') {
      const end = endOfSquare(run, at, from);
      if (end === undefined) return cutAtOpen(run.slice(0, at), open);
      at = end - 1;
    }
    // `?name=O'Brien&token=1` goes on; `'https://a.example/b'ı` does not.
    else if (character === "'" && !/^'[^'/=&%#]*[/=&%#]/.test(run.slice(at, at + 80)))
      return cutAtOpen(run.slice(0, at), open);
  }
  return cutAtOpen(run, open);
}

function cutAtOpen(run: string, open: readonly number[]): string {
  return open[0] === undefined ? run : run.slice(0, open[0]);
}

/** Returns the end of square brackets that belong to an address: an IPv6 host, or a name such as `ids[]` in the query. */
function endOfSquare(run: string, at: number, from: number): number | undefined {
  const inside = /^\[[\w.:-]{0,64}\]/.exec(run.slice(at, at + 70))?.[0];
  if (inside === undefined) return undefined;
  const end = at + inside.length;
  const isName = /^(?:[=&[]|$)/.test(run.slice(end, end + 1)) && run.lastIndexOf('?', at) > from;
  return at === from || isName ? end : undefined;
}

/** Removes the marks of emphasis that were opened before an address: `_https://a.example/b_`. */
function withoutMarks(address: string, before: string): string {
  const [mark] = /[_~]$/.exec(address) ?? [];
  if (!mark) return address;
  const opened = mark === '_' ? /(?:^|[\s([{>*"'])_{1,3}(?:[^\s_][^_\n]*)?$/ : /~{1,2}[^~\n]*$/;
  return opened.test(before) ? address.replace(mark === '_' ? /_{1,3}$/ : /~{1,2}$/, '') : address;
}
