import { labels } from '../../language/form/index.ts';
import { says } from '../../language/page/index.ts';
import { type FormControl, isTrap } from './form-field.ts';

const TERMS_NAME =
  /terms|agree|tos\b|polic(?:y|ies)|consent|privacy|gdpr|legal|accept|conditions|\brules\b|agb\b|cgu\b/i;
const MARKETING_NAME = /news|market|promo|offer|optin|opt[-_]in|subscri|updates|mailing|partner|survey|notif/i;
const SETTING_NAME = /show|remember|toggle|visib|public|stay|keep|hide/i;

export function isBox({ control }: FormControl): boolean {
  return control.is === 'option' && /^(?:checkbox|switch)$/.test(control.type);
}

/** True for a box without which a site creates no account. */
export function mustTick(one: FormControl): boolean {
  const { control, view } = one;
  if (control.disabled || control.checked || isTrap(one)) return false;
  const label = control.label || view.rowLabel || view.row;
  if (labels(label, 'setting') || says(label, 'staySignedIn', 'trust')) return false;
  if (view.required) return true;
  const isMarketing = labels(label, 'marketing') || says(label, 'newsletter') || MARKETING_NAME.test(control.names);
  if (isMarketing) return isTerms(control.names) && !MARKETING_NAME.test(control.names);
  if (labels(label, 'terms') || says(label, 'agree')) return !labels(label, 'optional');
  return label === '' && isTerms(control.names);
}

function isTerms(names: string): boolean {
  return TERMS_NAME.test(names) && !SETTING_NAME.test(names);
}

/** True for a box about the conditions of a site, ticked or not. */
export function isTermsBox({ control, view }: FormControl): boolean {
  const label = control.label || view.rowLabel || view.row;
  return labels(label, 'terms') || says(label, 'agree') || isTerms(control.names);
}
