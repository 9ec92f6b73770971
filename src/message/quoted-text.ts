/** Prefix of the subject of an answer, in the languages of mail programs. */
const REPLY = /^\s*(?:re|aw|antw|sv|vs|odp|ynt|rif|res|回复|回覆|答复|答覆|返信|رد|השב|отв|відп)(?:\[\d+\])?\s*[:：]/i;

/** True if a subject is that of an answer: the words behind its prefix are those of an older message. */
export function isReply(subject: string): boolean {
  return REPLY.test(subject);
}

/** True if a quote is a message that was passed on, and not one that is answered. */
export function isForwarded(firstWords: string, lineBefore: string): boolean {
  // "---------- Forwarded message", "Begin forwarded message:"; an answer names a date or an address.
  return /^\s*-{3,}/.test(firstWords) || /^[^\d@]+[:：]$/.test(lineBefore.trim());
}

export interface QuoteOptions {
  readonly subject: string;
  /** True if only quotes begin their lines with `>`. */
  readonly isMarked: boolean;
}

/** Returns a text without the older messages that it quotes: their codes and links are void. */
export function withoutQuotes(text: string, { subject, isMarked }: QuoteOptions): string {
  const reply = isReply(subject);
  const hasQuote = /^>/m.test(text);
  if (!hasQuote && !reply) return text;
  const lines = text.split('\n');
  const end = reply ? lines.findIndex((line, index) => isHeadOfOlder(line, lines[index + 1])) : -1;
  const current = end > 0 ? lines.slice(0, end) : lines;
  if (!hasQuote) return current.join('\n');
  let isQuote = false;
  let last = '';
  return current
    .filter((line) => {
      const isMark = line.startsWith('>');
      if (isMark) isQuote ||= isMarked || reply || isAttribution(last);
      else if (line.trim() !== '') {
        isQuote = false;
        last = line;
      }
      return !(isMark && isQuote);
    })
    .join('\n');
}

/** `On 5 January 2026, Acme <a@acme.example> wrote:` */
function isAttribution(line: string): boolean {
  return /[:：]\s*$/.test(line) && /\d|@/.test(line);
}

/** `-----Original Message-----`, or a rule, above `From: Acme <a@acme.example>`. */
function isHeadOfOlder(line: string, next = ''): boolean {
  return /^\s*(?:-{3,}[^-]{3,60}-{3,}|_{10,})\s*$/.test(line) && /^\s*\S[^:\n]{1,30}:\s/.test(next);
}
