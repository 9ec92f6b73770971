import type { WordTable } from '../word-table.ts';

/** The meanings of the words in a message. */
export type WordMeaning =
  /** Name of a one-time code. */
  | 'code'
  /** Action with a code, or its purpose: enter, verify, sign in. */
  | 'act'
  /** Lifetime of a code: expires, valid for, minutes. */
  | 'valid'
  /** Warning not to pass a code on. A code that only a warning names was not sent. */
  | 'warn'
  /** Filler between the name of a code and the code: is, your, the following. */
  | 'link'
  /** Name of another number: account, card, order, amount, telephone. */
  | 'other'
  /** Word right before the name of a code that makes it a code of another kind: promo, zip, error. */
  | 'kind'
  /** Word of an offer: a code beside it is for the checkout. */
  | 'deal'
  /** Text of a link that confirms an address or an account. */
  | 'confirm'
  /** Text of a link that signs in. */
  | 'enter'
  /** Text of a link that sets a new password. */
  | 'renew'
  /** Text of a link that accepts an invitation. */
  | 'join'
  /** Text of a link with another purpose: unsubscribe, help, "this was not me". */
  | 'aside'
  /** Sentence that asks for nothing: ignore this message, no action is needed. */
  | 'ignore'
  /** Subject of a message about something that happened: an alert, a digest. */
  | 'notice'
  /** Receipt, order, booking, parcel, bill. */
  | 'trade'
  /** Name of a code that may be the number of a payment or a booking: authorization code, confirmation code. */
  | 'weak';

/** The words of one language or family, for the meanings that it has words for. */
export type MessageWords = Partial<WordTable<WordMeaning>>;
