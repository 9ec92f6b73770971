import type { SeenControl } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** What a field wants to know of who signs in. */
export type IdentifierKind = 'email' | 'phone' | 'username';

/** What a field for an identity takes; `username` where it takes any, or does not say. */
export function identifierKind({ type, autocomplete, label, placeholder, names }: SeenControl): IdentifierKind {
  if (type === 'email') return 'email';
  const own = `${label} ${placeholder}`;
  const isPhone = says(own, 'sms') || /phone|mobile/i.test(names) || autocomplete.startsWith('tel');
  const isEmail = says(own, 'email') || /e-?mail/i.test(names) || autocomplete === 'email';
  const isName = /user|login/i.test(names) || autocomplete.includes('username');
  if (type === 'tel' || (isPhone && !isEmail && !isName)) return 'phone';
  return isEmail && !isPhone && !isName ? 'email' : 'username';
}
