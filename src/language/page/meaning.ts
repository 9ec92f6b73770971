import type { WordTable } from '../word-table.ts';

/** The meanings of the words on a page. */
export type Meaning =
  /** Name of a one-time code. */
  | 'code'
  /** Name of a field for something else: coupon, postcode, card, birthday, search. */
  | 'notCode'
  /** Authenticator app. */
  | 'app'
  /** Counter-based one-time password (HOTP). */
  | 'counter'
  | 'sms'
  | 'email'
  | 'recovery'
  | 'passkey'
  /** Link that signs in. */
  | 'link'
  /** "Check your inbox". */
  | 'inbox'
  /** Statement that something was sent. */
  | 'sent'
  /** Button that sends a code or a link. */
  | 'send'
  /** Button that sends it again. */
  | 'resend'
  /** Adverb: something is done again. */
  | 'again'
  | 'otherWay'
  /** Statement that the input was refused. */
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
  /** "No", which may mean "not now". */
  | 'no'
  /** Question or option to stay signed in. */
  | 'staySignedIn'
  /** Button that only goes on to the next page. */
  | 'goOn'
  /** Statement that the sign-in succeeded. */
  | 'signedIn'
  /** Statement of who is signed in. */
  | 'signedInAs'
  /** Account menu, which only a signed-in page has. */
  | 'accountMenu'
  | 'captcha'
  /** Enrollment of a factor. */
  | 'enrol'
  | 'choose'
  /** Request to prove an identity. */
  | 'verify'
  /** "Forgot your password?" */
  | 'reset'
  | 'newsletter'
  | 'cookies'
  | 'reject'
  | 'accept'
  /** Button that submits a form. */
  | 'next'
  /** Button of a settings page. */
  | 'manage'
  /** Step that only a person can do: approve in an app, take a call. */
  | 'person'
  | 'shop'
  /** Notice that the page is still loading. */
  | 'loading'
  /** Notice that this tab may be closed, or that the sign-in goes on in another one. */
  | 'otherTab'
  /** Terms, permissions or other sessions that the user has to agree to. */
  | 'agree'
  /** Button that agrees. */
  | 'allow'
  /** Button that refuses to agree. */
  | 'deny'
  /** Choice of an account, an organization or a tenant. */
  | 'pickAccount'
  /** Memorable word of a bank. */
  | 'memorable'
  /** Statement that nobody may go on yet: a review, maintenance, an error of the server, a limit, no access. */
  | 'wall';

/** Words of one family of languages. The words of walls have a table of their own. */
export type PageWords = WordTable<Exclude<Meaning, 'wall'>>;
