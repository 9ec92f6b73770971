/** What a word on a page can tell of it. */
export type Meaning =
  /** What a one-time code is called, */
  | 'code'
  /** and what makes a field one for something else: coupon, postcode, card, birthday, search. */
  | 'notCode'
  /** An authenticator app, */
  | 'app'
  /** and a token that counts. */
  | 'counter'
  | 'sms'
  | 'email'
  | 'recovery'
  | 'passkey'
  /** A link that signs in. */
  | 'link'
  /** "Check your inbox". */
  | 'inbox'
  /** That something was sent. */
  | 'sent'
  /** What a button says that has something sent, */
  | 'send'
  /** and has it sent once more. */
  | 'resend'
  | 'otherWay'
  /** That what was entered was refused. */
  | 'wrong'
  | 'expired'
  | 'locked'
  | 'signIn'
  | 'signOut'
  | 'signUp'
  | 'password'
  | 'username'
  | 'trust'
  /** "Not now". */
  | 'later'
  /** "No", where it may stand for "not now", */
  | 'no'
  /** as to the question whether to stay signed in. */
  | 'staySignedIn'
  /** What a button says that only goes on, */
  | 'goOn'
  /** and a page where the sign-in has succeeded. */
  | 'signedIn'
  /** Who is signed in. */
  | 'signedInAs'
  /** The menu of an account, which only who is signed in has. */
  | 'accountMenu'
  | 'captcha'
  /** Setting a factor up. */
  | 'enrol'
  | 'choose'
  /** That a person has to prove who they are. */
  | 'verify'
  /** "Forgot your password?" */
  | 'reset'
  | 'newsletter'
  | 'cookies'
  | 'reject'
  | 'accept'
  /** What a button says that sends a form. */
  | 'next'
  /** What the buttons of a settings page say. */
  | 'manage'
  /** What only a person can do: approve in an app, take a call. */
  | 'person'
  | 'shop';

/**
 * The words of some languages, as comma-separated lists. Case, accents and punctuation do not count (`código` may be
 * written `codigo`); `*` stands for any letters (`*code` also ends a compound). Scripts without spaces are found
 * inside of other words.
 */
export type WordList = Readonly<Record<Meaning, string>>;
