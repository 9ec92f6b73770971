import { COPULA, COPULA_AFTER } from './evidence-for.ts';
import type { Candidate } from './code-candidates.ts';
import { type MessageContext, isTradeNear } from './message-context.ts';
import { MAX_DISTANCE, type Range, type ScannedText } from './scanned-text.ts';

/** Yields the evidence against a candidate: points and a reason. */
export function* evidenceAgainst(
  scanned: ScannedText,
  candidate: Candidate,
  { message, isOneTime, namesOtherCode }: MessageContext,
  points: number,
): Generator<[number, string]> {
  const { plain } = scanned;
  const { start, end, code, shape } = candidate;
  if (shape === 'letters') {
    if (isNameOfSender(message.from, code)) yield [-9, 'the name of the sender'];
    if (/^[A-Z]?[a-z]+$/.test(code) && /^[,!]/.test(scanned.after(end, 1))) yield [-9, 'a greeting'];
  }
  if (namesOtherCode) yield [-9, 'the subject names a code of another kind'];
  const before = scanned.before(start, 16);
  const after = scanned.after(end, 14);
  if (
    /(?:[$€£¥₹₺₽₩]|\b(?:usd|eur|gbp|inr|npr|aed|rs|php|ngn|kes|tzs|ksh|tsh|idr|myr|sgd|twd|rub|byn|omr|sar|etb|thb|try|mt|jpy)\.?)\s{0,2}$/i.test(
      before,
    )
  )
    yield [-12, 'an amount of money'];
  if (
    /^\s{0,2}(?:[$€£¥₹₺₽₩%元円원₫]|(?:usd|eur|gbp|inr|aed|rub|thb|vnd|dong|byn|jpy|ریال|تومان|ريال)\b|(?:minutes?|mins?|hours?|hrs?|days?|seconds?|secs?|sec|years?|minuten|stunden|tage|minutos|minuti|heures|jours|points?|pts|people|users|items?|gb|mb|kb|km|kg)\b|分钟|分鐘|分|小时|日|天|年|月)/i.test(
      after,
    )
  )
    yield [-12, 'an amount'];
  if (/(?:©|\(c\)|copyright)\s*$/i.test(before)) yield [-12, 'a year'];
  else if (YEAR.test(code) && (points < 9 || IN_YEAR.test(before))) yield [points < 9 ? -4 : -9, 'reads like a year'];
  const label = scanned.between(start - 28, start, 'other').at(-1);
  const name = scanned.between(start - MAX_DISTANCE, start, 'code').at(-1);
  const isOfCode =
    name &&
    label &&
    /^\s+(?:for|to|of|on|para|pour|für|per|na|для|do)\b/iu.test(plain.slice(name.end, label.start + 1)) &&
    COPULA.test(before);
  const owned = points === 9.5 || (points === 9 && COPULA_AFTER.test(scanned.after(end, 12)));
  if (
    label &&
    points < 10 &&
    !owned &&
    !isOfCode &&
    scanned.isLink(label.end, start) &&
    !(name && name.start >= label.end) &&
    !isOfSentenceAbove(scanned, candidate, label)
  )
    yield [-9, 'after the name of another number'];
  else if (label && points >= 10 && name && label.start > name.end && scanned.isLink(label.end, start))
    yield [-9, 'after the name of another number'];
  if (/(?:no\.?|nr\.?|n[º°]|№|#|number)\s?:?\s?$/i.test(before) && points < 9.5 && !/^#$/.test(before.trim()))
    yield [-6, 'after "number"'];
  if (MEETING.test(scanned.before(start, 80))) yield [-9, 'the passcode of a meeting'];
  const deals = scanned.between(start - 60, end + 60, 'deal');
  if (deals.length > 0 && shape !== 'grouped') {
    const isBehind = deals.every((deal) => deal.start > start);
    yield [shape !== 'digits' ? -9 : isBehind ? -3 : -6, 'next to an offer'];
  }
  // A receipt has the bank's authorization code, a booking its confirmation code.
  if (
    !isOneTime &&
    scanned
      .between(start - MAX_DISTANCE, end + 40, 'weak')
      .some((name) => scanned.between(name.start - 20, name.start, 'act').length === 0) &&
    isTradeNear(scanned, start, end)
  )
    yield [-9, 'the number of a payment or a booking'];
  if (shape === 'mixed' && /\d\s?%|%\s?\d/.test(scanned.before(start, MAX_DISTANCE) + scanned.after(end, MAX_DISTANCE)))
    yield [-9, 'beside a percentage'];
  // https://developers.google.com/identity/sms-retriever/verify
  if (
    message.kind === 'sms' &&
    /^[A-Za-z\d]{11}$/.test(code) &&
    scanned.isAlone(candidate) &&
    scanned.isLast(candidate)
  )
    yield [-9, 'the hash of an application'];
  if (points < 10 && isDate(plain.slice(start, end))) yield [-9, 'a date'];
  if (/^\d{2}[ -]\d{2}$/.test(plain.slice(start, end)) && points < 10) yield [-4, 'two pairs of digits'];
  if (scanned.countAlike(candidate) > 2) yield [-8, 'one of a list'];
  if (/^:\s\d/.test(after)) yield [-3, 'a label of the number behind it'];
  if (/(?:[*•·]{2,}|\bx{2,}) ?-?$/i.test(before) && points < 10) yield [-9, 'the end of a number that is masked'];
  if (after.startsWith('#') && shape !== 'letters') yield [-9, 'a code to dial'];
  if (
    /\+\s?\d{0,3}[\s(]*$|\+\d[\d\s()-]{0,12}$|(?:^|[^\p{L}])(?:tel|phone|fax|mobil|mob)\.?:?\s*$/iu.test(before) ||
    (/\(\d{3}\)\s?$/.test(before) && shape !== 'letters')
  )
    yield [-10, 'a telephone number'];
  if (/\d[\s-]$/.test(before) && /^[\s-]\d/.test(after)) yield [-4, 'within a longer number'];
  if (/^[ ,]+[A-Z]{2}\b|^[ ]\p{Lu}\p{Ll}+(?:,|\n|$)/u.test(after) && points < 8 && /^\d{4,5}$/.test(code))
    yield [-5, 'a postal code'];
  if (/\b[A-Z]{2}\s$/.test(before) && /^\d{5}$/.test(code) && points < 9) yield [-5, 'a postal code'];
  if (message.to.some((address) => address.split('@')[0]?.includes(code)))
    yield [-8, "a part of the recipient's address"];
}

/** Name of the number that a meeting has beside its passcode. */
const MEETING =
  /\b(?:meeting|webinar|conference)[\s-]?id\b|\bid (?:de |della )?(?:la )?(?:reuni[óo]n|réunion|reunião|riunione)|会议号|會議號|会議 ?ID|ミーティング ?ID|회의 ?ID/iu;
const YEAR = /^(?:19\d\d|20[0-4]\d)$/;
/** Words before a year, in the languages that have one. */
const IN_YEAR =
  /(?<!\p{L})(?:in|since|by|until|of|im|seit|bis|en|depuis|desde|hasta|em|nel|dal|w|od|до|с|в|sinds)\s$/iu;
/** Minimum number of words of a sentence. A label above a number has fewer. */
const SENTENCE_WORDS = 5;

/** True if the words for another number end a sentence on the line above: "Please confirm your request". */
function isOfSentenceAbove(scanned: ScannedText, candidate: Candidate, label: Range): boolean {
  if (!scanned.isAlone(candidate) || !scanned.plain.slice(label.end, candidate.start).includes('\n')) return false;
  const above = scanned.previousLine(candidate.start);
  if (!above || above.end < label.end) return false;
  const line = scanned.plain.slice(above.start, above.end);
  return !/[:：#]\s*$/.test(line) && (line.match(/\p{L}+/gu)?.length ?? 0) >= SENTENCE_WORDS;
}

/** True for letters that are a part of the sender's address: the name of a product. */
function isNameOfSender(from: string, letters: string): boolean {
  return from
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .includes(letters.toLowerCase());
}

/** True for a date such as `09-04-24`, in any order of day, month and year. */
function isDate(shown: string): boolean {
  const [, first = '', second = '', third = ''] = /^(\d\d)-(\d\d)-(\d\d)$/.exec(shown) ?? [];
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  return first !== '' && a > 0 && b > 0 && c > 0 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31;
}
