// A job that does one thing as a persona, in a process of its own that a test may kill. It runs the built package.
import { chromium } from '@playwright/test';
import { openPersona } from 'playwright-2fa/library';

const { folder, sinkUrl, site, name, email, work, browser: executablePath, flags } = JSON.parse(process.argv[2]);
/** The persona begins with an address only. What it learns is in the vault. */
const personas = { [name]: { email, origins: [site] } };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const browser = await chromium.launch({ args: flags, ...(executablePath ? { executablePath } : {}) });
const persona = await openPersona(name, { folder, sinkUrl, personas, logger: quiet });
try {
  const page = await browser.newPage();
  /** Tells the test that the persona begins to change its account. */
  const begin = () => process.send?.('begins');
  if (work === 'sign up') {
    begin();
    await persona.signUp(page, `${site}/sign-up`);
  } else {
    await persona.signIn(page, `${site}/login`);
    begin();
    if (work === 'enroll') await persona.enroll(page, 'totp', { url: `${site}/security` });
    if (work === 'change the password') await persona.changePassword(page, `${site}/password`);
  }
  process.send?.({
    signedInAs: await page
      .getByText('Signed in as')
      .textContent()
      .catch(() => undefined),
  });
} catch (error) {
  process.send?.({ code: error.code ?? 'none', reason: String(error.message).slice(0, 2000) });
} finally {
  await persona.close();
  await browser.close();
  process.disconnect?.();
}
