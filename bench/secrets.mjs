/**
 * Measures the cost of redaction: a test that signs in, with and without it, and a large trace.
 *
 *     npx tsc -p . && node bench/secrets.mjs [--quick] [--json]
 */
import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPromise } from 'yauzl';
import { ArtifactCleaner } from '../build/src/redaction/artifact.js';
import { StreamRedactor } from '../build/src/redaction/redact-stream.js';
import { SecretSet } from '../build/src/redaction/secret-set.js';
import { sensitiveNames } from '../build/src/redaction/sensitive-names.js';
import { Redactor } from '../build/src/redaction/redactor.js';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { temporaryDirectory } from './lib/process.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets } from './lib/report.mjs';
import { start } from './lib/servers.mjs';
import { signInSuites } from './secrets/sign-in.mjs';
import { recordTrace } from './secrets/trace.mjs';

const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({ options: { quick: flag, json: flag } });
const SIZE = options.quick
  ? { rows: 1000, clicks: 20, cleanings: 3, tests: 5, suites: 2 }
  : { rows: 4000, clicks: 60, cleanings: 7, tests: 15, suites: 6 };
/** About as many passwords, codes and tokens as a large suite uses. */
const SECRETS = Array.from({ length: 50 }, (_, index) => String(100_003 + index * 17_389));

const MB = 1_000_000;
const others = hasProc ? watchOthers() : undefined;
const trace = await cleanTraces();
const tests = await signIn();
const targets = judge([
  { what: 'sign-in test: x without redaction', most: 1.05, of: () => tests.ours / tests.plain },
  { what: 'trace redacted, MB unpacked per second', least: 40, of: () => trace.speed },
]);
const report = { machine: machine(others?.()), trace, tests, targets };
if (options.json) printJson(report);
else {
  printTable(
    'Redaction of a trace',
    ['', 'packed MB', 'unpacked MB', 'seconds', 'MB/s'],
    [['median', trace.packed, trace.unpacked, trace.seconds, trace.speed]],
  );
  printTable(
    'Sign-in test (no trace)',
    ['', 'ms per test', 's per suite'],
    [
      ['fill(), no redaction', tests.plain, tests.plainSuite],
      ['fillPassword(), fillCode(), reporter', tests.ours, tests.oursSuite],
    ],
  );
  printTargets(targets);
  printMachine(
    report.machine,
    `medians of ${SIZE.cleanings} runs on the trace, and of ${SIZE.suites} suites of ${SIZE.tests} tests each`,
  );
}
if (targets.some(({ met }) => met === false)) process.exitCode = 1;

async function cleanTraces() {
  const folder = temporaryDirectory();
  const path = join(folder, 'trace.zip');
  const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  await recordTrace(path, { secrets: SECRETS, ...SIZE, ...(executablePath ? { executablePath } : {}) });
  const unpacked = await sizeOf(path);
  const known = new SecretSet(SECRETS.map((value, index) => [value, `persona-${index}/code`]));
  const seconds = [];
  for (let run = 0; run < SIZE.cleanings; run++) {
    const copy = join(folder, 'copy.zip');
    copyFileSync(path, copy);
    const names = sensitiveNames();
    const cleaner = new ArtifactCleaner(new StreamRedactor(new Redactor(known, names), names));
    const begun = performance.now();
    if (!(await cleaner.clean(copy))) throw new Error('The trace has no secrets.');
    seconds.push((performance.now() - begun) / 1000);
  }
  const middle = median(seconds);
  return { packed: statSync(path).size / MB, unpacked: unpacked / MB, seconds: middle, speed: unpacked / MB / middle };
}

async function sizeOf(path) {
  let size = 0;
  for await (const entry of (await openPromise(path)).eachEntry()) size += entry.uncompressedSize;
  return size;
}

async function signIn() {
  const sink = await start('ours');
  const suites = await signInSuites(sink.http, SIZE.tests);
  const all = { plain: [], ours: [] };
  const whole = { plain: [], ours: [] };
  try {
    for (let run = 0; run < SIZE.suites; run++) {
      for (const name of run % 2 ? ['ours', 'plain'] : ['plain', 'ours']) {
        const { seconds, durations } = await suites[name]();
        whole[name].push(seconds);
        // The first test of a suite starts the browser.
        all[name].push(...durations.slice(1));
      }
    }
  } finally {
    await suites.close();
    await sink.stop();
  }
  return {
    plain: median(all.plain),
    ours: median(all.ours),
    plainSuite: median(whole.plain),
    oursSuite: median(whole.ours),
  };
}
