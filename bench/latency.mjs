/**
 * Measures the time that a test waits for a code: from the application's call of `sendMail` to the code in another
 * process, which represents a worker of the test runner. All are compared in one run on one machine, as ratios: absolute
 * figures depend on the machine and its load, ratios hardly do.
 *
 *     npx tsc -p . && node bench/latency.mjs [--quick] [--json]
 *
 * The candidates take turns in short blocks, so that other load on the machine affects all of them alike.
 */
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { startHelper } from './lib/process.mjs';
import { SERVERS, prepare, start } from './lib/servers.mjs';
import { judge, machine, median, printJson, printMachine, printTable, printTargets, quantile } from './lib/report.mjs';
import { emptySuites } from './latency/fixtures.mjs';

const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({ options: { quick: flag, json: flag } });

/** Number of measurements of each kind. */
const MAILS = options.quick
  ? { warmUp: 50, pooled: 60, fresh: 20, standing: 60, bursts: 1, polled: 20, suites: 1 }
  : { warmUp: 100, pooled: 300, fresh: 60, standing: 300, bursts: 3, polled: 80, suites: 5 };
/** Number of mails to one server before the next server's turn. */
const BLOCK = 10;
/** Number of concurrent waits, and of the mails of a burst. */
const CROWD = 200;
const POLLERS = 4;
/** No pair of suites starts after this many seconds: on a busy machine they run less often. */
const SUITE_SECONDS = 60;
/** Maximum of the random time before the application sends, in milliseconds. */
const PAUSE = 10;
/** The same for tests that poll: the mail comes at a random moment between two polls. */
const POLLED_PAUSE = 500;

const SENDER = fileURLToPath(new URL('latency/sender.mjs', import.meta.url));
const WORKER = fileURLToPath(new URL('latency/worker.mjs', import.meta.url));

/** The clients that wait for codes, and their servers. `at` names a separate server instead of the shared one. */
const STATIONS = {
  ours: { title: 'playwright-2fa, waitForCode()', client: 'ours', server: 'ours' },
  bare: { title: 'bare node:net, same push (floor)', client: 'bare', server: 'bare' },
  sinkOnly: { title: 'our sink, the client of the floor', client: 'bare', server: 'ours' },
  maildev3: { title: 'MailDev 3.0.0, socket.io, then GET', client: 'maildev3', server: 'maildev3' },
  maildev2: { title: 'MailDev 2.2.1, socket.io', client: 'maildev2', server: 'maildev2' },
  smtpTester: { title: 'smtp-tester 2.1.0, codes sent over TCP', client: 'smtpTester', server: 'smtpTester' },
  crowd: { title: `${CROWD} concurrent waits`, client: 'ours', server: 'ours', at: 'crowd' },
  poll500: { title: 'polling our list every 500 ms', client: 'poll500', server: 'ours', at: 'polled' },
  expectPoll: { title: 'polling our list as expect.poll does', client: 'expectPoll', server: 'ours', at: 'polled' },
};
const PUSHED = ['ours', 'bare', 'sinkOnly', 'maildev3', 'maildev2', 'smtpTester'];
const PEERS = PUSHED.filter((name) => SERVERS[STATIONS[name].server].peer);
const POLLED = ['poll500', 'expectPoll'];

/** A ratio is ours divided by theirs, unless its text says otherwise. */
const TARGETS = [
  { what: 'p50 pooled: x bare', most: 1.5, of: () => p50('pooled', 'ours') / p50('pooled', 'bare') },
  {
    what: 'p50 with new connections: x best Node peer',
    most: 0.05,
    of: () => p50('fresh', 'ours') / Math.min(...PEERS.map((name) => p50('fresh', name))),
  },
  {
    what: 'p50 pooled: times less than polling every 500 ms',
    least: 50,
    of: () => p50('polled', 'poll500') / p50('pooled', 'ours'),
  },
  {
    what: `p50 with ${CROWD} concurrent waits: x one wait`,
    most: 1.2,
    of: () => p50('standing', 'crowd') / p50('standing', 'ours'),
  },
  {
    what: 'wall time of 100 empty tests with the fixtures: x without',
    most: 1.03,
    of: () => suites.with.fastest / suites.without.fastest,
  },
];

