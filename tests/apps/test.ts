import { test as base } from 'playwright-2fa';
import { whyNotInstalled } from './installed.ts';

/** Skips the tests of an application that is not installed, and says why. Each project has the name of its application. */
export const test = base.extend<{ application: void }>({
  application: [
    async ({}, use, testInfo) => {
      const reason = whyNotInstalled(testInfo.project.name);
      testInfo.skip(reason !== undefined, reason);
      await use();
    },
    { auto: true },
  ],
});

export { expect } from 'playwright-2fa';
