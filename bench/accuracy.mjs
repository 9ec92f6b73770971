// Scores our reader, and two extractors from npm, on a file of messages with their expected answers, one JSON object
// a line: { id, channel, from, subject, text, html, expected_code, accept, expected_link, lang, tags }.
// npm run -s bench:accuracy -- FILE.jsonl [--json] [--fails]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeMessage, messageOf } from '../dist/src/message/decode.js';
import { findCode } from '../dist/src/message/find-code.js';
import { findLink } from '../dist/src/message/find-link.js';
import { installPeers, peerExtractors } from './lib/extractors.mjs';
import { printTable } from './lib/report.mjs';

/** @typedef {{ exact: number, wrong: number, missed: number, falsePositives: number, with: number, without: number }} Counts */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, fails: { type: 'boolean' } },
});
const [file] = positionals;
if (!file) {
  console.error('usage: npm run -s bench:accuracy -- FILE.jsonl [--json] [--fails]');
  process.exit(2);
}

const entries = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line));

const own = { code: counts(), link: counts() };
/** @type {Map<string, Counts>} */
const groups = new Map();
/** @type {string[]} */
const fails = [];
const times = [];

for (const entry of entries) {
  const message = await toMessage(entry);
  const started = performance.now();
  const code = answer(() => findCode(message));
  const link = answer(() => findLink(message));
  times.push(performance.now() - started);
  const verdict = judge(own.code, code, entry.expected_code, entry.accept);
  const linkVerdict = judge(own.link, link, entry.expected_link);
  for (const group of [
    `lang ${entry.lang ?? '?'}`,
    ...(entry.tags ?? []).map((/** @type {string} */ tag) => `tag ${tag}`),
  ]) {
    judge(groups.get(group) ?? set(groups, group, counts()), code, entry.expected_code, entry.accept);
  }
  if (!['exact', 'silent'].includes(verdict)) fails.push(`${entry.id} code ${verdict}`);
  if (!['exact', 'silent'].includes(linkVerdict)) fails.push(`${entry.id} link ${linkVerdict}`);
}

if (values.json) console.log(JSON.stringify(result()));
else await printAll();
if (values.fails) for (const fail of fails) console.log(fail);

/** @returns {Counts} */
function counts() {
  return { exact: 0, wrong: 0, missed: 0, falsePositives: 0, with: 0, without: 0 };
}

/**
 * @template K, V
 * @param {Map<K, V>} map
 * @param {K} key
 * @param {V} value
 */
function set(map, key, value) {
  map.set(key, value);
  return value;
}

/** What the reader is given: the message as it would come, MIME parsing left out. */
async function toMessage(entry) {
  const kind = entry.channel === 'sms' ? 'sms' : 'email';
  const from = entry.from ?? '';
  const envelope = { kind, id: String(entry.id), to: [], receivedAt: 0, seq: 0, from, size: 0 };
  if (kind === 'sms') return await decodeMessage(envelope, Buffer.from(entry.text ?? ''));
  return messageOf(envelope, { from, subject: entry.subject ?? '', plain: entry.text, html: entry.html });
}

/** @param {() => string} read */
function answer(read) {
  try {
    return read();
  } catch (error) {
    if (error?.name !== 'TwoFactorError') throw error;
    return null;
  }
}

/**
 * @param {Counts} into
 * @param {string | null | undefined} given
 * @param {string | null | undefined} expected
 * @param {readonly string[]} [accept]
 */
function judge(into, given, expected, accept = []) {
  if (expected === null || expected === undefined) {
    into.without++;
    if (!given) return 'silent';
    into.falsePositives++;
    return 'false positive';
  }
  into.with++;
  const verdict = !given ? 'missed' : [expected, ...accept].includes(given) ? 'exact' : 'wrong';
  into[verdict]++;
  return verdict;
}

/** @param {Counts} of */
function rates(of) {
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => (whole === 0 ? 0 : part / whole);
  return {
    exact: share(of.exact, of.with),
    wrong: share(of.wrong, of.with),
    missed: share(of.missed, of.with),
    falsePositives: share(of.falsePositives, of.without),
  };
}

function result() {
  const { with: withCode, without: withoutCode } = own.code;
  const { with: withLink, without: withoutLink } = own.link;
  return {
    code: { ...rates(own.code), withCode, withoutCode },
    link: { ...rates(own.link), withLink, withoutLink },
    msPerMessage: median(times),
  };
}

/** @param {number[]} list */
function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}

async function printAll() {
  installPeers();
  const rows = [row('playwright-2fa: codes', own.code), row('playwright-2fa: links', own.link)];
  for (const { name, extract } of await peerExtractors()) {
    const score = counts();
    for (const entry of entries) judge(score, extract(entry), entry.expected_code, entry.accept);
    rows.push(row(`${name}: codes`, score));
  }
  const head = ['', 'exact', 'wrong', 'missed', 'false positives', 'with', 'without'];
  console.log(
    `\n${file}: ${entries.length} messages, ${median(times).toFixed(3)} ms a message (median, code and link)\n`,
  );
  printTable(head, rows);
  console.log('');
  printTable(
    head,
    [...groups].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, score]) => row(name, score)),
  );
}

/**
 * @param {string} name
 * @param {Counts} score
 */
function row(name, score) {
  const { exact, wrong, missed, falsePositives } = rates(score);
  const percent = (/** @type {number} */ rate) => `${(100 * rate).toFixed(1)} %`;
  const shown = score.with === 0 ? ['-', '-', '-'] : [percent(exact), percent(wrong), percent(missed)];
  return [
    name,
    ...shown,
    score.without === 0 ? '-' : percent(falsePositives),
    String(score.with),
    String(score.without),
  ];
}
