const MASK = '*•·∙●○xX#…';
const EMAIL = new RegExp(`[\\p{L}\\p{N}._%+${MASK}-]+@[\\p{L}\\p{N}.${MASK}-]*[\\p{L}${MASK}]`, 'u');
const PHONE = new RegExp(`(?:\\+\\d{1,3}[ -]?)?[(\\d ]*[*•·∙●○xX#…][\\d ()*•·∙●○xX#….–-]*\\p{Nd}{2,4}(?!\\p{N})`, 'u');
const DIGIT = /\p{Nd}/u;
const FULL_PHONE = /\+\d[\d ()-]{6,}\d/;
const ENDING =
  /(?:ending|ends)(?: in| with)?|endung|end(?:et|end) (?:auf|mit)|endziffern|finissant par|(?:se )?termin[\p{L}]* (?:par|en|em|in|con|a|com)|final|eindig[\p{L}]* op|kończ[\p{L}]* się (?:na|cyframi)|(?:за|о)канчива[\p{L}]* на|закінчу[\p{L}]* на|končící(?: na)?|slutar (?:på|med)|尾号(?:为|是)?|末尾(?:が)?|末[四4４]桁|下[四4４]桁|끝(?:자리)?(?:가|번호)?|(?:ينتهي|منتهي) ب|המסתיים ב/iu;
const ENDING_DIGITS = new RegExp(`(?:${ENDING.source})[\\s:："'“„ـ-]*([*•]*\\s?\\p{Nd}{2,4})`, 'iu');

/** Destination of a message, masked as the page shows it. */
export interface Destination {
  readonly by: 'email' | 'phone';
  readonly text: string;
}

/** Finds a masked or full e-mail address or phone number in a text: `j***@e***.com`, `+1 (***) ***-1234`, `ending in 42`. */
export function findDestination(text: string): Destination | undefined {
  const email = text.includes('@') ? EMAIL.exec(text)?.[0] : undefined;
  if (email) return { by: 'email', text: email };
  if (!DIGIT.test(text)) return undefined;
  const phone = (PHONE.exec(text) ?? FULL_PHONE.exec(text))?.[0].trim();
  if (phone) return { by: 'phone', text: phone };
  const ending = ENDING_DIGITS.exec(text)?.[1];
  return ending === undefined ? undefined : { by: 'phone', text: `•• ${ending.replace(/[*•\s]/g, '')}` };
}
