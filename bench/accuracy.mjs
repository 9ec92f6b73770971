/**
 * Scores the readers of codes and links on messages with expected answers. A file has one JSON object per line:
 * `id`, `channel` (`sms` or `email`), `from`, `subject`, `text`, `html`, `expected_code`, `accept`, `expected_link`,
 * `lang`, `tags`. If an expected answer is `null`, nothing may be returned.
 *
 *     npm run -s bench:accuracy -- FILE.jsonl [--json] [--fails]
 *
 * Exact: the expected answer. Wrong: another answer, which a test would type. Missed: no answer. False positive: an
 * answer although none is expected.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ourReader, peerReaders } from './lib/readers.mjs';
import { machine, median, printJson, printMachine, printTable, quantile } from './lib/report.mjs';
import { codePage } from './mails.mjs';
import { prepare } from './lib/servers.mjs';

const flag = { type: 'boolean', default: false };
const { values: options, positionals } = parseArgs({ options: { json: flag, fails: flag }, allowPositionals: true });
/** Number of times each message is read; the first one is a warm-up. */
const ROUNDS = 4;
/** An HTML mail of the usual length, in characters. */
const PAGE = 6000;
const PAGE_ROUNDS = 200;
/** Minimum size of a group in the report. */
const MIN_GROUP = 3;

const samples = positionals.flatMap(readSamples);
if (samples.length === 0) {
  process.stderr.write('Give a file: npm run -s bench:accuracy -- FILE.jsonl [--json] [--fails]\n');
  process.exit(2);
}
await prepare((text) => process.stderr.write(`${text}\n`));
const results = await readAll(await ourReader());
if (options.json) printJson(summary());
else if (options.fails) printFails();
else await report();

function readSamples(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.trim() ? [parse(line, `${file}:${index + 1}`)] : []));
}

function parse(line, place) {
  try {
    return { id: place, ...JSON.parse(line) };
  } catch (error) {
    process.stderr.write(`${place} is not JSON: ${error.message}\n`);
    process.exit(2);
  }
}

/** Reads each message several times. The shortest time counts, since other processes only add time. */
async function readAll(read) {
  const all = samples.map((sample) => ({ sample, ms: Infinity, answer: undefined }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of all) {
      one.answer = await read(one.sample);
      if (round > 0) one.ms = Math.min(one.ms, one.answer.ms);
    }
  }
  return all;
}

function verdictOnCode({ sample, answer }) {
  const { expected_code: expected = null, accept = [] } = sample;
  return verdict(answer.code, expected === null ? [] : [expected, ...accept].map(String));
}

function verdictOnLink({ sample, answer }) {
  const { expected_link: expected = null } = sample;
  return verdict(answer.link, expected === null ? [] : [expected]);
}

function verdict(answer, right) {
  if (right.length === 0) return answer === null ? 'quiet' : 'falsePositive';
  if (answer === null) return 'missed';
  return right.includes(answer) ? 'exact' : 'wrong';
}

/** Returns rates from 0 to 1, of the messages with an expected answer and of those without. */
function score(all, judge, names) {
  const verdicts = all.map(judge);
  const count = (...wanted) => verdicts.filter((one) => wanted.includes(one)).length;
  const [having, lacking] = [count('exact', 'wrong', 'missed'), count('quiet', 'falsePositive')];
  const rate = (part, of) => (of === 0 ? null : part / of);
  return {
    exact: rate(count('exact'), having),
    wrong: rate(count('wrong'), having),
    missed: rate(count('missed'), having),
    falsePositives: rate(count('falsePositive'), lacking),
    [names[0]]: having,
    [names[1]]: lacking,
  };
}

function codeScore(all) {
  return score(all, verdictOnCode, ['withCode', 'withoutCode']);
}

function linkScore(all) {
  return score(all, verdictOnLink, ['withLink', 'withoutLink']);
}

function summary() {
  return { code: codeScore(results), link: linkScore(results), msPerMessage: median(results.map(({ ms }) => ms)) };
}

/** Prints the failures by id only, since the texts may not be printed. */
function printFails() {
  for (const one of results) {
    for (const [what, of] of Object.entries({ code: verdictOnCode(one), link: verdictOnLink(one) })) {
      if (of !== 'exact' && of !== 'quiet') process.stdout.write(`${one.sample.id}\t${what}\t${of}\n`);
    }
  }
}

async function report() {
  const rows = [['playwright-2fa', ...percentages(codeScore(results)), median(results.map(({ ms }) => ms))]];
  for (const [name, read] of Object.entries(await peerReaders())) {
    const theirs = await readAll(read);
    rows.push([name, ...percentages(codeScore(theirs)), median(theirs.map(({ ms }) => ms))]);
  }
  const head = ['exact %', 'wrong %', 'missed %', 'false positives %'];
  const { withCode, withoutCode } = codeScore(results);
  printTable(`Codes: ${withCode} messages with one, ${withoutCode} without`, ['', ...head, 'median ms'], rows);
  const links = linkScore(results);
  printTable(
    `Links: ${links.withLink} messages with one, ${links.withoutLink} without`,
    ['', ...head],
    [['playwright-2fa', ...percentages(links)]],
  );
  printGroups('Codes by language', ({ lang = '?' }) => [lang]);
  printGroups('Codes by tag', ({ tags = [] }) => tags);
  printTable(
    'Time for a message',
    ['', 'messages', 'median characters', 'median ms', '95 %'],
    [...['sms', 'email'].flatMap((channel) => timeRow(channel)), await timeOfPage()],
  );
  printMachine(machine(undefined), `${samples.length} messages, each read ${ROUNDS - 1} times, the best counts`);

  function printGroups(title, groupsOf) {
    const large = [...groupBy(results, groupsOf)]
      .filter(([, all]) => all.length >= MIN_GROUP)
      .toSorted(([, a], [, b]) => b.length - a.length);
    const lines = large.map(([name, all]) => [name, `${all.length}`, ...percentages(codeScore(all))]);
    if (lines.length > 0) printTable(title, ['', 'messages', ...head], lines);
  }
}

function groupBy(all, groupsOf) {
  const groups = new Map();
  for (const one of all)
    for (const group of groupsOf(one.sample)) groups.set(group, [...(groups.get(group) ?? []), one]);
  return groups;
}

function timeRow(channel) {
  const all = results.filter(({ sample }) => sample.channel === channel);
  if (all.length === 0) return [];
  const times = all.map(({ ms }) => ms);
  const sizes = all.map(({ sample: { text = '', html = '' } }) => text.length + html.length);
  return [[channel, `${all.length}`, `${Math.round(median(sizes))}`, median(times), quantile(times, 0.95)]];
}

/** Measures a login mail of the usual length. */
async function timeOfPage() {
  const read = await ourReader();
  const html = codePage(PAGE);
  const times = [];
  for (let round = 0; round < PAGE_ROUNDS; round++) {
    const { code, ms } = await read({ channel: 'email', html, subject: 'Sign in to The Shop' });
    if (code !== '482915') throw new Error(`Expected the code 482915, but read ${code}.`);
    if (round >= PAGE_ROUNDS / 4) times.push(ms);
  }
  return ['an HTML mail of 6 KB', `${times.length}`, `${html.length}`, median(times), quantile(times, 0.95)];
}

function percentages({ exact, wrong, missed, falsePositives }) {
  return [exact, wrong, missed, falsePositives].map((rate) => (rate === null ? undefined : (rate * 100).toFixed(1)));
}
