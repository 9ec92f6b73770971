// Measures the latency of ledger operations with 8 processes: `npm run bench:ledger [-- --quick] [--json]`.
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasProc, watchOthers } from './lib/proc.mjs';
import { judge, machine, printJson, printMachine, printTable, printTargets, quantile } from './lib/report.mjs';

const WORKER = fileURLToPath(new URL('ledger/worker.mjs', import.meta.url));
const PROCESSES = 8;
const TIMES = process.argv.includes('--quick') ? 50 : 200;
/** Average pauses between two operations of a process, in milliseconds, as in a test run. 0 is the worst case. */
const PAUSES = [0, 20];
const OPERATIONS = ['claim', 'step', 'counter', 'lease'];

const folder = await mkdtemp(join(tmpdir(), 'playwright-2fa-bench-'));
const others = hasProc ? watchOthers() : () => undefined;
const results = [];
const handovers = {};
const redis = await startRedis();
try {
  for (const pause of PAUSES) {
    results.push(...(await measure('file', join(folder, `ledger-${pause}`), pause)));
    if (pause === 0) handovers.file = await handOver(join(folder, 'crowd'));
    if (redis && pause === 0) handovers.redis = await handOver(`redis://127.0.0.1:${redis.port}?prefix=crowd`);
    if (redis) results.push(...(await measure('redis', `redis://127.0.0.1:${redis.port}?prefix=${pause}`, pause)));
  }
} finally {
  redis?.process.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}

const p95 = (driver) =>
  results.find((result) => result.driver === driver && result.operation === 'claim' && result.pause > 0)?.p95;
const targets = judge([
  { what: 'claim in a folder, p95 in ms', most: 5, of: () => p95('file') },
  { what: 'leases handed over per second in a folder, 200 waiters', least: 50, of: () => handovers.file },
  { what: 'claim in a local Redis, p95 in ms', most: 2, of: () => p95('redis') },
]);
const report = { machine: machine(others()), processes: PROCESSES, times: TIMES, results, handovers, targets };
if (process.argv.includes('--json')) printJson(report);
else print(report);

async function measure(driver, address, pause) {
  const workers = Array.from({ length: PROCESSES }, () => fork(WORKER, [address, String(TIMES), String(pause)]));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const rows = [];
    for (const operation of OPERATIONS) {
      const done = Promise.all(workers.map((worker) => once(worker, 'message')));
      for (const worker of workers) worker.send(operation);
      const all = (await done).flatMap(([milliseconds]) => milliseconds);
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(all, share));
      rows.push({ driver, operation, pause, p50, p95, p99 });
    }
    return rows;
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
  }
}

/** Returns how many times per second one lease passes on while 25 callers of each process wait for it. */
async function handOver(address) {
  const waiters = 25;
  const workers = Array.from({ length: PROCESSES }, () => fork(WORKER, [address, '0', '0', String(waiters)]));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const done = Promise.all(workers.map((worker) => once(worker, 'message')));
    for (const worker of workers) worker.send('handOver');
    const seconds = Math.max(...(await done).flatMap(([milliseconds]) => milliseconds)) / 1000;
    return (2 * PROCESSES * waiters) / seconds;
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
  }
}

/** Starts a Redis server that stores nothing on disk. Returns `undefined` if it is not installed. */
async function startRedis() {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    process.stderr.write(
      'Redis is not measured, because redis-server is not installed (apt-get install redis-server).\n',
    );
    return undefined;
  }
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', folder];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) break;
  return { process: child, port };
}

function print({ machine, processes, times, results, handovers, targets }) {
  printMachine(machine, `${processes} processes, ${times} calls of each operation per process`);
  const rows = results.map(({ driver, operation, pause, p50, p95, p99 }) => {
    return [`${driver}, ${operation}, ${pause ? `pause of ${pause} ms` : 'without a pause'}`, p50, p95, p99];
  });
  printTable('Milliseconds per operation', ['', 'p50', 'p95', 'p99'], rows);
  const rates = Object.entries(handovers).map(([driver, rate]) => [driver, rate, rate / (handovers.redis ?? rate)]);
  printTable('Leases handed over per second among 200 waiters', ['', 'per second', 'ratio to Redis'], rates);
  printTargets(targets);
}
