import { CHARACTER_CLASSES, PRINTABLE } from './character-class.ts';
import type { PasswordRules } from './password-rules.ts';

/** Words for characters of a password. */
const CHARACTERS =
  /char(?:acter)?s?\b|letters|zeichen|stellen|caract[èeéa]r|carater|caratter|tekens?\b|karakter|tecken|tegn\b|merkki|merki|znak|символ|знак|simbol|karakt|ký tự|tähemärk|zīm|ženkl|χαρακτήρ|文字|字元|字符|个字|位|桁|글자|문자|자\s|자리|อักขระ|ตัวอักษร|أحرف|حرف|خان|תווים|नोंद|वर्ण|अक्षर/iu;
/** Words before or after a maximum. */
const MAXIMUM =
  /\bmax|at most|up to|no more than|no longer than|not exceed|or fewer|or less|höchstens|bis zu|au plus|jusqu|como máximo|hasta|no máximo|até\b|al massimo|fino a\b|hoogstens|ten hoogste|högst|højst|høyst|enintään|najwyżej|maks|nejvýše|не более|не больше|не довше|не більше|legfeljebb|cel mult|tối đa|en fazla|最大|以内|以下|最多|最长|最長|不超过|不超過|최대|이하|이내|สูงสุด|ไม่เกิน|حد أقصى|الأكثر|לכל היותר|अधिकतम/iu;
/** Words before a number that is one too many. */
const BELOW =
  /(?:less|fewer|shorter) than|under\b|weniger als|moins de|menos de|meno di|minder dan|färre än|færre end|alle\b|mniej niż|менее|меньше|未満|미만|少于|少於/iu;
const NOT_BELOW = /(?:not?|never)\s+(?:less|fewer|shorter)|не\s+(?:менее|меньше)|не\s+менш|不少于|不少於/iu;
const EXACT = /exact|genau|precis|esattamente|dokładnie|ровно|ちょうど|正好|정확히|tam olarak/iu;
/** Two numbers that are a range: `8-16`, `8 to 16`, `entre 8 y 16`. */
const RANGE =
  /(?<![\d.])(\d{1,3})\s*(?:(?:文字|字符|位|桁|자)\s*)?(?:[-–—~〜～‐]|\.\.\.?|to|and|bis|und|à|et|y|a|e|ed|o|tot|en|och|til|og|till|do|i|до|и|та|ve|ile|至|到|から|에서|và|đến)\s*(\d{1,3})(?![\d.])/iu;
/** A number that stands alone. A telephone number has several groups. */
const NUMBER = /(?<![\d.,:/]|\d[ -])\d{1,3}(?![\d:/]|[.,]\d|[ -]\d)/gu;
const ENGLISH_NUMBERS: Readonly<Record<string, number>> = {
  ...{ six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14 },
  ...{ fifteen: 15, sixteen: 16, eighteen: 18, twenty: 20, 'twenty-four': 24, thirty: 30, 'thirty-two': 32 },
};
const SPECIAL =
  /special|symbol|punctuation|sonderzeichen|spéciaux|speciaux|especia|speciali|speciale tekens|specialtecken|specialtegn|spesialtegn|erikoismerk|specjaln|speciáln|спец|特殊|記号|符号|符號|특수|özel karakter|ký tự đặc biệt/iu;
const WITHOUT_SPECIAL = new RegExp(
  `(?:\\bno|not|without|cannot|can't|never|keine?|nicht|ohne|sans|pas de|aucun|sin|sem|senza|geen|zonder|inga|utan|ingen|uden|uten|ei|bez|без|не|không)(?!\\s+(?:fewer|less|only|just|more))\\b[^.,;:!()]{0,30}?(?:${SPECIAL.source})|(?:特殊|記号|符号|符號)[^。、,.]{0,12}(?:不可|使えません|使用できません|不能|不允许|不得)`,
  'iu',
);
/** Only letters and numbers. */
const ONLY_ALPHANUMERIC =
  /only (?:contain |use |include |consist of )?(?:letters|alphanumeric)|(?:letters and (?:numbers|digits)|alphanumeric(?: characters)?) only|nur (?:aus )?buchstaben und (?:zahlen|ziffern)|uniquement (?:des |de )?lettres et (?:des |de )?chiffres|(?:solo|sólo|solamente) (?:puede contener )?letras y números|(?:apenas|somente|só) letras e números|solo lettere e numeri|alleen letters en cijfers|endast bokstäver och siffror|kun bokstaver og tall|kun bogstaver og tal|tylko litery i cyfry|только (?:из )?(?:латинские |латинских )?(?:буквы|букв) и (?:цифры|цифр)|英数字のみ|半角英数字のみ|只能(?:包含|使用)?(?:字母和数字|英文和数字)|영문과 숫자만/iu;
const ONLY_DIGITS =
  /only (?:digits|numbers|numerals)|(?:digits|numbers) only|nur (?:ziffern|zahlen)\b(?! und)|uniquement des chiffres|(?:solo|sólo) (?:dígitos|números)|(?:apenas|somente) (?:dígitos|números)|solo (?:cifre|numeri)|alleen cijfers|endast siffror|kun tall?\b|tylko cyfry|только цифры|数字のみ|只能(?:包含|使用|是)?数字|숫자만/iu;