/** By kind and client: `total` and `afterAck` of each mail, in milliseconds. */
const samples = {};
const suites = {};
const servers = {};
const stations = {};
const running = [];
let addresses = 0;
const tell = (text) => process.stderr.write(`${text}\n`);

await prepare(tell);
const othersSince = hasProc ? watchOthers() : () => undefined;
tell('Starting ...');
const sender = await helper(SENDER);
for (const name of Object.keys(STATIONS)) stations[name] = await station(name);
await measureMails();
await measureStanding();
await measureBursts();
await measurePolls();
await stopAll();
await measureSuites();
report(othersSince());

async function station(name) {
  const { client, server: serverName, at = serverName } = STATIONS[name];
  const server = (servers[at] ??= await serverOf(serverName));
  const worker = await helper(WORKER);
  await worker.call('connect', client, server.http);
  return { name, server, worker };
}

async function serverOf(name) {
  const server = await start(name);
  running.push(server);
  return server;
}

async function helper(script) {
  const started = await startHelper(script);
  running.push(started);
  return started;
}

async function stopAll() {
  await Promise.all(running.splice(0).map((one) => one.stop()));
}

async function measureMails() {
  tell('Mails one by one ...');
  await takeTurns('warmUp', [...PUSHED, 'crowd'], (where) => one(where, 'pooled'));
  await takeTurns('pooled', PUSHED, (where) => one(where, 'pooled'));
  await takeTurns('fresh', PUSHED, (where) => one(where, 'fresh'));
}

/** Each wait that ends is replaced at once, so the number of waits stays the same. */
async function measureStanding() {
  tell(`${CROWD} concurrent waits ...`);
  const standing = newAddresses(CROWD);
  await stations.crowd.worker.call('watch', standing);
  await takeTurns('standing', ['ours', 'crowd'], async (where) => {
    if (where.name === 'ours') return await one(where, 'pooled');
    const [next] = newAddresses(1);
    await where.worker.call('watch', [next]);
    standing.push(next);
    return await deliver(where, standing.shift(), 'pooled');
  });
}

async function measureBursts() {
  for (let round = 0; round < MAILS.bursts; round++) {
    tell(`Bursts of ${CROWD} mails, ${round + 1} of ${MAILS.bursts} ...`);
    for (const name of rotated(PUSHED, round)) samplesOf('burst', name).push(...(await burst(stations[name])));
  }
}

/** Runs several polls in parallel, because they are mostly idle. */
async function measurePolls() {
  tell('Polling ...');
  const all = POLLED.flatMap((name) =>
    Array.from({ length: POLLERS }, async () => {
      const count = MAILS.polled / POLLERS;
      for (let mail = 0; mail < count; mail++)
        samplesOf('polled', name).push(await one(stations[name], 'pooled', POLLED_PAUSE));
    }),
  );
  await Promise.all(all);
}

/**
 * Runs the suites in pairs, because the load of the machine changes within seconds. The first pair is a warm-up. The
 * fastest run shows differences of a few percent: other load only adds time.
 */
async function measureSuites() {
  const sink = await serverOf('ours');
  const run = emptySuites(sink.http);
  const costs = { without: [], with: [] };
  const end = performance.now() + SUITE_SECONDS * 1000;
  for (let round = -1; round < MAILS.suites && (round < 1 || performance.now() < end); round++) {
    if (round >= 0) tell(`Empty tests, ${round + 1} of ${MAILS.suites} ...`);
    for (const name of rotated(['without', 'with'], round + 1)) {
      const cost = await run[name]();
      if (round >= 0) costs[name].push(cost);
    }
  }
  await stopAll();
  suites.runs = costs.with.length;
  for (const [name, runs] of Object.entries(costs)) {
    const seconds = runs.map((cost) => cost.seconds);
    suites[name] = { fastest: Math.min(...seconds), seconds: median(seconds) };
    if (hasProc) suites[name].cpu = Math.min(...runs.map(({ cpu }) => cpu));
  }
}

/** Measures the clients in turns, in blocks. Each round begins with another client. */
async function takeTurns(kind, names, measure) {
  for (let round = 0; round * BLOCK < MAILS[kind]; round++) {
    for (const name of rotated(names, round)) {
      for (let mail = 0; mail < BLOCK; mail++) samplesOf(kind, name).push(await measure(stations[name]));
    }
  }
}

