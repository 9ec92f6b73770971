/**
 * Compares two ways to choose the kind of a page: the order of the rules, and weights that are fitted to the evidence of
 * pages with known answers (logistic regression, as Mozilla's Fathom does). The weights are scored on products that were
 * left out of the fit.
 *
 *     npx tsc -p . && node bench/fit-challenges.mjs FOLDER [--folds 8] [--l2 0.002] [--wrong]
 *
 * FOLDER holds real pages with known answers, see `challenges/corpus.mjs`. The pages of tests/gallery are added.
 */
import { chromium } from '@playwright/test';
import { parseArgs } from 'node:util';
import { isRight, readCorpus, visitCorpus } from './challenges/corpus.mjs';
import { readGallery, serve } from './challenges/gallery.mjs';
import { evidenceOf } from './fit-challenges/evidence.mjs';
import { choose, fit } from './fit-challenges/softmax.mjs';
import { machine, printMachine, printTable } from './lib/report.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folds: { type: 'string', default: '8' },
    l2: { type: 'string', default: '0.002' },
    wrong: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Name the folder of the pages.');

const { decide } = await import('../build/src/challenge/decide.js');
const { readFrames } = await import('../build/src/challenge/page/readable-frame.js');
const samples = await readSamples();
const chosen = chooseLeftOut();
report();

async function readSamples() {
  const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
  const browser = await chromium.launch({
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    ...(executablePath ? { executablePath } : {}),
  });
  const all = [];
  try {
    const context = await browser.newContext();
    await visitCorpus(context, readCorpus(folder).filter(isFitted), async (page, entry) => {
      const kinds = entry.part === 'signup' ? ['unknown'] : entry.kinds;
      all.push(await sampleOf(page, { ...entry, kinds }, entry.product));
    });
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.dismiss());
    for (const entry of await readGallery()) {
      if (!isFitted(entry)) continue;
      await page.unrouteAll();
      await page.goto(await serve(page, entry));
      all.push(await sampleOf(page, { ...entry, id: entry.page, part: 'gallery', kinds: [entry.kind] }, entry.page));
    }
  } finally {
    await browser.close();
  }
  return all;
}

/** Refusals lie over another kind, so they are not fitted. Neither are pages that only look like a sign-up. */
function isFitted({ kind, part, isSignUp }) {
  return part === 'signup' ? isSignUp : kind !== 'rejected' && kind !== 'locked';
}

async function sampleOf(page, entry, product) {
  const frames = await readFrames(page);
  const decision = decide(frames.map(({ view }) => view));
  const read = decision.candidates.map(({ kind }) => kind);
  return {
    entry,
    product,
    names: evidenceOf(decision),
    // A page may be read as one of the kinds that its finders read, or as nothing.
    allowed: [...new Set([...read, 'unknown'])],
    rules: read[0] ?? 'unknown',
    kind: isRight(entry, read[0]) ? read[0] : entry.kinds[0],
  };
}

/** Chooses the kind of each page with weights that were fitted without its product. */
function chooseLeftOut() {
  const folds = Number(options.folds);
  const products = [...new Set(samples.map(({ product }) => product))].toSorted((a, b) => a.localeCompare(b));
  const foldOf = new Map(products.map((product, index) => [product, index % folds]));
  const kinds = new Map();
  for (let fold = 0; fold < folds; fold++) {
    const weights = fit(
      samples.filter(({ product }) => foldOf.get(product) !== fold),
      { l2: Number(options.l2), rounds: 150 },
    );
    for (const sample of samples.filter(({ product }) => foldOf.get(product) === fold))
      kinds.set(sample, choose(weights, sample.names, sample.allowed).kind);
  }
  return kinds;
}

function report() {
  const parts = ['pages', 'signup', 'gallery'];
  const share = (part, kindOf) => {
    const own = samples.filter(({ entry }) => entry.part === part);
    return own.length
      ? (own.filter((sample) => isRight(sample.entry, kindOf(sample))).length / own.length) * 100
      : undefined;
  };
  const ways = [
    ['rules', ({ rules }) => rules],
    ['weights, product left out', (sample) => chosen.get(sample)],
  ];
  printTable(
    'Correct kind, %',
    ['', ...parts],
    ways.map(([name, kindOf]) => [name, ...parts.map((part) => share(part, kindOf))]),
  );
  if (options.wrong)
    for (const sample of samples) {
      const kinds = ways.map(([, kindOf]) => kindOf(sample));
      if (kinds.every((kind) => isRight(sample.entry, kind))) continue;
      process.stdout.write(
        `${sample.entry.id}: expected ${sample.entry.kinds[0]}, rules ${kinds[0]}, weights ${kinds[1]}\n`,
      );
    }
  printMachine(machine(), `${samples.length} pages without refusals`);
}
