/**
 * Measures how accurately challenges are read: compares the reading of each page with its entry in tests/gallery.
 *
 * The reader was developed on the part `dev` and later fixed with the help of the others. The rows "first reading" show
 * its accuracy on unseen pages: `blind` was read before those fixes, `fresh` after them. The part `apps` holds pages of real
 * applications that were once read wrong.
 *
 *     npx tsc -p . && node bench/challenges.mjs [--part dev|held|blind|fresh|apps|all] [--page REGEXP] [--json] [--wrong]
 *     npx tsc -p . && node bench/challenges.mjs --corpus FOLDER [--page REGEXP] [--json] [--wrong]
 *
 * With `--corpus`, the pages of a folder are read instead, see `challenges/corpus.mjs`. `fit-challenges.mjs` compares the
 * order of the rules with fitted weights on products left out.
 */
import { chromium } from '@playwright/test';
import { parseArgs } from 'node:util';
import { readGallery, serve } from './challenges/gallery.mjs';
import { isChallenge, verdict } from './challenges/verdict.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets } from './lib/report.mjs';

const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({
  options: {
    part: { type: 'string', default: 'all' },
    page: { type: 'string', default: '' },
    corpus: { type: 'string' },
    json: flag,
    wrong: flag,
  },
});
const PARTS = ['dev', 'held', 'blind', 'fresh', 'apps'];
if (![...PARTS, 'all'].includes(options.part)) throw new Error('--part is dev, held, blind, fresh, apps or all.');

/** Timeout of one reading, in milliseconds. */
const TIMEOUT = 15_000;
/** Number of readings before the first measured one. */
const WARM_UP = 2;

const TARGETS = [
  { what: 'correct kind, %', least: 97, of: () => share(results, ({ kind }) => kind) },
  {
    what: 'pages without a challenge where a field was named',
    most: 0,
    of: () => results.filter(({ namedWithoutNeed }) => namedWithoutNeed).length,
  },
  {
    what: 'pages where a field was named that must not be filled',
    most: 0,
    of: () => results.filter(({ filledNever }) => filledNever).length,
  },
];

const { lookAt } = await import('../build/src/challenge/page/look.js');
const entries = (await readGallery()).filter(
  ({ part, page }) => (options.part === 'all' || part === options.part) && new RegExp(options.page).test(page),
);
if (options.corpus !== undefined) {
  await measureCorpus(options.corpus);
  process.exit();
}
const results = await measure();
report();

/** Reads the pages of a folder and prints how many of them are read right. */
async function measureCorpus(folder) {
  const { judgeCorpus, readCorpus, visitCorpus } = await import('./challenges/corpus.mjs');
  const pages = readCorpus(folder).filter(({ id }) => new RegExp(options.page).test(id));
  const browser = await launch();
  const verdicts = [];
  try {
    await visitCorpus(await browser.newContext(), pages, async (page, entry) => {
      const startedAt = performance.now();
      const { challenge } = await lookAt(page);
      verdicts.push({
        id: entry.id,
        took: performance.now() - startedAt,
        got: challenge,
        ...judgeCorpus(entry, challenge),
      });
    });
  } finally {
    await browser.close();
  }
  const count = (name) => verdicts.filter((one) => one[name] === true).length;
  const took = verdicts.map((one) => one.took);
  const summary = {
    'correct kind, %': share(verdicts, ({ kind }) => kind),
    'correct factors, %': share(verdicts, ({ factors }) => factors),
    'false signed-in': count('falseSignedIn'),
    'fields named where none is asked for': count('fieldWhereNone'),
    'sign-ups read as a sign-in': count('signUpAsSignIn'),
    'one reading, median ms': median(took),
  };
  if (options.json) return printJson({ machine: machine(), figures: summary });
  printTable(`${pages.length} real pages`, ['', ''], Object.entries(summary));
  if (options.wrong)
    for (const { id, got, kind, factors, ...rest } of verdicts)
      if (kind === false || factors === false || rest.signUpAsSignIn)
        process.stdout.write(`${id}: got ${got.kind} [${got.factors.map(({ factor }) => factor).join(', ')}]\n`);
  printMachine(machine(), `${pages.length} pages once each`);
}

async function launch() {
  const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
  return await chromium.launch({
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    ...(executablePath ? { executablePath } : {}),
  });
}

async function measure() {
  const browser = await launch();
  try {
    const context = await browser.newContext();
    for (const entry of entries.slice(0, WARM_UP)) await look(context, entry);
    const all = [];
    for (const entry of entries) all.push(await look(context, entry));
    return all;
  } finally {
    await browser.close();
  }
}

async function look(context, entry) {
  const page = await context.newPage();
  try {
    const url = await serve(page, entry);
    page.on('dialog', (dialog) => void dialog.dismiss());
    await page.goto(url);
    const startedAt = performance.now();
    const reading = await withTimeout(lookAt(page));
    const took = performance.now() - startedAt;
    return { entry, took, ...(await verdict(entry, reading)) };
  } catch (error) {
    return { entry, ...failed(entry, error) };
  } finally {
    await page.close();
  }
}

