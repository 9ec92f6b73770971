import { readFileSync } from 'node:fs';
const r = JSON.parse(readFileSync(process.argv[2]));
for (const [k, v] of Object.entries(r.latency))
  for (const [n, x] of Object.entries(v))
    console.log(
      k.padEnd(9),
      n.padEnd(11),
      'total',
      x.total.p50.toFixed(2),
      x.total.p95.toFixed(2),
      'after ack',
      x.afterAck.p50.toFixed(2),
      x.afterAck.p95.toFixed(2),
      x.afterAck.p99.toFixed(2),
    );
console.log(r.suites, r.machine);
for (const t of r.targets) console.log(t.what, t.measured?.toFixed(3), t.met);
