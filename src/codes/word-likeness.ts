/**
 * How likely one letter follows another in words of European languages, from 0 to 9 on a logarithmic scale: a line for
 * each first letter, a digit for each second one. Counted on the documentation of programs and on the word tables.
 */
const FOLLOWS: readonly string[] =
  '46762454646868360878552254 84428204750853732764700050 80608008736600900648600043 73359333832534720563733044 64685552534768253886353534 70308704923634800646700050 72228366822547620774722052 82049002833554800636640052 65767662134669752677261315 92228222824455742277844224 83438435805535830577734052 84368331824732840065630070 86029123801463780053612010 72677583734435620278651053 45673452435778660866666334 82238335712733860857610030 33333333633633353533933333 83569343824465730567643052 73738306805543661178724044 81419116903413730776634053 66656452654778460778333234 93009022823003700533530040 91448117811517841763511151 62728222822424492228222242 74557654755767681476446115 84339113815566751545653155'.split(
    ' ',
  );

/** Capital words that stand where a code may stand, and that letters alone do not tell from one. */
const WORDS: ReadonlySet<string> = new Set(
  'ready below above here only never always unique correct wrong invalid expired pending required secret private personal attached inside enclosed random numeric digits letters case sensitive https http oauth oauth2 html xhtml json ajax ssl vpn sms mms email gmail iban bic paypal iphone ipad ebay macos'.split(
    ' ',
  ),
);
/** The cases in which words are written: `word`, `Word`, `WORD`, `twoWords`, `wordOS`. */
const CASES = /^(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]+|[a-z]{2,}[A-Z]{2})$/;
/** A mean above it reads like a word. Of random letters, 5 % are above. */
const WORD_LIKE = 6.2;
/** A mean above it reads like a word even where a code is expected. Of random letters, 2 % are above. */
const CLEARLY_WORD_LIKE = 6.6;

/** True for a word that often stands where a code may stand. */
export function isKnownWord(letters: string): boolean {
  return WORDS.has(letters.toLowerCase());
}

/** True if letters read like a word that a person writes, and not like letters that were drawn by lot. */
export function isWordLike(letters: string, isExpected = false): boolean {
  const plain = letters.toLowerCase().replace(/[^a-z]/g, '');
  if (!CASES.test(letters)) return false;
  let sum = 0;
  for (let at = 1; at < plain.length; at++) sum += Number(FOLLOWS[indexOf(plain, at - 1)]?.[indexOf(plain, at)]);
  // A few letters say less than many.
  const surplus = Math.max(0, plain.length - 5) * 0.15;
  return sum / (plain.length - 1) > (isExpected ? CLEARLY_WORD_LIKE : WORD_LIKE) - surplus;
}

function indexOf(text: string, at: number): number {
  return text.charCodeAt(at) - 97;
}
