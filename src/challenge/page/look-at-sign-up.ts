import type { Locator, Page } from '@playwright/test';
import { locatorAt } from '../../core/placed-elements.ts';
import { PageSnapshot } from '../page-snapshot.ts';
import type { FormControl, FormField } from '../account-form/form-field.ts';
import { withListBoxes } from '../account-form/list-boxes.ts';
import { type SignUpForm, type SignUpStage, findSignUp } from '../account-form/sign-up-form.ts';
import { controlsOf } from './read-form-controls.ts';
import { type ReadableFrame, readFrames } from './readable-frame.ts';
import type { ControlView } from './view.ts';

/** A field of a sign-up form, with a locator for each of its controls. */
export interface LocatedField extends FormField {
  readonly locators: readonly Locator[];
}

/** A box of a sign-up form. */
export interface LocatedBox {
  readonly label: string;
  readonly locator: Locator;
}

/** A sign-up form, with locators of the elements to use. */
export interface LocatedForm extends Omit<SignUpForm, 'fields' | 'boxes' | 'otherBoxes' | 'button'> {
  readonly fields: readonly LocatedField[];
  readonly boxes: readonly LocatedBox[];
  readonly otherBoxes: readonly LocatedBox[];
  readonly button: { readonly label: string; readonly locator: Locator } | undefined;
}

/** Reads the form of a page that creates an account, without changing the page. Undefined if there is none. */
export async function lookAtSignUp(page: Page, options: SignUpStage = {}): Promise<LocatedForm | undefined> {
  const frames = await readFrames(page);
  const views = await Promise.all(frames.map(async ({ frame, view }) => ({ view, controls: await controlsOf(frame) })));
  const snapshot = new PageSnapshot(views.map(({ view, controls }) => withListBoxes(view, controls)));
  const all = new Map(views.flatMap(({ controls }) => [...controls]));
  const form = findSignUp(snapshot, all, options);
  return form && located(form, frames);
}

function located(form: SignUpForm, frames: readonly ReadableFrame[]): LocatedForm {
  const locate = (control: ControlView): Locator => locatorAt(frames[control.frame]!.frame, control.path);
  const box = ({ control, view }: FormControl): LocatedBox => ({
    label: control.label || view.rowLabel || view.row,
    locator: locate(control),
  });
  return {
    ...form,
    fields: form.fields.map((field) => ({ ...field, locators: field.controls.map(locate) })),
    boxes: form.boxes.map(box),
    otherBoxes: form.otherBoxes.map(box),
    button: form.button && { label: form.button.label, locator: locate(form.button) },
  };
}