function failed(entry, error) {
  const got = { kind: 'error', factors: [], fields: [], evidence: String(error) };
  return { kind: false, factors: false, roles: false, elements: false, length: entry.length && false, got };
}

async function withTimeout(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no reading within ${TIMEOUT} ms`)), TIMEOUT);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function report() {
  const targets = judge(TARGETS);
  const times = results.flatMap(({ took }) => took ?? []);
  if (options.json) {
    const pages = results.map(({ entry, ...result }) => ({ page: entry.page, part: entry.part, ...result }));
    printJson({ machine: machine(), figures: Object.fromEntries(figures()), targets, pages });
    return;
  }
  printConfusion();
  const parts = figures();
  const columns = Object.keys(parts[0][1]);
  printTable(
    'Accuracy, %',
    ['', ...columns],
    parts.map(([name, values]) => [name, ...columns.map((column) => values[column])]),
  );
  if (times.length) printTable('One reading, ms', ['', 'median', 'worst'], [['', median(times), Math.max(...times)]]);
  printTargets(targets);
  if (options.wrong) printWrong();
  printMachine(machine(), `${results.length} pages once each, part ${options.part}`);
}

/** Prints a confusion matrix: expected kinds as rows, read kinds as columns. */
function printConfusion() {
  const kinds = [...new Set(entries.map(({ kind }) => kind))].sort();
  const got = [...new Set([...kinds, ...results.map((result) => result.got.kind)])];
  const count = (is, taken) => results.filter(({ entry, got }) => entry.kind === is && got.kind === taken).length;
  printTable(
    'Expected kind (rows) and read kind (columns)',
    ['', ...got, 'of'],
    kinds.map((is) => [
      is,
      ...got.map((taken) => String(count(is, taken) || '.')),
      String(entries.filter(({ kind }) => kind === is).length),
    ]),
  );
}

function figures() {
  const rows = PARTS.filter((part) => entries.some((entry) => entry.part === part));
  const of = (some) => ({
    kind: share(some, ({ kind }) => kind),
    factors: share(some, ({ factors }) => factors),
    'fields by role': share(some, ({ roles }) => roles),
    'fields by element': share(some, ({ elements }) => elements),
    'length, if known': share(some, ({ length }) => length),
    'controls, if known': share(some, ({ controls }) => controls),
    'dismiss, if known': share(some, ({ dismiss }) => dismiss),
    'destination, if known': share(some, ({ destination }) => destination),
    'unexpected field': `${some.filter(({ namedWithoutNeed }) => namedWithoutNeed).length}`,
    challenges: `${some.filter(({ entry }) => isChallenge(entry)).length}`,
    others: `${some.filter(({ entry }) => !isChallenge(entry)).length}`,
  });
  return [
    ...rows.map((part) => [part, of(results.filter(({ entry }) => entry.part === part))]),
    ...(rows.length > 1 ? [['all', of(results)]] : []),
    ...rows
      .filter((part) => part === 'blind' || part === 'fresh')
      .map((part) => [`${part}, first reading`, firstLook(part)]),
  ];
}

/** Accuracy of the first reading of a part, before fixes. Each entry records it. */
function firstLook(part) {
  const blind = results.filter(({ entry }) => entry.part === part && entry.firstLook);
  return {
    kind: share(blind, ({ entry }) => entry.firstLook.kind === entry.kind),
    'unexpected field': `${blind.filter(({ entry }) => !isChallenge(entry) && entry.firstLook.fields > 0).length}`,
    challenges: `${blind.filter(({ entry }) => isChallenge(entry)).length}`,
    others: `${blind.filter(({ entry }) => !isChallenge(entry)).length}`,
  };
}

/** Share of correct results, in percent. Results that are undefined do not count. */
function share(some, right) {
  const known = some.map(right).filter((one) => one !== undefined);
  return known.length ? (known.filter(Boolean).length / known.length) * 100 : undefined;
}

function printWrong() {
  for (const { entry, got, ...right } of results) {
    const wrong = ['kind', 'factors', 'roles', 'elements', 'length', 'destination', 'controls', 'dismiss'].filter(
      (name) => right[name] === false,
    );
    if (right.filledNever) wrong.push('named a field that must not be filled');
    if (right.namedWithoutNeed) wrong.push('unexpected field');
    if (wrong.length === 0) continue;
    const expected = { kind: entry.kind, factors: entry.factors, fields: entry.fields.map(({ role }) => role) };
    const lines = [
      `${entry.page} (${entry.part}): ${wrong.join(', ')}`,
      `  why       ${entry.why}`,
      `  expected  ${summarize(expected)}`,
      `  got       ${summarize(got)}${got.dismiss ? ` dismiss "${got.dismiss}"` : ''}`,
      `  evidence  ${JSON.stringify(got.evidence)}`,
      ...(right.controls === false ? [`  controls  ${JSON.stringify(got.controls)}`] : []),
    ];
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
}

function summarize({ kind, factors, fields }) {
  return `${kind} [${factors.join(', ')}] fields [${fields.join(', ')}]`;
}
