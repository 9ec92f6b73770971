import type { Locator, Page } from '@playwright/test';
import { locatorAt } from '../core/placed-elements.ts';
import { IDENTITY_PROVIDER } from '../challenge/control.ts';
import { PageSnapshot, isControl } from '../challenge/page-snapshot.ts';
import { readFrames } from '../challenge/page/readable-frame.ts';
import { sessionSigns } from '../challenge/session-sign.ts';
import { labels } from '../language/form/index.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Finds the link, the tab or the button that leads to the sign-up: "Create an account", "Sign up with e-mail". */
export async function findSignUpLink(page: Page): Promise<{ label: string; locator: Locator } | undefined> {
  const frames = await readFrames(page);
  const snapshot = new PageSnapshot(frames.map(({ view }) => view));
  const controls = snapshot.all.filter(isControl);
  if (sessionSigns(snapshot).length > 0) return undefined;
  // A button of a form sends that form.
  const forms = new Set(controls.filter(({ is }) => is === 'field').map(({ form }) => form));
  const found = controls.find(
    ({ is, type, form, label, disabled, selfLink }) =>
      (is === 'link' || (is === 'button' && !(type === 'submit' && forms.has(form)))) &&
      !disabled &&
      !selfLink &&
      !labels(label, 'administration') &&
      isNamed(label, 'signUp') &&
      !says(label, 'newsletter', 'reset', 'passkey') &&
      !IDENTITY_PROVIDER.test(label),
  );
  return found && { label: found.label, locator: locatorAt(frames[found.frame]!.frame, found.path) };
}
