/**
 * Compares the mail sink with other sinks in one run on one machine. Its figures are ratios, because absolute figures
 * depend on the machine and its load.
 *
 *     npx tsc -p . && node bench/sink.mjs [--quick] [--json]
 *
 * Needs Debian's postfix for the load (`smtp-source`). CPU and memory are measured on Linux only.
 */
import { parseArgs } from 'node:util';
import { cpuSeconds, hasProc, peakMiB, watchOthers } from './lib/proc.mjs';
import { temporaryDirectory } from './lib/process.mjs';
import { SERVERS, prepare, start } from './lib/servers.mjs';
import { postfixProgram, send, writeMail } from './lib/smtp-source.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets } from './lib/report.mjs';
import { attachmentMail, codeMail } from './mails.mjs';

const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({ options: { quick: flag, json: flag } });
const ROUNDS = options.quick ? 1 : 3;
const STARTS = options.quick ? 3 : 7;

const directory = temporaryDirectory();
const small = writeMail(directory, 'small.eml', codeMail());
const big = writeMail(directory, 'big.eml', attachmentMail());

/** Number of mails for the fast servers and for the others: enough for one to two seconds. */
const LOADS = {
  reused: { title: '4.8 KB, 10 connections', file: small, sessions: 10, reuse: true, fast: 6000, slow: 1500 },
  fresh: {
    title: '4.8 KB, new connections, 10 at a time',
    file: small,
    sessions: 10,
    reuse: false,
    fast: 3000,
    slow: 200,
  },
  big: { title: '201 KB, 10 connections', file: big, sessions: 10, reuse: true, fast: 800, slow: 150 },
};
const WARM_UP = { file: small, sessions: 10, reuse: true, messages: 500 };
const FILLING = { file: small, sessions: 10, reuse: true, messages: 10_000 };

/** Ratios are "ours divided by theirs". */
const TARGETS = [
  { what: 'small mails/s, reused connections: x MailDev 3', least: 5, of: () => ratio('reused', 'maildev3') },
  { what: 'small mails/s, reused connections: x MailDev 2', least: 3, of: () => ratio('reused', 'maildev2') },
  { what: 'small mails/s, reused connections: x smtp-sink', least: 0.2, of: () => ratio('reused', 'smtpSink') },
  { what: 'small mails/s, new connections: x best Node peer', least: 12, of: () => ratio('fresh', ...peers()) },
  { what: '201 KB mails/s: x best Node peer', least: 4, of: () => ratio('big', ...peers()) },
  { what: 'small mails/s with --data: x in memory', least: 0.1, of: () => kept('reused') },
  { what: 'CPU s per 1,000 small mails', most: 0.4, of: () => results.ours.cpu?.reused },
  { what: 'peak memory after 10,000 small mails, MiB', most: 150, of: () => results.ours.memory?.filled },
  {
    what: 'peak memory at the cap, after 40,000 mails: x after 30,000',
    most: 1.05,
    of: () => growth(results.ours.memory),
  },
  { what: 'start-up: x bare', most: 1.5, of: () => results.ours.startMs / results.bare.startMs },
];

const results = Object.fromEntries(Object.keys(SERVERS).map((name) => [name, {}]));
const tell = (text) => process.stderr.write(`${text}\n`);

await prepare(tell);
const othersSince = hasProc ? watchOthers() : () => undefined;
const names = Object.keys(SERVERS).filter((name) => name !== 'smtpSink' || postfixProgram('smtp-sink'));
const canSend = postfixProgram('smtp-source') !== undefined;
const missing = ['smtp-source', 'smtp-sink'].filter((program) => !postfixProgram(program));
if (missing.length > 0) tell(`No ${missing.join(' and no ')}, and no figures that need it: install Debian's postfix.`);

await measureStarts();
if (canSend) await measureLoads();
if (canSend && hasProc) await measureMemory();
report(othersSince());

/** Starts the fast servers three times as often: they start in a tenth of a second, which needs more samples. */
async function measureStarts() {
  tell(`Start-up, ${STARTS} times each ...`);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < STARTS * 3; round++) {
    for (const name of rotated(round)) {
      if (!SERVERS[name].fast && round % 3 !== 0) continue;
      const server = await start(name);
      times[name].push(server.startedMs);
      await server.stop();
    }
  }
  for (const name of names) results[name].startMs = median(times[name]);
}

async function measureLoads() {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    tell(`Load, round ${round + 1} of ${ROUNDS} ...`);
    for (const name of rotated(round)) samples[name].push(await loadOnce(name));
  }
  for (const name of names) {
    results[name].perSecond = medians(samples[name], 'perSecond');
    if (hasProc) results[name].cpu = medians(samples[name], 'cpu');
  }
}

