import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';

export { expect } from '@playwright/test';

/** Tests with a separate folder, which is removed after the test. */
export const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => await withTempFolder(use),
});

export async function withTempFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'playwright-2fa-'));
  await use(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }); // a ledger may still be removing files
}
