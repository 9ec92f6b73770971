// A job that uses a session whose tokens work once, for tests that kill it. It runs the installed package.
import { chromium } from '@playwright/test';
import { openPersona } from 'playwright-2fa/library';

const [site = '', folder = '', launchOptions = ''] = process.argv.slice(2);
const alice = { email: 'alice@acme.test', password: 'Correct-Horse-4711', url: `${site}/login` };
const persona = await openPersona('alice', { folder, personas: { alice }, sinkUrl: 'http://127.0.0.1:1' });
const session = await persona.openSession(`${site}/account`, {
  rotate: true,
  launch: () => chromium.launch(JSON.parse(launchOptions)),
});
for (;;) {
  const { status } = await session.fetch('/api/orders');
  process.send?.({ status });
}
