import { type Around, BLANK, type ScannedText, REACH, type Stretch } from './scanned-text.ts';
import type { Candidate } from './code-candidates.ts';

/** `… is`, in languages where the code follows it. */
export const COPULA: RegExp =
  /(?<![\p{L}\p{N}])(?:is|are|was|be|ist|lautet|lauten|est|es|é|è|este|är|er|on|jest|je|adalah|ialah|ni|là|είναι|е|є|је|هو|هي|است|היא|הוא|है)\s*[\p{P}\s]{0,3}$/iu;

/** `… is`, in languages where the code opens the sentence. */
export const COPULA_AFTER: RegExp =
  /^["'”’»」』)\]]?\s(?:is|ist|est|es|é|è|este|jest|to|är|er|on|là|la|adalah|ialah|ni|это|це|е|је|هو|هي|است|הוא|היא|है|[-—–])\s/iu;

/** What joins two clauses. */
const AND = /\s(?:and|und|et|y|e|en|och|og|i|a|и|ve|ja|és|și|και|dan|và|or|oder|ou|o)\s/iu;

/** How the text announces a candidate; the strongest of all ways counts. */
export function evidenceFor(page: ScannedText, candidate: Candidate, around: Around): [number, string] {
  const { plain } = page;
  const { start, end, shape } = candidate;
  const sentence = page.sentence(candidate);
  const alone = page.isAlone(candidate);
  const strict = shape === 'mixed' || shape === 'letters';
  const named = page.between(Math.max(sentence.start, start - REACH), start, 'code').at(-1);
  const gap = named ? plain.slice(named.end, start) : '';
  // "Tell nobody your code 482913": the warning itself brings the code.
  const isBrought = BLANK.test(gap) && !/[.!?]/.test(gap);
  if (named && !gap.includes('==') && (isBrought || !page.isWarning(named))) {
    if (page.isLink(named.end, start)) {
      if (!strict || /[:：=]\s*\S{0,2}$|\n|["'«【[(『（「]\s*$/.test(gap) || (shape === 'mixed' && gap.length < 16))
        return [10, 'right after the name of a code'];
      return [shape === 'letters' ? 0 : 7, 'after the name of a code'];
    }
    const isMarked = !strict || (shape === 'mixed' && /[A-Z]/.test(candidate.code));
    if (isMarked && /[:：=]\s*\S{0,2}$/.test(gap) && gap.length < 60)
      return [9, 'after a colon, in a sentence that names a code'];
    if (!strict && COPULA.test(page.before(start, 14))) return [8, 'what the name of a code is said to be'];
  }
  const before = alone ? page.previousLine(start) : undefined;
  const isPlainWord = /^[a-z]/.test(candidate.code) && shape === 'letters';
  if (isPlainWord && !(alone && before && /[:：]$/.test(page.before(before.end, 1)))) return [0, 'an ordinary word'];
  if (alone && before && page.between(before.start, before.end, 'code').some((word) => !page.isWarning(word))) {
    return [9.5, 'alone on a line, after one that names a code'];
  }
  const behind = page.between(end, Math.min(sentence.end, end + REACH), 'code').find((word) => !page.isWarning(word));
  if (behind && shape !== 'letters') {
    const isSoftWrapped = page.isSoftWrapped(sentence.start);
    const isFirst =
      COPULA_AFTER.test(page.after(end, 12)) ||
      (!isSoftWrapped && BLANK.test(plain.slice(sentence.start, start))) ||
      /[\]】>)）]\s*$/.test(page.before(start, 6));
    if (isFirst) return [9, 'opens a sentence that names a code'];
    if (!strict)
      return AND.test(plain.slice(end, behind.start)) || /[:;]\s/.test(plain.slice(end, behind.start))
        ? [4, 'before the name of a code, which is of another clause']
        : [6.5, 'before the name of a code'];
  }
  if (!strict && page.isFirst(candidate) && around.names && speaksOfIt(page, sentence.end))
    return [6, 'first of all, before a sentence about this code'];
  const asked = page.between(end, Math.min(sentence.end, end + 24), 'act')[0];
  if (!strict && around.names && asked && page.isLink(end, asked.start)) return [6, 'before what to do with it'];
  const isLong = shape === 'mixed' && candidate.code.replace(/-/g, '').length > 8;
  if (alone && around.names && shape !== 'letters')
    return [isLong ? 4 : 8, 'alone on a line, in a message that names a code'];
  if (alone && around.names && shape === 'letters' && candidate.code.length >= 5 && isStanding(page, candidate))
    return [5.5, 'in capitals, between blank lines, in a message that names a code'];
  if (named && !strict && /[:：]\s?$/.test(page.before(start, 2)))
    return [6, 'after a colon, in a sentence that forbids to pass a code on'];
  if (named && !strict && !page.isWarning(named) && !/\d/.test(plain.slice(named.end, start)))
    return [6 - (start - named.end) / 45, 'in a sentence that names a code'];
  const act = page.between(start - 24, start, 'act').at(-1);
  const means = /(?<!\p{L})(?:with|mit|avec|con|com|med|met|с|ile|dengan)\s+$/iu.test(page.before(start, 9));
  if (means && !strict && page.between(Math.max(sentence.start, start - REACH), start, 'act', 'enter').length > 0)
    return [5.5, 'what to do it with'];
  if (act && page.isLink(act.end, start) && shape !== 'letters')
    return [around.names ? 7 : 5.5, 'after what to do with it'];
  if (start < 10 && BLANK.test(plain.slice(0, start)) && page.isLast(candidate) && shape !== 'letters')
    return [6, 'all there is'];
  if (alone && around.acts && shape !== 'letters' && candidate.code.length > 4) return [5.5, 'alone on a line'];
  if (
    strict &&
    around.names &&
    page.isLast(candidate) &&
    shape === 'mixed' &&
    /[A-Z].{4}|.{4}[A-Z]/.test(candidate.code)
  )
    return [6, 'ends a message that names a code'];
  if (!strict && page.isLast(candidate) && page.between(sentence.start, start, 'code').length > 0)
    return [4.5, 'ends a message that names a code'];
  if (!strict && page.where === 'subject' && act) return [5, 'in a subject that says what to do'];
  return [around.names ? 1 : 0, around.names ? 'in a message that names a code' : 'nothing announces it'];
}

/** Whether the next sentence begins with `this code`, or with its name alone. */
function speaksOfIt(page: ScannedText, at: number): boolean {
  const name = page.between(at, at + 24, 'code')[0];
  return (
    name !== undefined && /^[.!?\s]*(?:\p{L}{1,7}\s)?$/u.test(page.plain.slice(at, name.start)) && !page.isWarning(name)
  );
}

/** Whether it has a line of its own to its last letter. */
function isStanding(page: ScannedText, { start, end }: Stretch): boolean {
  return /\n[^\S\n]*$/.test(page.before(start, 20)) && /^[^\S\n]*(?:\n|$)/.test(page.after(end, 20));
}
