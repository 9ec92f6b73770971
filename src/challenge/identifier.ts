import type { ControlView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** Kind of identifier that a field takes. */
export type IdentifierKind = 'email' | 'phone' | 'username';

/** Returns the kind of identifier that a field takes; `username` if it takes several kinds, or does not say. */
export function identifierKind({ type, autocomplete, label, placeholder, names }: ControlView): IdentifierKind {
  if (type === 'email') return 'email';
  const caption = `${label} ${placeholder}`;
  const isPhone = says(caption, 'sms') || /phone|mobile/i.test(names) || autocomplete.startsWith('tel');
  const isEmail = says(caption, 'email') || /e-?mail/i.test(names) || autocomplete === 'email';
  const isName = /user|login/i.test(names) || autocomplete.includes('username');
  if (type === 'tel' || (isPhone && !isEmail && !isName)) return 'phone';
  return isEmail && !isPhone && !isName ? 'email' : 'username';
}