const FORBIDS =
  /\b(?:not|no|cannot|can't|except|without|avoid|excluding|keine?|nicht|ohne|außer|sans|pas|sauf|sin|excepto|sem|exceto|senza|tranne|geen|niet|behalve|inte|utan|ikke|uten|uden)\b|нельзя|кроме|без|除く|以外|不能|不可|不得/iu;
/** A list of punctuation: at least three characters, with spaces or commas between them. */
const LISTED = /(?:[^\p{L}\p{N}\s]\s?){3,}/gu;
/** Lengths of passwords; other numbers are about something else. */
const [MIN_LENGTH, MAX_LENGTH] = [4, 256];
/** Number of equal characters in a row that a text may allow. */
const REPEATED = /(?:repeat|consecutive|identical|same|in a row|aufeinander|gleiche|identiques|iguales|seguidos)/iu;
/** An amount of characters of one class: "2 digits", "1 uppercase letter". */
const AMOUNT =
  /(?<!\d)([1-9]|one|two|three)\s+(?:or more\s+)?(?:(upper|capital)|(lower|small)|(digit|number|numer)|(special|symbol|punctuation|non-?alpha))/giu;
const ENGLISH_AMOUNTS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3 };

/**
 * Reads the rules in a text beside a field, such as "8 to 20 characters, letters and numbers only". What it does not say
 * is left open: a generated password has characters of each class anyway.
 */
export function readRuleTexts(text: string): PasswordRules {
  const plain = withDigits(text.normalize('NFKC'));
  const allowed = allowedBy(plain);
  return { required: requiredBy(plain), ...lengthsIn(plain), ...(allowed === undefined ? {} : { allowed }) };
}

function withDigits(text: string): string {
  return text.replaceAll(/\b(?:twenty-four|thirty-two|[a-z]{3,8})\b/gi, (word) =>
    String(ENGLISH_NUMBERS[word.toLowerCase()] ?? word),
  );
}

/** Returns the lengths that the clauses of a text state. */
function lengthsIn(text: string): Pick<PasswordRules, 'minLength' | 'maxLength'> {
  let lengths: { minLength?: number; maxLength?: number } = {};
  for (const clause of text.split(/[.;!\n•·。；]+|,(?!\d)/u)) {
    if (!CHARACTERS.test(clause) || REPEATED.test(clause)) continue;
    const [, from, to] = RANGE.exec(clause) ?? [];
    if (from !== undefined && isLength(Number(from)) && isLength(Number(to)) && Number(from) < Number(to)) {
      lengths = { minLength: Number(from), maxLength: Number(to) };
      continue;
    }
    for (const match of clause.matchAll(NUMBER)) lengths = { ...lengths, ...lengthOf(clause, match) };
  }
  const { minLength = 0, maxLength = Infinity } = lengths;
  return minLength > maxLength ? { maxLength } : lengths;
}

function lengthOf(clause: string, match: RegExpExecArray): Pick<PasswordRules, 'minLength' | 'maxLength'> {
  const length = Number(match[0]);
  if (!isLength(length)) return {};
  const before = clause.slice(Math.max(0, match.index - 40), match.index);
  const after = clause.slice(match.index + match[0].length, match.index + match[0].length + 25);
  // Of two numbers in a clause, the words in front of each are its own.
  const own = before.split(/\d/).at(-1) ?? '';
  const next = after.split(/\d/)[0] ?? '';
  if (EXACT.test(own)) return { minLength: length, maxLength: length };
  if (BELOW.test(own) && !NOT_BELOW.test(own)) return { maxLength: length - 1 };
  if (MAXIMUM.test(own) || MAXIMUM.test(next)) return { maxLength: length };
  return { minLength: length };
}

function isLength(number: number): boolean {
  return number >= MIN_LENGTH && number <= MAX_LENGTH;
}

function allowedBy(text: string): string | undefined {
  const { upper, lower, digit } = CHARACTER_CLASSES;
  if (ONLY_ALPHANUMERIC.test(text) && !(SPECIAL.test(text) && !WITHOUT_SPECIAL.test(text)))
    return upper + lower + digit;
  if (ONLY_DIGITS.test(text)) return digit;
  if (WITHOUT_SPECIAL.test(text)) return upper + lower + digit;
  const lists = punctuationIn(text);
  const forbidden = lists.filter(({ isForbidden }) => isForbidden).map(({ characters }) => characters);
  const permitted = lists.filter(({ isForbidden }) => !isForbidden).map(({ characters }) => characters);
  if (lists.length === 0) return undefined;
  const special = permitted.length > 0 ? permitted.join('') : CHARACTER_CLASSES.special;
  const all = Array.from(PRINTABLE).filter((one) => !CHARACTER_CLASSES.special.includes(one) || special.includes(one));
  return all.filter((one) => !forbidden.join('').includes(one)).join('');
}

/** Returns the lists of punctuation in a text. */
function punctuationIn(text: string): { readonly characters: string; readonly isForbidden: boolean }[] {
  return [...text.matchAll(LISTED)].flatMap((match) => {
    const listed = Array.from(match[0]).filter((one) => CHARACTER_CLASSES.special.includes(one));
    const characters = [...new Set(listed)];
    // An ellipsis, or a closing bracket with a full stop, does not list anything.
    if (characters.length < 3) return [];
    const before =
      text
        .slice(0, match.index)
        .split(/[.;!\n]/)
        .at(-1) ?? '';
    return [{ characters: characters.join(''), isForbidden: FORBIDS.test(before) }];
  });
}

/** Returns the classes of which a text asks for a number of characters. */
function requiredBy(text: string): string[] {
  const { upper, lower, digit, special } = CHARACTER_CLASSES;
  return [...text.matchAll(AMOUNT)].flatMap(([, amount = '', isUpper, isLower, isDigit]) => {
    const set = isUpper ? upper : isLower ? lower : isDigit ? digit : special;
    const count = ENGLISH_AMOUNTS[amount.toLowerCase()] ?? Number(amount);
    return Array.from({ length: Math.min(count, 4) }, () => set);
  });
}
