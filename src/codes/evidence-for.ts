import type { MessageContext } from './message-context.ts';
import { findWords } from '../language/message/index.ts';
import { isKnownWord, isWordLike } from './word-likeness.ts';
import { BLANK, MAX_DISTANCE, type Range, type ScannedText } from './scanned-text.ts';
import type { Candidate } from './code-candidates.ts';

/** Words for "is" before a code. */
export const COPULA: RegExp =
  /(?<![\p{L}\p{N}])(?:is|are|was|be|ist|lautet|lauten|est|es|é|è|este|är|er|on|jest|je|adalah|ialah|ni|là|είναι|е|є|је|هو|هي|است|היא|הוא|है)\s*[\p{P}\s]{0,3}$/iu;

/** The words among them that mean nothing else in other languages. */
const CLEAR_COPULA: RegExp =
  /(?<![\p{L}\p{N}])(?:is|are|was|ist|lautet|lauten|est|este|är|jest|adalah|ialah|είναι|هو|هي|است|היא|הוא|है)\s*[\p{P}\s]{0,3}$/iu;

/** Words for "is" after a code that opens its sentence. */
export const COPULA_AFTER: RegExp =
  /^["'”’»」』)\]]?\s(?:is|ist|est|es|é|è|este|jest|to|är|er|on|là|la|adalah|ialah|ni|это|це|е|је|هو|هي|است|הוא|היא|है|[-—–])\s/iu;

/** The words for "is" among them, without the dash that also follows a name. */
const IS_AFTER: RegExp =
  /^["'”’»」』)\]]?\s(?:is|ist|est|es|é|è|este|jest|to|är|er|on|là|la|adalah|ialah|ni|هو|است|הוא|है)\s/iu;

/** Conjunctions between two clauses. */
const AND = /\s(?:and|und|et|y|e|en|och|og|i|a|и|ve|ja|és|și|και|dan|và|or|oder|ou|o)\s/iu;

/** Returns the strongest evidence for a candidate: points and a reason. */
export function evidenceFor(scanned: ScannedText, candidate: Candidate, context: MessageContext): [number, string] {
  const evidence = strongestEvidence(scanned, candidate, context);
  if (candidate.shape !== 'letters' || evidence[0] < WORTH_A_CHECK) return evidence;
  const isAnnounced = scanned.isAlone(candidate) || /[:：=]\s*\S{0,2}$/.test(scanned.before(candidate.start, 6));
  const isAfterIs = isAnnounced || COPULA.test(scanned.before(candidate.start, 14));
  return isWord(candidate, context, isAfterIs) ? [0, 'an ordinary word'] : evidence;
}

/** Points below which it does not matter whether letters are a word. */
const WORTH_A_CHECK = 3;

function strongestEvidence(scanned: ScannedText, candidate: Candidate, context: MessageContext): [number, string] {
  const { plain } = scanned;
  const { start, end, shape } = candidate;
  const sentence = scanned.sentence(candidate);
  const alone = scanned.isAlone(candidate);
  const strict = shape === 'mixed' || shape === 'letters';
  const named = scanned.between(Math.max(sentence.start, start - MAX_DISTANCE), start, 'code').at(-1);
  const gap = named ? plain.slice(named.end, start) : '';
  const isAfterColon = /[:：=]\s*\S{0,2}$/.test(gap);
  const isTitle = /^[A-Z][a-z]+$/.test(candidate.code);
  const isAfterIs = named !== undefined && COPULA.test(scanned.before(start, 14));
  // "Tell nobody your code 482913": the warning itself contains the code.
  const isInWarning = BLANK.test(gap) && !/[.!?]/.test(gap);
  if (named && !gap.includes('==') && (isInWarning || !scanned.isWarning(named))) {
    if (scanned.isLink(named.end, start)) {
      const isDirect = isAfterColon || /\n|["'«【[(『（「]\s*$/.test(gap);
      if (!strict || isDirect || isAfterIs || (shape === 'mixed' && gap.length < 16 && !candidate.isUnitLike))
        return [10, 'right after the name of a code'];
      const isCapitals = shape === 'letters' && candidate.code.length > 4 && gap.trim() === '' && !isTitle;
      return [shape !== 'letters' || isCapitals ? 7 : 0, 'after the name of a code'];
    }
    const isMarked = shape !== 'mixed' || !candidate.isUnitLike;
    if (isMarked && isAfterColon && gap.length < 60) return [9, 'after a colon, in a sentence that names a code'];
    const isClear = shape !== 'letters' || CLEAR_COPULA.test(scanned.before(start, 14));
    if (isMarked && isAfterIs && isClear) return [8, 'after "is", in a sentence that names a code'];
  }
  const before = alone ? scanned.previousLine(start) : undefined;
  const isPlainWord =
    shape === 'letters' &&
    !context.isExpected(candidate.code) &&
    /^[a-z]+$/.test(candidate.code.replaceAll('-', '')) &&
    !isDrawnByLot(candidate.code);
  if (isPlainWord && !(alone && before && /[:：]$/.test(scanned.before(before.end, 1)))) return [0, 'an ordinary word'];
  if (alone && before && scanned.between(before.start, before.end, 'code').some((word) => !scanned.isWarning(word))) {
    return [9.5, 'alone on a line, after one that names a code'];
  }
  if (candidate.isUnitLike) return [0, 'reads like a size or a name with a number'];
  const behind = scanned
    .between(end, Math.min(sentence.end, end + MAX_DISTANCE), 'code')
    .find((word) => !scanned.isWarning(word));
  if (behind && (shape !== 'letters' || (!isTitle && IS_AFTER.test(scanned.after(end, 12))))) {
    const isSoftWrapped = scanned.isSoftWrapped(sentence.start);
    const isFirst =
      COPULA_AFTER.test(scanned.after(end, 12)) ||
      (!isSoftWrapped && BLANK.test(plain.slice(sentence.start, start))) ||
      /[\]】>)）]\s*$/.test(scanned.before(start, 6));
    if (isFirst) return [9, 'opens a sentence that names a code'];
    if (!strict)
      return AND.test(plain.slice(end, behind.start)) || /[:;]\s/.test(plain.slice(end, behind.start))
        ? [4, 'before the name of a code, which is of another clause']
        : [6.5, 'before the name of a code'];
  }
  if (!strict && scanned.isFirst(candidate) && context.namesCode && nextSentenceNamesCode(scanned, sentence.end))
    return [6, 'at the beginning, before a sentence about this code'];
  const asked = scanned.between(end, Math.min(sentence.end, end + 24), 'act')[0];
  if (!strict && context.namesCode && asked && scanned.isLink(end, asked.start))
    return [6, 'before an instruction to enter it'];
  const isLong = shape === 'mixed' && candidate.code.replace(/-/g, '').length > 8;
  if (alone && context.namesCode && shape !== 'letters')
    return [isLong ? 4 : 8, 'alone on a line, in a message that names a code'];
  if (alone && context.namesCode && shape === 'letters' && candidate.code.length >= 5 && hasOwnLine(scanned, candidate))
    return [5.5, 'in capitals, between blank lines, in a message that names a code'];
  if (named && !strict && /[:：]\s?$/.test(scanned.before(start, 2)))
    return [6, 'after a colon, in a sentence that forbids to pass a code on'];
  if (named && !strict && !scanned.isWarning(named) && !/\d/.test(plain.slice(named.end, start)))
    return [6 - (start - named.end) / 45, 'in a sentence that names a code'];
  const act = scanned.between(start - 24, start, 'act').at(-1);
  const isInstrument = /(?<!\p{L})(?:with|mit|avec|con|com|med|met|с|ile|dengan)\s+$/iu.test(scanned.before(start, 9));
  if (
    isInstrument &&
    !strict &&
    scanned.between(Math.max(sentence.start, start - MAX_DISTANCE), start, 'act', 'enter').length > 0
  )
    return [5.5, 'after "with", in an instruction'];
  const isUsed = strict && isPutToUse(scanned, candidate, sentence);
  if (act && scanned.isLink(act.end, start) && (shape !== 'letters' || isUsed))
    return [context.namesCode ? 7 : isUsed ? 6.5 : 5.5, 'after an instruction to enter it'];
  // https://developers.google.com/identity/sms-retriever/verify
  if (!strict && context.hasOnlyNumber && plain.startsWith('<#>'))
    return [6, 'the only number for the SMS Retriever API'];
  if (start < 10 && BLANK.test(plain.slice(0, start)) && scanned.isLast(candidate) && shape !== 'letters')
    return [6, 'the only content'];
  if (alone && context.hasInstruction && !context.isTrade() && shape !== 'letters' && candidate.code.length > 4)
    return [5.5, 'alone on a line'];
  if (
    strict &&
    context.namesCode &&
    scanned.isLast(candidate) &&
    shape === 'mixed' &&
    /[A-Z].{4}|.{4}[A-Z]/.test(candidate.code)
  )
    return [6, 'ends a message that names a code'];
  if (!strict && scanned.isLast(candidate) && scanned.between(sentence.start, start, 'code').length > 0)
    return [4.5, 'ends a message that names a code'];
  if (!strict && scanned.where === 'subject' && act) return [5, 'in a subject with an instruction'];
  if (!strict && COPULA.test(scanned.before(start, 14)) && scanned.between(end, sentence.end, 'valid').length > 0)
    return [5.5, 'after "is", in a sentence that says how long it is valid'];
  if (!strict && context.hasOnlyNumber && /^\d{4,8}$/.test(candidate.code)) {
    const asks = scanned.between(sentence.start, sentence.end, 'act', 'enter', 'confirm');
    const isBeside = asks.some((word) => scanned.isLink(word.end, start) || scanned.isLink(end, word.start));
    if (isBeside || (asks.length > 0 && candidate.code.length === 6)) return [5, 'the only number, in an instruction'];
  }
  return [context.namesCode ? 1 : 0, context.namesCode ? 'in a message that names a code' : 'nothing announces it'];
}

/** True for letters that read like a word, or that the tables know. */
function isWord({ code, shape }: Candidate, { isExpected }: MessageContext, isAnnounced: boolean): boolean {
  if (shape !== 'letters') return false;
  if (code.includes('-') || (/^[a-z]+$/.test(code) && !isExpected(code))) return false; // only on a line of their own
  const isCapital = /^[A-Z]+$/.test(code);
  return (
    isKnownWord(code) ||
    findWords(code).length > 0 ||
    (!(isCapital && isExpected(code)) && isWordLike(code, isAnnounced))
  );
}

/** True for groups of letters of one length, most of which read like no word: `gmkt-wqzo-pdxb`. */
function isDrawnByLot(code: string): boolean {
  const groups = code.split('-');
  const isEven = groups.length > 2 && groups.every(({ length }) => length === groups[0]!.length && length > 2);
  return isEven && groups.filter((group) => isWordLike(group) || isKnownWord(group)).length * 2 < groups.length;
}

/** True if an instruction goes on to say what the letters are for: "use BXQKTF to sign in". */
function isPutToUse(scanned: ScannedText, { code, end }: Candidate, sentence: Range): boolean {
  return (
    code.length > 4 &&
    !/^[A-Z]?[a-z]+$/.test(code) &&
    scanned.between(end, Math.min(sentence.end, end + MAX_DISTANCE), 'act', 'enter').length > 0
  );
}

/** True if the next sentence begins with `this code` or with the name of a code. */
function nextSentenceNamesCode(scanned: ScannedText, at: number): boolean {
  const name = scanned.between(at, at + 24, 'code')[0];
  return (
    name !== undefined &&
    /^[.!?\s]*(?:\p{L}{1,7}\s)?$/u.test(scanned.plain.slice(at, name.start)) &&
    !scanned.isWarning(name)
  );
}

/** True if it is the whole of its line, without punctuation. */
function hasOwnLine(scanned: ScannedText, { start, end }: Range): boolean {
  return /\n[^\S\n]*$/.test(scanned.before(start, 20)) && /^[^\S\n]*(?:\n|$)/.test(scanned.after(end, 20));
}
