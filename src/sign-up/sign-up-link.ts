import type { Locator, Page } from '@playwright/test';
import { locatorAt } from '../core/placed-elements.ts';
import { IDENTITY_PROVIDER } from '../challenge/control.ts';
import { PageSnapshot, isControl } from '../challenge/page-snapshot.ts';
import { readFrames } from '../challenge/page/readable-frame.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Finds the link, the tab or the button that leads to the sign-up: "Create an account", "Sign up with e-mail". */
export async function findSignUpLink(page: Page): Promise<{ label: string; locator: Locator } | undefined> {
  const frames = await readFrames(page);
  const snapshot = new PageSnapshot(frames.map(({ view }) => view));
  const controls = snapshot.all.filter(isControl);
  const found = controls.find(
    ({ is, label, disabled, selfLink }) =>
      (is === 'button' || is === 'link') &&
      !disabled &&
      !selfLink &&
      isNamed(label, 'signUp') &&
      !says(label, 'newsletter', 'reset', 'passkey') &&
      !IDENTITY_PROVIDER.test(label),
  );
  return found && { label: found.label, locator: locatorAt(frames[found.frame]!.frame, found.path) };
}