/** Measures one mail to a new address, which is watched before the mail is sent. */
async function one(where, connection, pause = PAUSE) {
  const [address] = newAddresses(1);
  await where.worker.call('watch', [address]);
  return await deliver(where, address, connection, pause);
}

async function deliver({ name, server, worker }, to, connection, pause = PAUSE) {
  const arrival = worker.call('arrival', to);
  await sleep(Math.random() * pause);
  const code = newCode();
  const [sent, arrived] = await Promise.all([sender.call('send', server.port, connection, { to, code }), arrival]);
  return times(name, code, sent, arrived);
}

async function burst({ name, server, worker }) {
  const to = newAddresses(CROWD);
  await worker.call('watch', to);
  const mails = to.map((address) => ({ to: address, code: newCode() }));
  const arrivals = worker.call('arrivals', to);
  const [sent, arrived] = await Promise.all([sender.call('sendAll', server.port, mails), arrivals]);
  return mails.map(({ code }, index) => times(name, code, sent[index], arrived[index]));
}

/** Throws if the code is wrong. */
function times(name, code, { begun, acked }, arrived) {
  if (arrived.code !== code) throw new Error(`${STATIONS[name].title}: sent ${code}, received ${arrived.code}.`);
  return { total: arrived.at - begun, afterAck: arrived.at - acked };
}

function newAddresses(count) {
  return Array.from({ length: count }, () => `user-${++addresses}@bench.test`);
}

function newCode() {
  return `${randomInt(100_000, 1_000_000)}`;
}

function samplesOf(kind, name) {
  return ((samples[kind] ??= {})[name] ??= []);
}

function p50(kind, name) {
  return percentile(kind, name, 0.5);
}

function percentile(kind, name, share, figure = 'total') {
  const all = samples[kind]?.[name];
  return (
    all &&
    quantile(
      all.map((sample) => sample[figure]),
      share,
    )
  );
}

function rotated(names, round) {
  const shift = round % names.length;
  return [...names.slice(shift), ...names.slice(0, shift)];
}

function report(others) {
  const targets = judge(TARGETS);
  if (options.json) {
    printJson({ machine: machine(others), mails: MAILS, latency: summary(), suites, targets });
    return;
  }
  const typical = (kind) => (name) => [percentile(kind, name, 0.5), percentile(kind, name, 0.95)];
  const afterBurst = (name) => [0.5, 0.99].map((share) => percentile('burst', name, share, 'afterAck'));
  const rows = (names, ...columns) =>
    names.map((name) => [STATIONS[name].title, columns.map((of) => of(name))].flat(2));
  printTable(
    'From sendMail to the code in another process, ms',
    ['', 'pooled p50', 'p95', 'new connection p50', 'p95', `burst of ${CROWD}, after its 250 p50`, 'p99'],
    [
      ...rows(PUSHED, typical('pooled'), typical('fresh'), afterBurst),
      ...rows(POLLED, typical('polled'), typical('fresh'), afterBurst),
    ],
  );
  const [alone, crowd] = rows(['ours', 'crowd'], typical('standing'));
  printTable(
    'The same with many waits in one worker, pooled, ms',
    ['', 'p50', 'p95'],
    [['1 wait', ...alone.slice(1)], crowd],
  );
  printTable(
    '100 empty tests, 2 workers',
    ['', 'wall s, the fastest', 'median', 'CPU s, the least'],
    [
      ['@playwright/test', ...Object.values(suites.without)],
      ['playwright-2fa, nothing used', ...Object.values(suites.with)],
    ],
  );
  printTargets(targets);
  const { pooled, fresh, polled } = MAILS;
  printMachine(
    machine(others),
    `${pooled} mails pooled, ${fresh} with a new connection each, ${polled} polled; ${suites.runs} suites each`,
  );
}

function summary() {
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 };
  const figures = (kind, name, figure) =>
    Object.fromEntries(Object.entries(shares).map(([key, share]) => [key, percentile(kind, name, share, figure)]));
  const kinds = Object.keys(samples).filter((kind) => kind !== 'warmUp');
  const of = (kind) => (name) => [
    name,
    { total: figures(kind, name, 'total'), afterAck: figures(kind, name, 'afterAck') },
  ];
  return Object.fromEntries(kinds.map((kind) => [kind, Object.fromEntries(Object.keys(samples[kind]).map(of(kind)))]));
}
