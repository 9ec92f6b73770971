/**
 * Compares a request of `persona.openSession()` with a page that a browser opens with the same cookies, in one run.
 * `npm run bench:session [-- --quick] [--json]`
 *
 * Both wait for the same page of the same site on the loopback interface. The browser is open already, and its context is
 * new for each page, as a job has it that needs a page now and then.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { openPersona } from '../dist/library.js';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets, quantile } from './lib/report.mjs';

const PAGES = process.argv.includes('--quick') ? 20 : 100;
/** Requests for each page. */
const REQUESTS = 20;
/** Jobs that open the saved session. */
const OPENED = 20;
const FORM = `<h1>Sign in</h1><form method="post" action="/login"><label>Email <input name="email" type="email"></label>
  <label>Password <input name="password" type="password"></label><button>Sign in</button></form>`;
const PAGE = `<title>Account</title><h1>Account</h1>${'<p>Three loaves, every morning.</p>'.repeat(200)}<a href="/logout">Sign out</a>`;

const others = hasProc ? watchOthers() : () => undefined;
const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-bench-'));
const server = await startSite();
const { PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: executablePath } = process.env;
const launch = () => chromium.launch(executablePath ? { executablePath } : {});
const browser = await launch();
try {
  const times = await measure(`http://127.0.0.1:${server.address().port}`);
  const ratio = median(times.page) / median(times.request);
  const targets = judge([{ what: 'time of a page, in times of a request', least: 50, of: () => ratio }]);
  const report = { machine: machine(others()), pages: PAGES, ratio, times: summaries(times), targets };
  if (process.argv.includes('--json')) printJson(report);
  else print(report);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

async function startSite() {
  const site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.method === 'POST') {
      response.setHeader('set-cookie', 'sid=the-session-of-the-benchmark; HttpOnly; Path=/; Max-Age=3600');
      return response.writeHead(303, { location: '/account' }).end();
    }
    if (request.url === '/login') return response.end(FORM);
    if (!request.headers.cookie?.includes('sid=')) return response.writeHead(303, { location: '/login' }).end();
    response.end(PAGE);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return site;
}

async function measure(url) {
  const bench = { email: 'bench@acme.test', password: 'Battery-Staple-4716', url: `${url}/login` };
  const options = { folder, personas: { bench }, sinkUrl: 'http://127.0.0.1:1' };
  const persona = await openPersona('bench', options);
  try {
    return await measureAs(persona, url);
  } finally {
    await persona.close();
  }
}

async function measureAs(persona, url) {
  const session = await persona.openSession(`${url}/account`, { launch });
  const storageState = session.storageState();
  const times = { page: [], request: [], opened: [] };
  // In turns, so that both meet the same load.
  for (let turn = 0; turn < PAGES; turn++) {
    times.page.push(await timeOf(() => openPage(`${url}/account`, storageState)));
    for (let count = 0; count < REQUESTS; count++)
      times.request.push(await timeOf(async () => check(await (await session.fetch('/account')).text())));
  }
  for (let turn = 0; turn < OPENED; turn++)
    times.opened.push(await timeOf(() => persona.openSession(`${url}/account`, { launch })));
  return times;
}

async function openPage(url, storageState) {
  const context = await browser.newContext({ storageState });
  const page = await context.newPage();
  await page.goto(url);
  check(await page.content());
  await context.close();
}

function check(html) {
  if (!html.includes('Sign out')) throw new Error('The page was fetched signed out.');
}

async function timeOf(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function summaries(times) {
  const of = (list) => ({ p50: median(list), p95: quantile(list, 0.95) });
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, of(list)]));
}

function print({ machine: on, pages, ratio, times, targets }) {
  printMachine(on, `${pages} pages, ${pages * REQUESTS} requests`);
  const row = (what, { p50, p95 }) => [what, p50.toFixed(2), p95.toFixed(2)];
  printTable(
    'In milliseconds',
    ['', 'p50', 'p95'],
    [
      row('a page in a new context', times.page),
      row('session.fetch()', times.request),
      row('openSession() with a saved session', times.opened),
    ],
  );
  printTable('Ratio', ['', 'times'], [['a page to a request', ratio.toFixed(0)]]);
  printTargets(targets);
}
