/**
 * Compares a suite whose tests each sign in with the same suite with a profile, on two workers. Also measures the time
 * that a test takes to restore and probe a session. `npm run bench:profile [-- --quick] [--json]`
 *
 * The site is better-auth on the loopback interface, with sign-in by password. Real sites take longer.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from '@playwright/test';
import { openSession } from '../build/fixtures/open-session.js';
import { openLedger } from '../build/src/ledger/open.js';
import { openProfiles } from '../build/src/profile/store/open.js';
import { openSealing } from '../build/src/vault/sealing.js';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { installPackage, projectsFolder, runPlaywright, writeProject } from './lib/projects.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets, quantile } from './lib/report.mjs';

const TESTS = process.argv.includes('--quick') ? 20 : 100;
const RESTORES = 200;
const USER = { email: 'bench@acme.test', password: 'Battery-Staple-4716' };
const SERVER = fileURLToPath(new URL('../tests/apps/better-auth/server.mjs', import.meta.url));
/** A key that only the benchmark uses. */
const KEY = 'AGE-SECRET-KEY-1M2Y76PRYJFCXTDHP8SWXP6KDGCE5UCAMKWVJREVKWK8K67MGGGJQEJZC80';

const others = hasProc ? watchOthers() : () => undefined;
const site = await startSite();
const directory = projectsFolder();
try {
  const suites = { with: await runSuite('with', true), without: await runSuite('without', false) };
  const restores = await measureRestores();
  const targets = judge([
    { what: 'restore and probe, median in ms', most: 30, of: () => restores.p50 },
    { what: `sign-ins of ${TESTS} tests with a profile`, most: 1, of: () => suites.with.signIns },
  ]);
  const report = { machine: machine(others()), tests: TESTS, suites, restores, targets };
  if (process.argv.includes('--json')) printJson(report);
  else print(report);
} finally {
  site.process.kill('SIGKILL');
}

async function startSite() {
  const env = { ...process.env, PORT: '0', SEED_USERS: JSON.stringify([USER]) };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout) {
    const [, url] = /ready url=(\S+)/.exec(String(chunk)) ?? [];
    if (url) return { process: child, url };
  }
  throw new Error('better-auth did not start.');
}

async function signIns() {
  const stats = await (await fetch(`${site.url}/stats`)).json();
  return stats.signIns[USER.email] ?? 0;
}

async function runSuite(name, hasProfile) {
  const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  const use = {
    baseURL: site.url,
    launchOptions: executablePath ? { executablePath } : {},
    ...(hasProfile ? { profileName: 'bench' } : { personaName: 'bench' }),
  };
  const options = { smtpPort: 0, httpPort: 0, personas: { bench: USER } };
  const config = { testDir: 'tests', fullyParallel: true, workers: 2, reporter: 'dot', use };
  const profiles = `{ bench: { probe: '/', signIn: ({ page, persona }) => signIn(page, persona) } }`;
  const folder = writeProject(directory, name, {
    'sign-in.ts': `
export async function signIn(page, persona) {
  await page.goto('/login');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByTestId('who').waitFor();
}`,
    'playwright.config.ts': `
import { defineConfig } from '@playwright/test';
import { withTwoFactor } from 'playwright-2fa';
import { signIn } from './sign-in.ts';
export default withTwoFactor(defineConfig(${JSON.stringify(config)}), { ...${JSON.stringify(options)}, profiles: ${profiles} });
`,
    'tests/suite.spec.ts': `
import { expect, test } from 'playwright-2fa';
import { signIn } from '../sign-in.ts';
for (let number = 0; number < ${TESTS}; number++) {
  test('page ' + number, async ({ page${hasProfile ? '' : ', persona'} }) => {
    ${hasProfile ? "await page.goto('/');" : 'await signIn(page, persona);'}
    await expect(page.getByTestId('who')).toBeVisible();
  });
}
`,
  });
  installPackage(folder);
  const before = await signIns();
  const seconds = await runPlaywright(folder, { PWTEST_CACHE_DIR: join(directory, 'cache') });
  return { seconds, signIns: (await signIns()) - before };
}

/** Measures the work before each test with a profile: reading and decrypting it, and probing the site. */
async function measureRestores() {
  const folder = join(directory, 'restores');
  const ledger = await openLedger({ folder: join(folder, 'ledger') });
  const options = {
    name: 'bench',
    settings: { profiles: { bench: { probe: '/' } } },
    ledger,
    ...openProfiles({
      ledger,
      isShared: false,
      folder,
      sealing: () => openSealing({ folder: join(folder, 'vault'), env: { PLAYWRIGHT_2FA_KEY: KEY } }),
    }),
    apiRequest: request,
    browser: () => undefined,
    contextOptions: { baseURL: site.url },
    owner: 'the benchmark',
  };
  const state = await signInByRequest();
  await options.store.write('bench', { id: '1', savedAt: new Date().toISOString(), storageState: state }, undefined);
  const times = [];
  for (let turn = 0; turn < RESTORES; turn++) {
    const session = openSession(options);
    const begun = performance.now();
    await session.begin();
    times.push(performance.now() - begun);
    await session.end();
  }
  await ledger.close();
  return { p50: median(times), p95: quantile(times, 0.95), first: times[0] };
}

async function signInByRequest() {
  const context = await request.newContext({ baseURL: site.url });
  await context.post('/api/auth/sign-in/email', { data: USER, headers: { origin: site.url } });
  const state = await context.storageState();
  await context.dispose();
  return state;
}

function print({ machine, tests, suites, restores, targets }) {
  printMachine(machine, `${tests} tests on 2 workers`);
  printTable(
    'The suite',
    ['', 'sign-ins', 'seconds'],
    [
      ['a sign-in in each test', suites.without.signIns, suites.without.seconds],
      ['a profile', suites.with.signIns, suites.with.seconds],
    ],
  );
  printTable(
    'Restoring and probing, in milliseconds',
    ['p50', 'p95', 'the first'],
    [[restores.p50.toFixed(1), restores.p95, restores.first]],
  );
  printTargets(targets);
}
