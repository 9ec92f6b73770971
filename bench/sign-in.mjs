/**
 * Compares `persona.signIn(page, url)` with a hand-written sign-in for the same site. Both run alternately against a
 * better-auth server in one browser.
 *
 *     npx tsc -p . && node bench/sign-in.mjs [--rounds 20] [--json]
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { openPersona } from '../build/src/index.js';
import { encodeBase32 } from '../build/src/otp/seed.js';
import { betterAuth } from './lib/better-auth.mjs';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { temporaryDirectory } from './lib/process.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets } from './lib/report.mjs';
import { start } from './lib/servers.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const ROUNDS = Number(options.rounds);

/** Each persona signs in once, so that none waits for its next TOTP step. */
const PERSONAS = Object.fromEntries(
  Array.from({ length: 2 * (ROUNDS + 1) }, (_, index) => [
    `user${index}`,
    {
      email: `user${index}@acme.test`,
      password: `Correct-Horse-${4711 + index}`,
      totp: encodeBase32(Buffer.from(`authenticator-of-${String(index).padStart(4, '0')}`)),
    },
  ]),
);

const METHODS = {
  'password and authenticator': {
    url: '/login',
    open: (index) => ({ name: `user${index}` }),
    async byHand(page, persona) {
      await page.goto('/login');
      await page.getByLabel('Email').fill(persona.username);
      await persona.fillPassword(page.getByLabel('Password'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await persona.totp.fillCode(page.getByLabel('Authentication code'));
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByTestId('who').waitFor();
    },
  },
  'a mailed code': {
    url: '/email-code',
    open: () => ({ name: undefined }),
    async byHand(page, persona) {
      await page.goto('/email-code');
      await page.getByLabel('Email').fill(persona.email);
      await page.getByRole('button', { name: 'Send code' }).click();
      await persona.inbox.fillCode(page.getByLabel('Code', { exact: true }));
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByTestId('who').waitFor();
    },
  },
};

const others = hasProc ? watchOthers() : undefined;
const sink = await start('ours');
const site = await betterAuth({ smtpPort: sink.port, smsUrl: sink.http, personas: PERSONAS });
const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
const folder = temporaryDirectory();
const rows = [];
for (const [what, way] of Object.entries(METHODS)) {
  const times = { 'by hand': [], signIn: [] };
  // The first round is a warm-up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [place, name] of (round % 2 ? ['by hand', 'signIn'] : ['signIn', 'by hand']).entries()) {
      const took = await once(way, name, 2 * round + place);
      if (round > 0) times[name].push(took);
    }
  }
  rows.push({ what, byHand: median(times['by hand']), signIn: median(times.signIn) });
}
await browser.close();
await site.stop();
await sink.stop();

const targets = judge(
  rows.map(({ what, byHand, signIn }) => ({ what: `${what}: x by hand`, most: 1.2, of: () => signIn / byHand })),
);
const report = { machine: machine(others?.()), rows, targets };
if (options.json) printJson(report);
else {
  printTable(
    'A sign-in, in milliseconds',
    ['', 'by hand', 'persona.signIn'],
    rows.map(({ what, byHand, signIn }) => [what, byHand, signIn]),
  );
  printTargets(targets);
  printMachine(report.machine, `medians of ${ROUNDS}`);
}
if (targets.some(({ met }) => met === false)) process.exitCode = 1;

async function once({ url, open, byHand }, name, index) {
  const persona = await openPersona(open(index).name, { personas: personasOf(site.url), folder, sinkUrl: sink.http });
  const context = await browser.newContext({ baseURL: site.url });
  const page = await context.newPage();
  const startedAt = performance.now();
  if (name === 'signIn') await persona.signIn(page, url);
  else await byHand(page, persona);
  const took = performance.now() - startedAt;
  if (!(await page.getByTestId('who').isVisible())) throw new Error(`Not signed in: ${page.url()}`);
  await context.close();
  await persona.close();
  return took;
}

/** Returns the personas with the URL of the site, the only origin that receives their secrets. */
function personasOf(url) {
  return Object.fromEntries(Object.entries(PERSONAS).map(([name, persona]) => [name, { ...persona, url }]));
}
