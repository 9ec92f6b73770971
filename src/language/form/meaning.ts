import type { WordTable } from '../word-table.ts';

/** Data about a person that labels and fields name alike. */
export type PersonalData =
  | 'country'
  | 'street'
  | 'city'
  | 'postal-code'
  | 'region'
  | 'organization'
  | 'gender'
  | 'title'
  | 'website';

/** Subject of a label of a sign-up form. */
export type FormMeaning =
  | 'given-name'
  | 'family-name'
  /** Full name, or display name. */
  | 'full-name'
  | 'username'
  | 'email'
  | 'password'
  | 'phone'
  | 'birth-date'
  | 'day'
  | 'month'
  | 'year'
  | PersonalData
  /** Consent that a site asks of everybody: terms, privacy, age. */
  | 'terms'
  /** Messages that nobody needs: newsletter, offers. */
  | 'marketing'
  /** Second field for the same value. */
  | 'repeat'
  /** Field that a person must not fill. */
  | 'leave-empty'
  /** Mark of a field that may stay empty. */
  | 'optional'
  /** Mark of a field that must be filled. */
  | 'required'
  /** A name or an address line that few people have. */
  | 'rest'
  /** Code that only a person can have: an invitation, the characters of a picture. */
  | 'unanswerable'
  /** Box that only changes how the form works: show the password, stay signed in. */
  | 'setting'
  /** Message to the owner of a site. */
  | 'message'
  /** Button that stores what somebody has already. */
  | 'save'
  /** Account of somebody else, or the rights of one. */
  | 'administration'
  /** Text of a list in which nothing is chosen. */
  | 'choose'
  /** Language of the site, or of its user. */
  | 'language';

export type FormWords = WordTable<FormMeaning>;
