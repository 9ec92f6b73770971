import { memoize } from '../core/memoize.ts';
import type { Message } from '../message/message.ts';
import type { WordMeaning } from '../language/message/index.ts';
import type { ScannedText } from './scanned-text.ts';

/** Facts about the whole message that count for each of its numbers. */
export interface MessageContext {
  /** True if the message names a code anywhere. */
  readonly namesCode: boolean;
  /** True if it says what to do with a code, or how long it is valid. */
  readonly hasInstruction: boolean;
  /** True if it says how long a code is valid, or not to pass it on: no receipt does. */
  readonly isOneTime: boolean;
  /** True if it is about a payment, an order, a booking or a parcel. */
  readonly isTrade: () => boolean;
  /** True if its subject names a code of another kind, such as that of a parcel, and no other. */
  readonly namesOtherCode: boolean;
  /** True if it is short, has one number, and is about nothing that has numbers of other kinds. */
  readonly hasOnlyNumber: boolean;
  /** True for letters of the length and the characters that the caller expects. */
  readonly isExpected: (code: string) => boolean;
  readonly message: Message;
}

/** Limit of a short message, in characters. */
const SHORT = 200;
/** Distance of words about a payment from its number, in characters. */
const NEAR = 200;
const MONEY =
  /[$€£¥₹₺₽₩]\s?\d|\d\s?[$€£¥₹₺₽₩]|\b(?:usd|eur|gbp|inr|rs|rub|rur|uah|pln|czk|chf|sek|nok|dkk|try|aed|sar|brl|mxn|jpy|krw|idr|vnd|thb|kzt)\b\.?\s?\d|\d\s?(?:usd|eur|gbp|inr|rub|rur|руб|uah|грн|pln|zł|czk|kč|chf|sek|kr|nok|dkk|try|tl|aed|sar|brl|mxn|jpy|円|krw|원|idr|vnd|thb|บาท|元|kzt)(?!\p{L})/iu;

/** Reads the facts about a message that count for each of its numbers. */
export function contextOf(
  texts: readonly ScannedText[],
  message: Message,
  isExpected: MessageContext['isExpected'],
): MessageContext {
  const meanings = new Set<WordMeaning>(texts.flatMap(({ words }) => words.map(({ meaning }) => meaning)));
  const has = (...wanted: WordMeaning[]): boolean => wanted.some((meaning) => meanings.has(meaning));
  const hasMoney = memoize(() => texts.some(({ plain }) => MONEY.test(plain.slice(0, 20_000))));
  const numbers = new Set(
    texts.flatMap(({ candidates }) => candidates.filter(({ shape }) => shape !== 'letters').map(({ start }) => start)),
  );
  const length = texts.reduce((sum, { plain }) => sum + plain.length, 0);
  const isOneTime = has('valid', 'warn');
  const isTrade = (): boolean => has('trade') || hasMoney();
  return {
    namesCode: has('weak') && !isOneTime && isTrade() ? texts.some(namesOwnCode) : has('code'),
    namesOtherCode: texts.some(namesOtherCode),
    hasInstruction: has('act', 'valid'),
    isOneTime,
    isTrade,
    hasOnlyNumber: length <= SHORT && numbers.size === 1 && !has('other', 'deal', 'trade', 'kind') && !hasMoney(),
    isExpected,
    message,
  };
}

/** Words for "code" in the name of a code of another kind: "pickup code". */
const CODE = /c[oóò]d[eiu]|kod|kód|код|κωδικ|mã|码|碼|コード|番号|코드|번호/iu;

/** True for a subject that names a code of another kind, such as "Your pickup code", and no code to sign in. */
function namesOtherCode({ plain, words, where }: ScannedText): boolean {
  return (
    where === 'subject' &&
    !words.some(({ meaning }) => meaning === 'code') &&
    words.some(({ meaning, start, end }) => meaning === 'other' && CODE.test(plain.slice(start, end)))
  );
}

/** True if a text names a code that is not the number of a payment or a booking. */
function namesOwnCode({ words }: ScannedText): boolean {
  const weak = words.filter(({ meaning }) => meaning === 'weak');
  return words.some(
    ({ meaning, start, end }) => meaning === 'code' && !weak.some((name) => name.start <= start && name.end >= end),
  );
}

/** True if the words around a place are about a payment, an order, a booking or a parcel. */
export function isTradeNear(scanned: ScannedText, start: number, end: number): boolean {
  const [from, to] = [Math.max(0, start - NEAR), end + NEAR];
  return scanned.between(from, to, 'trade').length > 0 || MONEY.test(scanned.plain.slice(from, to));
}
