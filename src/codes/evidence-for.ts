import { BLANK, type MessageContext, MAX_DISTANCE, type Range, type ScannedText } from './scanned-text.ts';
import type { Candidate } from './code-candidates.ts';

/** Words for "is" before a code. */
export const COPULA: RegExp =
  /(?<![\p{L}\p{N}])(?:is|are|was|be|ist|lautet|lauten|est|es|é|è|este|är|er|on|jest|je|adalah|ialah|ni|là|είναι|е|є|је|هو|هي|است|היא|הוא|है)\s*[\p{P}\s]{0,3}$/iu;

/** Words for "is" after a code that opens its sentence. */
export const COPULA_AFTER: RegExp =
  /^["'”’»」』)\]]?\s(?:is|ist|est|es|é|è|este|jest|to|är|er|on|là|la|adalah|ialah|ni|это|це|е|је|هو|هي|است|הוא|היא|है|[-—–])\s/iu;

/** Conjunctions between two clauses. */
const AND = /\s(?:and|und|et|y|e|en|och|og|i|a|и|ve|ja|és|și|και|dan|và|or|oder|ou|o)\s/iu;

/** Returns the strongest evidence for a candidate: points and a reason. */
export function evidenceFor(scanned: ScannedText, candidate: Candidate, context: MessageContext): [number, string] {
  const { plain } = scanned;
  const { start, end, shape } = candidate;
  const sentence = scanned.sentence(candidate);
  const alone = scanned.isAlone(candidate);
  const strict = shape === 'mixed' || shape === 'letters';
  const named = scanned.between(Math.max(sentence.start, start - MAX_DISTANCE), start, 'code').at(-1);
  const gap = named ? plain.slice(named.end, start) : '';
  // "Tell nobody your code 482913": the warning itself contains the code.
  const isInWarning = BLANK.test(gap) && !/[.!?]/.test(gap);
  if (named && !gap.includes('==') && (isInWarning || !scanned.isWarning(named))) {
    if (scanned.isLink(named.end, start)) {
      if (!strict || /[:：=]\s*\S{0,2}$|\n|["'«【[(『（「]\s*$/.test(gap) || (shape === 'mixed' && gap.length < 16))
        return [10, 'right after the name of a code'];
      return [shape === 'letters' ? 0 : 7, 'after the name of a code'];
    }
    const isMarked = !strict || (shape === 'mixed' && /[A-Z]/.test(candidate.code));
    if (isMarked && /[:：=]\s*\S{0,2}$/.test(gap) && gap.length < 60)
      return [9, 'after a colon, in a sentence that names a code'];
    if (!strict && COPULA.test(scanned.before(start, 14))) return [8, 'after "is", in a sentence that names a code'];
  }
  const before = alone ? scanned.previousLine(start) : undefined;
  const isPlainWord = /^[a-z]/.test(candidate.code) && shape === 'letters';
  if (isPlainWord && !(alone && before && /[:：]$/.test(scanned.before(before.end, 1)))) return [0, 'an ordinary word'];
  if (alone && before && scanned.between(before.start, before.end, 'code').some((word) => !scanned.isWarning(word))) {
    return [9.5, 'alone on a line, after one that names a code'];
  }
  const behind = scanned
    .between(end, Math.min(sentence.end, end + MAX_DISTANCE), 'code')
    .find((word) => !scanned.isWarning(word));
  if (behind && shape !== 'letters') {
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
  if (act && scanned.isLink(act.end, start) && shape !== 'letters')
    return [context.namesCode ? 7 : 5.5, 'after an instruction to enter it'];
  if (start < 10 && BLANK.test(plain.slice(0, start)) && scanned.isLast(candidate) && shape !== 'letters')
    return [6, 'the only content'];
  if (alone && context.hasInstruction && shape !== 'letters' && candidate.code.length > 4)
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
  return [context.namesCode ? 1 : 0, context.namesCode ? 'in a message that names a code' : 'nothing announces it'];
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
