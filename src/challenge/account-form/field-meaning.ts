import type { PersonalData } from '../../language/form/meaning.ts';

/** Meaning of a field of a sign-up form. */
export type FieldMeaning =
  | 'email'
  | 'username'
  | 'password'
  | 'password-confirm'
  /** Password that the account has already. A sign-up asks for none. */
  | 'current-password'
  | 'given-name'
  | 'family-name'
  | 'full-name'
  | 'phone'
  | 'birth-date'
  | 'birth-day'
  | 'birth-month'
  | 'birth-year'
  | PersonalData
  /** A field that must be filled, with something that the page alone knows. */
  | 'other-required';

/** Meanings that a label, a name or a token of `autocomplete` may give to a field. */
export type LabeledMeaning = Exclude<
  FieldMeaning,
  'password' | 'password-confirm' | 'current-password' | 'birth-day' | 'birth-month' | 'birth-year' | 'other-required'
>;

export const LABELED: readonly LabeledMeaning[] = [
  'email',
  'username',
  'given-name',
  'family-name',
  'full-name',
  'phone',
  'birth-date',
  'country',
  'street',
  'city',
  'postal-code',
  'region',
  'organization',
  'gender',
  'title',
  'website',
];

/** Tokens of `autocomplete`, see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill */
const AUTOCOMPLETE: Readonly<Record<string, LabeledMeaning | 'rest'>> = {
  email: 'email',
  username: 'username',
  nickname: 'username',
  'given-name': 'given-name',
  'family-name': 'family-name',
  name: 'full-name',
  tel: 'phone',
  'tel-national': 'phone',
  'tel-local': 'phone',
  'tel-country-code': 'phone',
  'tel-area-code': 'phone',
  bday: 'birth-date',
  country: 'country',
  'country-name': 'country',
  'street-address': 'street',
  'address-line1': 'street',
  'address-level2': 'city',
  'address-level1': 'region',
  'postal-code': 'postal-code',
  organization: 'organization',
  sex: 'gender',
  'honorific-prefix': 'title',
  url: 'website',
  'additional-name': 'rest',
  'address-line2': 'rest',
  'address-line3': 'rest',
  'honorific-suffix': 'rest',
  'organization-title': 'rest',
  'tel-extension': 'rest',
  language: 'rest',
};

/** Words in the names that developers give to fields. Words are in lower case, with a space between them. */
const NAMES: readonly (readonly [LabeledMeaning | 'rest', RegExp])[] = [
  [
    'rest',
    /\b(?:middle|additional|second) ?(?:name|initial)|\b(?:address|street) ?(?:line)? ?[2-9]\b|\b(?:apartment|apt|suite)\b|\btax|\bvat\b|\bfax\b|promo|coupon|referr|\bbio\b|\babout\b|job ?title|position|captcha|search|time ?zone|\blang(?:uage)?\b|locale|password ?hint|currency|\bcustom (?:field|value)\b/,
  ],
  ['given-name', /\b(?:first|given|fore) ?names?\b|\bfname\b|\bfirst$|\bvorname\b|\bprenom\b|\bnombres?\b/],
  [
    'family-name',
    /\b(?:last|family|sur) ?names?\b|\bsurname\b|\blname\b|\blast$|\bnachname\b|\bapellidos?\b|\bcognome\b|\bsobrenome\b/,
  ],
  [
    'username',
    /\b(?:user|login|screen|nick|member) ?(?:name|id)\b|\bhandle\b|\bnick\b|\blogin\b|\busername|\bxwikiname\b|^user$|\busr\b|\buid\b|\balias\b/,
  ],
  ['full-name', /\b(?:full|display|real|complete|contact|your|customer|person) ?name\b|\bfullname|^name$|\bname$/],
  ['email', /\be ?mails?\b|\bemail|\bmail\b|\bmail ?address\b|\bcorreo\b|\bcourriel\b/],
  [
    'phone',
    /\bphone|\bmobile?\b|\btel(?:ephone|efon|efono)?\b|\bcell\b|\bmsisdn\b|\bdial ?code|\bcalling ?code|\bcountry ?code\b|\bphone|phone$/,
  ],
  ['birth-date', /\bbirth|\bdob\b|\bbday\b|\bgeburt|\bnaissance|\bnacimiento|\bnascimento|birthday/],
  ['country', /\bcountry|\bland\b|\bpays\b|\bpais\b|\bnation\b/],
  ['street', /\bstreet|\baddress(?:es)?\b|\baddr\b|\bstrasse\b|\baddress ?(?:line)? ?1\b/],
  ['city', /\bcity\b|\btown\b|\blocality\b|\bstadt\b|\bville\b|\bciudad\b/],
  ['postal-code', /\bzip|\bpost(?:al)? ?code|\bpostal\b|\bpostcode|\bplz\b|\bpin ?code\b|\bcep\b/],
  ['region', /\bstate\b|\bprovince\b|\bregion\b|\bcounty\b|\bprefecture\b/],
  [
    'organization',
    /\bcompan(?:y|ies)|\borgani[sz]ation|\borg\b|\bbusiness|\bemployer\b|\btenant ?name\b|\bteam ?name\b|\bfirma\b|\bworkspace ?name\b|\bschool\b|\bworkspace\b/,
  ],
  ['gender', /\bgender\b|\bsex\b/],
  ['title', /^title\b|\bsalutation\b|\bhonorific|\bname ?prefix\b|^prefix$|\banrede\b|\bcivilite\b/],
  ['website', /\bwebsite\b|\bweb ?site\b|\bhomepage\b|\burl\b|\bsite ?url\b/],
];

/** Last part of a nested name: `name` of `user[name]` and of `user.name`. */
const LEAF = /[[.]([\w-]*[a-z][\w-]*)\]?(?:\[\])?$/i;

/** Returns the meaning of a value of `autocomplete`. */
export function autocompleteMeaning(autocomplete: string): LabeledMeaning | 'rest' | undefined {
  const token = autocomplete.split(' ').findLast((one) => one in AUTOCOMPLETE);
  return token === undefined ? undefined : AUTOCOMPLETE[token];
}

/** Returns the meanings of the names of a field, such as its `name` and its `id`. */
export function nameMeanings(names: string): ReadonlySet<LabeledMeaning | 'rest'> {
  const all = names.split(' ').filter(Boolean);
  // A framework makes the id of `user[name]` from it: `user_name`.
  const nested = all.filter((name) => LEAF.test(name));
  const words = (nested.length > 0 ? nested : all).map(wordsOf);
  return new Set(words.flatMap((text) => meaningsOfName(text)));
}

/** The first meanings of a name: `user_emails_0_email` is an address. */
function meaningsOfName(text: string): (LabeledMeaning | 'rest')[] {
  const found = NAMES.filter(([, pattern]) => pattern.test(text)).map(([meaning]) => meaning);
  if (found.includes('rest')) return ['rest'];
  // "email address" is not a street, "company name" not a person, and "country code" belongs to a number.
  if (found.includes('email')) return ['email'];
  if (found.length > 1)
    return found.filter((one) => one !== 'full-name' && !(one === 'country' && found.includes('phone')));
  return found;
}

/** Returns the words of a name in code, in lower case: `billing[firstName]` is `first name`. */
export function wordsOf(name: string): string {
  const leaf = LEAF.exec(name)?.[1] ?? name;
  return leaf
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+|_+/gu, ' ')
    .toLowerCase()
    .trim();
}
