import { LIST_BOX } from '../challenge/account-form/list-boxes.ts';
import { labels } from '../language/form/index.ts';
import { says } from '../language/page/index.ts';
import type { LocatedField, LocatedForm } from '../challenge/page/look-at-sign-up.ts';
import type { FieldProblem } from './errors.ts';

/** A form that was sent, as it was before. */
export interface SentForm {
  readonly key: string;
  /** Text around each field, by its selector. */
  readonly rows: ReadonlyMap<string, string>;
  readonly documents: number;
  readonly sentCount: number;
}

/** Returns a key that is equal for readings of the same form. */
export function formKey({ fields }: LocatedForm): string {
  // A list box without a label loses its meaning when it shows a choice.
  const lasting = fields.filter(({ controls }) => controls[0]!.type !== LIST_BOX);
  const key = lasting.map(({ meaning, controls }) => `${meaning} ${controls[0]!.path}`).join(', ');
  return key || fields.map(({ controls }) => controls[0]!.path).join(', ');
}

/** Returns the text around each field. */
export function rowsOf({ fields }: LocatedForm): ReadonlyMap<string, string> {
  return new Map(fields.map(({ controls, view }) => [controls[0]!.path, view.row]));
}

/** Finds the fields that the site, or the browser, complains about: what their rows say that they did not say before. */
export function problemsOf(form: LocatedForm, before: ReadonlyMap<string, string>): FieldProblem[] {
  return form.fields.flatMap((field) => {
    const { view, controls } = field;
    if (view.problem) return [{ field, text: view.problem }];
    const text = newText(before.get(controls[0]!.path) ?? view.row, view.row);
    if (text !== '') return [{ field, text }];
    return controls[0]!.invalid && controls[0]!.description ? [{ field, text: controls[0]!.description }] : [];
  });
}

/** Returns the text that was added to an earlier one. A mark or a counter is not a complaint. */
function newText(before: string, now: string): string {
  if (now === before) return '';
  let start = 0;
  while (start < before.length && before[start] === now[start]) start++;
  const rest = before.slice(start);
  const added = rest !== '' && now.endsWith(rest) ? now.slice(start, now.length - rest.length) : now.slice(start);
  const text = added.trim();
  return /\p{L}{2}/u.test(text) && text.length >= 8 ? text : '';
}

/** Part of a form for which another value may be accepted. */
export type Replaceable = 'username' | 'password';

/** Returns the parts that a refusal is about, and for which the persona can choose another value. Empty if it cannot help. */
export function replaceable(
  form: LocatedForm,
  problems: readonly FieldProblem[],
  words: string | undefined,
): Replaceable[] {
  const has = (meaning: LocatedField['meaning']): boolean => form.fields.some((field) => field.meaning === meaning);
  const found = new Set<Replaceable>();
  for (const { field, text } of problems) {
    // A site may tell of a name that is taken below the address.
    if (field.meaning === 'username') found.add('username');
    else if (field.meaning === 'password' || field.meaning === 'password-confirm') found.add('password');
    else if (has('username') && namesUsername(text)) found.add('username');
    else return [];
  }
  if (problems.length > 0 || words === undefined) return [...found];
  if (has('username') && namesUsername(words)) found.add('username');
  else if (has('password') && (says(words, 'password') || labels(words, 'password'))) found.add('password');
  return [...found];
}

function namesUsername(text: string): boolean {
  return labels(text, 'username') || /user ?name/i.test(text);
}
