import { test as base } from 'playwright-2fa';
import { whyNotInstalled } from './installed.ts';

/** Skips tests if their application is not installed, with the reason. Each project has the name of its application. */
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