/** Runs every load on one server that was just started and warmed up. */
async function loadOnce(name) {
  const server = await start(name);
  const sample = {};
  await send({ ...WARM_UP, port: server.port });
  let sent = WARM_UP.messages;
  for (const [load, { fast, slow, ...how }] of Object.entries(LOADS)) {
    const messages = SERVERS[name].fast ? fast : slow;
    const before = hasProc ? cpuSeconds(server.pid) : Number.NaN;
    const seconds = await send({ ...how, messages, port: server.port });
    const cpu = hasProc ? cpuSeconds(server.pid) - before : Number.NaN;
    sample[load] = { perSecond: messages / seconds, cpu: (cpu / messages) * 1000 };
    sent += messages;
  }
  if (name === 'ours' || name === 'kept') await verify(server, sent);
  await server.stop();
  return sample;
}

/** Checks that the sink has stored every mail. */
async function verify(server, sent) {
  const { mark } = await (await fetch(`${server.http}/api/health`)).json();
  if (mark.seq !== sent) throw new Error(`The sink was sent ${sent} mails and has stored ${mark.seq}.`);
}

/**
 * Measures one freshly started server at a time, and ours longer. From 10,000 mails on, its cap evicts mails, and memory
 * takes a while to settle: it is flat if the last 10,000 mails need no more.
 */
async function measureMemory() {
  for (const name of options.quick ? ['ours'] : names) {
    tell(`Memory, ${SERVERS[name].title} ...`);
    const server = await start(name);
    const memory = { greeting: peakMiB(server.pid) };
    await send({ ...FILLING, port: server.port });
    memory.filled = peakMiB(server.pid);
    if (name === 'ours') {
      await send({ ...FILLING, messages: 20_000, port: server.port });
      memory.after30k = peakMiB(server.pid);
      await send({ ...FILLING, port: server.port });
      memory.after40k = peakMiB(server.pid);
    }
    results[name].memory = memory;
    await server.stop();
  }
}

/** Each round begins with another server, so that none is always measured first. */
function rotated(round) {
  const shift = round % names.length;
  return [...names.slice(shift), ...names.slice(0, shift)];
}

function medians(samples, figure) {
  return Object.fromEntries(
    Object.keys(LOADS).map((load) => [load, median(samples.map((sample) => sample[load][figure]))]),
  );
}

function peers() {
  return names.filter((name) => SERVERS[name].peer);
}

/** Returns ours divided by the best of the others, or `undefined` if either was not measured. */
function ratio(load, ...others) {
  const best = Math.max(...others.map((name) => results[name].perSecond?.[load] ?? Number.NaN));
  return defined((results.ours.perSecond?.[load] ?? Number.NaN) / best);
}

/** Returns the rate with `--data` divided by the one in memory. */
function kept(load) {
  return defined((results.kept.perSecond?.[load] ?? Number.NaN) / (results.ours.perSecond?.[load] ?? Number.NaN));
}

function growth(memory) {
  return defined((memory?.after40k ?? Number.NaN) / (memory?.after30k ?? Number.NaN));
}

function defined(value) {
  return Number.isNaN(value) ? undefined : value;
}

function report(others) {
  const targets = judge(TARGETS);
  if (options.json) {
    const servers = Object.fromEntries(names.map((name) => [name, { title: SERVERS[name].title, ...results[name] }]));
    printJson({ machine: machine(others), rounds: ROUNDS, starts: STARTS, servers, targets });
    return;
  }
  const rows = (columns) => names.map((name) => [SERVERS[name].title, ...columns(results[name])]);
  const loads = Object.keys(LOADS);
  const head = ['', ...Object.values(LOADS).map(({ title }) => title)];
  printTable(
    'Mails per second',
    head,
    rows(({ perSecond }) => loads.map((load) => perSecond?.[load])),
  );
  printTable(
    'CPU seconds per 1,000 mails',
    head,
    rows(({ cpu }) => loads.map((load) => cpu?.[load])),
  );
  printTable(
    'Start-up and peak memory',
    ['', 'ms to the greeting', 'MiB at it', 'after 10,000 small mails', 'after 30,000', 'after 40,000'],
    rows(({ startMs, memory = {} }) => [startMs, memory.greeting, memory.filled, memory.after30k, memory.after40k]),
  );
  printTargets(targets);
  const rounds = ROUNDS === 1 ? 'one round' : `medians of ${ROUNDS} rounds`;
  printMachine(machine(others), `${rounds}, start-up the median of ${STARTS} (the fast: ${STARTS * 3})`);
}
