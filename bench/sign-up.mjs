/**
 * Measures how well sign-up forms are read: which form it is, what each field means, what must be ticked, what sends it.
 *
 *     npx tsc -p . && node bench/sign-up.mjs [--page REGEXP] [--json] [--wrong]
 *     npx tsc -p . && node bench/sign-up.mjs --corpus FOLDER [--page REGEXP] [--json] [--wrong]
 *
 * Without `--corpus`, the pages of tests/sign-up-gallery are read. A corpus is a folder with `signup/signup.jsonl` and
 * `signup/html`. Each line has `isSignUp`, `fields`, `mustTick`, `leaveEmpty` and `submit`, with CSS selectors.
 */
import { chromium } from '@playwright/test';
import { parseArgs } from 'node:util';
import { visitCorpus } from './challenges/corpus.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets } from './lib/report.mjs';
import { judgeSignUp, readSignUps } from './sign-up/verdict.mjs';

const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({
  options: { corpus: { type: 'string' }, page: { type: 'string', default: '' }, json: flag, wrong: flag },
});

const { lookAtSignUp } = await import('../build/src/challenge/page/look-at-sign-up.js');
const entries = readSignUps(options.corpus).filter(({ id }) => new RegExp(options.page).test(id));
const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
const browser = await chromium.launch({
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  ...(executablePath ? { executablePath } : {}),
});
const verdicts = [];
try {
  await visitCorpus(await browser.newContext(), entries, async (page, entry) => {
    const startedAt = performance.now();
    const form = await lookAtSignUp(page, { isContinued: Boolean(entry.step) });
    const took = performance.now() - startedAt;
    verdicts.push({ entry, took, form, ...(await judgeSignUp(page, entry, form)) });
  });
} finally {
  await browser.close();
}

const sum = (of) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
const signUps = verdicts.filter(({ entry }) => entry.isSignUp);
const fields = sum(({ entry }) => entry.fields.length);
const TARGETS = [
  { what: 'fields understood, %', least: 97, of: () => (sum(({ understood }) => understood) / fields) * 100 },
  {
    what: 'right button, %',
    least: 97,
    of: () => (signUps.filter(({ isButtonRight }) => isButtonRight).length / signUps.length) * 100,
  },
  { what: 'boxes to tick that were left', most: 0, of: () => sum(({ unticked }) => unticked.length) },
  { what: 'boxes ticked without need', most: 0, of: () => sum(({ overticked }) => overticked.length) },
  { what: 'fields touched that must stay empty', most: 0, of: () => sum(({ touched }) => touched.length) },
  {
    what: 'look-alikes typed into',
    most: 0,
    of: () => verdicts.filter(({ entry, form }) => !entry.isSignUp && form).length,
  },
  { what: 'sign-ups not recognized', most: 0, of: () => signUps.filter(({ form }) => !form).length },
];
const targets = judge(TARGETS);
const times = { 'one reading, median ms': median(verdicts.map(({ took }) => took)) };
if (options.json) printJson({ machine: machine(), figures: times, targets });
else {
  printTable(`${verdicts.length} pages, ${fields} fields`, ['', ''], Object.entries(times));
  printTargets(targets);
  if (options.wrong) printWrong();
  printMachine(machine(), `${verdicts.length} pages once each`);
}

function printWrong() {
  for (const { entry, form, wrong } of verdicts) {
    if (wrong.length === 0) continue;
    const signs = form ? `${form.score} ${form.signs.join(', ')}` : 'no form';
    process.stdout.write(`\n${entry.id}: ${signs}\n${wrong.map((line) => `  ${line}\n`).join('')}`);
  }
}
