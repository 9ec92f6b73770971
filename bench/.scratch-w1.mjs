// worker-only experiment: sink + sender in child processes; measure in-worker time from ws message to code
import { startHelper } from '/work/main/bench/lib/process.mjs';
import { start } from '/work/main/bench/lib/servers.mjs';
import { CLIENTS } from '/work/main/bench/latency/clients.mjs';
import { WebSocket } from 'ws';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
const server = await start('ours');
const sender = await startHelper('/work/main/bench/latency/sender.mjs');
let t0;
const emit = WebSocket.prototype.emit;
WebSocket.prototype.emit = function (e, d, b) {
  if (e === 'message' && b) t0 = performance.now();
  return emit.apply(this, arguments);
};
const watch = await CLIENTS[process.argv[2] || 'ours'](server.http);
const a = [],
  tot = [];
for (let i = 0; i < 400; i++) {
  const to = `u${i}@bench.test`;
  const { code } = await watch(to);
  await sleep(Math.random() * 10);
  const c = String(100000 + i);
  const s = performance.now();
  const p = sender.call('send', server.port, 'pooled', { to, code: c });
  const got = await code;
  const t = performance.now();
  a.push(t - t0);
  tot.push(t - s);
  if (got !== c) throw got;
  await p;
}
const q = (x, p) => x.toSorted((m, n) => m - n)[Math.floor(x.length * p)].toFixed(3);
console.log(
  'in worker p50',
  q(a.slice(100), 0.5),
  'p95',
  q(a.slice(100), 0.95),
  'first',
  a.slice(0, 4).map((x) => x.toFixed(1)),
  'total',
  q(tot.slice(100), 0.5),
);
await sender.stop();
await server.stop();
process.exit(0);
