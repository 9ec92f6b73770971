/**
 * Compares the tools of Playwright's MCP server through the wrapper of `playwright-2fa mcp --wrap` with the same calls
 * without it, in one run: time per call, with one secret that is known, so that everything is searched.
 * `npx tsc -p . && npm run bench:mcp [-- --quick] [--json]`
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResponseCleaner } from '../build/src/mcp/cleaning/response-cleaner.js';
import { ChildServer } from '../build/src/mcp/wrap/child-server.js';
import { PlaywrightServer } from '../build/src/mcp/wrap/playwright-server.js';
import { SharedBrowser } from '../build/src/mcp/wrap/shared-browser.js';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets } from './lib/report.mjs';

const ROUNDS = process.argv.includes('--quick') ? 3 : 10;
const PAGE = readFileSync(new URL('mcp/page.html', import.meta.url), 'utf8');
const CALLS = readFileSync(new URL('mcp/calls.json', import.meta.url), 'utf8');
/** Tools that make pictures: the page is read before and after each. */
const PICTURES = new Set(['browser_take_screenshot', 'browser_pdf_save']);

const others = hasProc ? watchOthers() : () => undefined;
const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-bench-'));
const site = createServer((request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end(request.url === '/order' ? PAGE : '<title>Two</title><h1>Second page</h1>');
}).listen(0, '127.0.0.1');
await once(site, 'listening');
const calls = JSON.parse(CALLS.replaceAll('{site}', `http://127.0.0.1:${site.address().port}`));
const { PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: executablePath } = process.env;
const launchOptions = executablePath ? { executablePath } : {};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const redact = new ResponseCleaner({ secrets: [['correct horse 77', 'alice/password']] });
const outputFolder = join(folder, 'wrapped');
const wrapped = await PlaywrightServer.start({ launchOptions, outputFolder, redact, logger: quiet });
const browser = await SharedBrowser.open({ launchOptions });
const args = ['--endpoint', browser.endpoint, '--output-dir', join(folder, 'plain'), '--file-paths', 'absolute'];
const plain = await ChildServer.start([...args, '--caps', 'vision,testing'], {}, (line) => line);
try {
  const report = summary(await measure());
  if (process.argv.includes('--json')) printJson(report);
  else print(report);
} finally {
  await plain.stop();
  await browser.close();
  await wrapped.close();
  redact.close();
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns {Promise<{ name: string, plain: number[], wrapped: number[] }[]>} times by call, in milliseconds */
async function measure() {
  const times = calls.map(([name]) => ({ name, plain: [], wrapped: [] }));
  // One round more: the first is not counted. In turns, so that both meet the same load.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, [name, callArgs]] of calls.entries()) {
      const order = round % 2 === 0 ? ['plain', 'wrapped'] : ['wrapped', 'plain'];
      for (const which of order) {
        const startedAt = performance.now();
        const { isError } = await (which === 'plain' ? plain : wrapped).call(name, callArgs);
        if (isError) throw new Error(`${name} failed ${which}`);
        if (round > 0) times[index][which].push(performance.now() - startedAt);
      }
    }
  }
  return times;
}

function summary(times) {
  const sum = (which, isCounted) =>
    times.filter(({ name }) => isCounted(name)).reduce((total, one) => total + median(one[which]), 0);
  const ratioOf = (isCounted) => sum('wrapped', isCounted) / sum('plain', isCounted);
  const [all, withoutPictures, pictures] = [
    () => true,
    (name) => !PICTURES.has(name),
    (name) => PICTURES.has(name),
  ].map(ratioOf);
  const targets = judge([
    { what: 'time of thirty calls, in times of those without the wrapper', most: 1.1, of: () => all },
  ]);
  const rows = times.map((one) => [one.name, median(one.plain), median(one.wrapped)]);
  return { machine: machine(others()), rounds: ROUNDS, all, withoutPictures, pictures, rows, targets };
}

function print({ machine: where, rounds, rows, all, withoutPictures, pictures, targets }) {
  printTable(
    'Time per call, in ms',
    ['', 'without', 'with', 'ratio'],
    rows.map((row) => [...row, row[2] / row[1]]),
  );
  printTable(
    'Ratios',
    ['', 'ratio'],
    [
      ['all', all],
      ['without pictures', withoutPictures],
      ['pictures', pictures],
    ],
  );
  printTargets(targets);
  printMachine(where, `medians of ${rounds} rounds`);
}
