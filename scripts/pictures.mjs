// @ts-check
// node scripts/pictures.mjs: runs tests/pictures with the HTML reporter, and takes screenshots of the report for README.md and of
// the web inbox for docs/inbox.md.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, playwright, setUp } from './setup.mjs';

const IMAGES = join(ROOT, 'docs', 'images');
const PICTURE = join(IMAGES, 'report.png');
const TEST = 'alice signs in';

const env = await setUp();
const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-pictures-'));
try {
  const args = ['--config=tests/pictures/playwright.config.ts'];
  const exitCode = playwright(args, {
    ...env,
    PLAYWRIGHT_HTML_OUTPUT_DIR: folder,
    PLAYWRIGHT_HTML_OPEN: 'never',
    PICTURES: IMAGES,
  });
  if (exitCode !== 0) throw new Error('The run to be pictured failed.');
  await takePicture(join(folder, 'index.html'));
  console.log(`${PICTURE}: ${Math.round(statSync(PICTURE).size / 1024)} KB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Opens the test of a report with the steps of its sign-in, and saves a screenshot.
 * @param {string} report
 */
async function takePicture(report) {
  const { chromium } = await import('@playwright/test');
  const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH ?? env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  const browser = await chromium.launch(executablePath ? { executablePath } : {});
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 560 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(report).href);
    await page.getByRole('link', { name: TEST }).first().click();
    const signIn = page.getByText('Sign in as alice').first();
    await signIn.click();
    await page.mouse.move(0, 0);
    mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
    await page.screenshot({ path: PICTURE, animations: 'disabled' });
  } finally {
    await browser.close();
  }
}
