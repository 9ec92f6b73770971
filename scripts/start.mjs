// @ts-check
// npm start: installs what is missing, then signs up and in at a real auth server with every factor, and says how it
// went. Arguments go to Playwright: npm start -- --headed
import { join } from 'node:path';
import { ROOT, playwright, setUp } from './setup.mjs';

const reporters = ['list', 'html', './tests/support/factor-summary.ts'];
const env = { ...(await setUp()), PLAYWRIGHT_HTML_OPEN: 'never' };
process.exitCode = playwright(
  ['--project=better-auth', `--reporter=${reporters.join(',')}`, ...process.argv.slice(2)],
  env,
);
console.log(`\nReport: ${join(ROOT, 'playwright-report', 'index.html')} (npx playwright show-report)`);
