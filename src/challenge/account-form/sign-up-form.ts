import { findCaptcha } from '../captcha.ts';
import { says } from '../../language/page/index.ts';
import { type PageSnapshot, isControl, isSiteFrame } from '../page-snapshot.ts';
import type { FormControlView } from '../page/form-control.ts';
import type { ControlView, ItemView } from '../page/view.ts';
import { fieldsOf } from './field-list.ts';
import { type FormControl, type FormField, isTrap } from './form-field.ts';
import { isBox, mustTick } from './form-box.ts';
import { findButton } from './sign-up-button.ts';
import { type SignUpSign, signUpSigns } from './sign-up-signs.ts';

/** A form that creates an account. */
export interface SignUpForm {
  readonly fields: readonly FormField[];
  /** Boxes that must be ticked. */
  readonly boxes: readonly FormControl[];
  /** Boxes that may stay as they are. */
  readonly otherBoxes: readonly FormControl[];
  readonly button: ControlView | undefined;
  /** A captcha that a person has to solve. */
  readonly captcha: 'puzzle' | 'box' | undefined;
  readonly score: number;
  readonly signs: readonly SignUpSign[];
}

/** Score from which a form is a sign-up. */
const SIGNS_UP = 3;
/** Score from which a form is a further step of a sign-up that has begun. */
const GOES_ON = 0;

export interface SignUpStage {
  /** True if a form of the sign-up was accepted, and this may be its next step. @default false */
  readonly isContinued?: boolean;
}

/** Finds the form of a page that creates an account. */
export function findSignUp(
  snapshot: PageSnapshot,
  views: ReadonlyMap<string, FormControlView>,
  { isContinued = false }: SignUpStage = {},
): SignUpForm | undefined {
  const forms = candidates(snapshot, views);
  const [best] = forms.toSorted((a, b) => b.score - a.score);
  return best && best.score >= (isContinued ? GOES_ON : SIGNS_UP) ? best : undefined;
}

/** Returns every form of a page, as if it created an account. */
function candidates(snapshot: PageSnapshot, views: ReadonlyMap<string, FormControlView>): SignUpForm[] {
  return groupsOf(snapshot, views).flatMap((group) => formOf(snapshot, group, views) ?? []);
}

function formOf(
  snapshot: PageSnapshot,
  controls: readonly FormControl[],
  views: ReadonlyMap<string, FormControlView>,
): SignUpForm | undefined {
  const fields = fieldsOf(controls);
  const boxes = controls.filter((one) => isBox(one) && mustTick(one));
  const otherBoxes = controls.filter((one) => isBox(one) && !boxes.includes(one) && !isTrap(one));
  const known = fields.filter(({ meaning }) => meaning !== 'other-required');
  if (known.length === 0 && boxes.length === 0) return undefined;
  const { control: first, view } = controls[0]!;
  const last =
    controls.findLast(({ control }) => fields.some((field) => field.controls.includes(control)))?.control ??
    controls.at(-1)!.control;
  const own = snapshot.controls.filter((control) => belongsTo(control, first, view, views));
  const button = findButton(snapshot, own, last);
  const heading = headingOf(snapshot, controls);
  const { score, signs } = signUpSigns(snapshot, { form: first.form, heading, button, controls, fields });
  return { fields, boxes, otherBoxes, button, captcha: findCaptcha(snapshot), score, signs };
}

function belongsTo(
  control: ControlView,
  first: ControlView,
  { owner }: FormControlView,
  views: ReadonlyMap<string, FormControlView>,
): boolean {
  if (control.frame !== first.frame) return false;
  if (owner !== '') {
    const own = views.get(control.path)?.owner;
    return own === owner || (own === undefined && control.form === first.form);
  }
  return control.form === first.form;
}

function headingOf(snapshot: PageSnapshot, controls: readonly FormControl[]): string {
  const start = snapshot.items.indexOf(controls[0]!.control);
  const before = snapshot.items.slice(0, start).filter((item) => item.is === 'text' && item.heading);
  const found = before.findLast((item) => !isSiteFrame(item)) ?? before.findLast(({ region }) => region === 'header');
  return found?.is === 'text' ? found.text : '';
}

/** Controls that belong together: those of a form; without a form, those between two headings. Forms that share a button are one. */
function groupsOf(snapshot: PageSnapshot, views: ReadonlyMap<string, FormControlView>): FormControl[][] {
  const groups = new Map<string, FormControl[]>();
  let section = 0;
  for (const item of snapshot.items) {
    if (isDivider(item)) section++;
    if (!isControl(item) || (item.is !== 'field' && item.is !== 'option')) continue;
    const view = views.get(item.path);
    if (!view) continue;
    const key =
      view.owner !== ''
        ? `${item.frame} ${view.owner}`
        : item.form >= 0
          ? `form ${item.form}`
          : `${item.form} ${section}`;
    groups.set(key, [...(groups.get(key) ?? []), { control: item, view }]);
  }
  return joined(snapshot, [...groups.values()], views);
}

/** True for a heading that begins another form. */
function isDivider(item: ItemView): boolean {
  return item.is === 'text' && item.heading && says(item.text, 'signIn', 'signUp', 'newsletter', 'reset');
}

/** Joins forms without a button with the one behind them. */
function joined(
  snapshot: PageSnapshot,
  groups: readonly FormControl[][],
  views: ReadonlyMap<string, FormControlView>,
): FormControl[][] {
  const result: FormControl[][] = [];
  let open: FormControl[] = [];
  for (const group of groups) {
    const { control: first, view } = group[0]!;
    const hasButton = snapshot.controls.some(
      (control) => control.is === 'button' && belongsTo(control, first, view, views) && control.opens === '',
    );
    const isLoose = first.form >= 0 && !hasButton;
    if (isLoose) open.push(...group);
    else {
      if (open.length > 0) result.push(open);
      open = [];
      result.push(group);
    }
  }
  if (open.length > 0) result.push(open);
  return result;
}
