/**
 * Measures the web inbox of a sink with 10,000 messages: the time to its first paint, and the time until a new message is
 * shown.
 *
 *     npm run bench:inbox [-- --json]
 *
 * Needs Debian's postfix (`smtp-source`), and a Chromium of Playwright or in PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH.
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { watchOthers } from './lib/proc.mjs';
import { temporaryDirectory } from './lib/process.mjs';
import { judge, machine, median, printJson, printMachine, printTargets } from './lib/report.mjs';
import { start } from './lib/servers.mjs';
import { send, writeMail } from './lib/smtp-source.mjs';
import { codeMail } from './mails.mjs';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const MESSAGES = 10_000;
const PAINTS = 7;
const ARRIVALS = 20;

const others = watchOthers();
const sink = await start('ours');
const file = writeMail(temporaryDirectory(), 'code.eml', codeMail());
await send({ port: sink.port, file, sessions: 10, reuse: true, messages: MESSAGES });

const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
const browser = await chromium.launch(executablePath ? { executablePath } : {});
const page = await browser.newPage();
const paints = [];
for (let count = 0; count < PAINTS; count++) paints.push(await firstPaint());
const arrivals = [];
for (let count = 0; count < ARRIVALS; count++) arrivals.push(await arrival(count));
await page.getByRole('searchbox').fill('nothing like it');
const search = await page.evaluate(async () => {
  const begun = performance.now();
  await fetch('/?q=nothing+like+this').then((response) => response.text());
  return performance.now() - begun;
});
await browser.close();
await sink.stop();

const [cold, ...warm] = paints;
const targets = judge([
  { what: 'first paint, first page of a sink, ms', most: 500, of: () => cold },
  { what: 'first paint, ms (median)', most: 500, of: () => median(warm) },
  { what: 'from an SMS to its code on the page, ms (median)', most: 100, of: () => median(arrivals) },
  { what: 'from an SMS to its code on the page, ms (worst)', most: 100, of: () => Math.max(...arrivals) },
  { what: 'search of all messages, ms', most: 500, of: () => search },
]);
const on = machine(others());
if (options.json) printJson({ machine: on, targets });
else {
  printTargets(targets);
  printMachine(on, `${MESSAGES} messages, ${PAINTS} paints, ${ARRIVALS} arrivals`);
}

/** Opens the inbox, and returns the time until something is painted. */
async function firstPaint() {
  await page.goto(sink.http);
  await page.locator('[data-live]').waitFor();
  // The browser may tell of the paint a moment after it.
  return await page.evaluate(
    () =>
      new Promise((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName('first-contentful-paint');
          if (paint) resolve(paint.startTime);
        });
        observer.observe({ type: 'paint', buffered: true });
      }),
  );
}

/** Sends an SMS, and returns the time until its code is shown. */
async function arrival(count) {
  const code = `${482_000 + count}`;
  const shown = page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const isShown = () => document.querySelector('#list .chip')?.textContent === wanted;
        new MutationObserver(() => isShown() && resolve(Date.now())).observe(document.body, {
          childList: true,
          subtree: true,
        });
      }),
    code,
  );
  await page.evaluate(() => 0); // the page watches now
  const sent = Date.now();
  const body = new URLSearchParams({ to: '+12025550143', from: 'ACME', body: `Your code is ${code}.` });
  await fetch(`${sink.http}/sms`, { method: 'POST', body });
  return (await shown) - sent;
}
