/**
 * The words of a family of languages, as comma-separated lists. Case and accents do not count (`código` is written
 * `codigo`). `-code` also ends a compound (`Sicherheitscode`), `kod-` also takes an ending (`kodunuz`); a phrase of
 * several words is matched word by word.
 */
export interface WordFamily {
  /** Whether the words are written without spaces between them, so that they are found inside of others. */
  readonly unspaced?: boolean;
  /** What a one-time code is called. */
  readonly code: string;
  /** What one does with it, or for what. */
  readonly act: string;
  /** That it does not live long. */
  readonly valid: string;
  /** What forbids to pass it on: a code that is named only so was not sent. */
  readonly warn: string;
  /** `is`, and what else may stand between the name of a code and the code. */
  readonly link: string;
  /** What names another number: account, card, order, amount, telephone. */
  readonly other: string;
  /** What makes a code one of another kind when it stands right before its name: promo, zip, error. */
  readonly kind: string;
  /** What is said of bargains: a code beside it is for the till. */
  readonly deal: string;
  /** What a link says that confirms an address or an account, */
  readonly confirm: string;
  /** that signs in, */
  readonly enter: string;
  /** that sets a new password, */
  readonly renew: string;
  /** that accepts an invitation, */
  readonly join: string;
  /** and one that does none of it: unsubscribe, help, "this was not me". */
  readonly aside: string;
}
