import { readFileSync, readdirSync } from 'node:fs';
const p = JSON.parse(readFileSync(process.argv[2]));
const self = new Map();
const dt = p.timeDeltas;
const byId = new Map(p.nodes.map((n) => [n.id, n]));
p.samples.forEach((id, i) => {
  const n = byId.get(id);
  const c = n.callFrame;
  const k = `${c.functionName} ${c.url.replace(/.*\/(node_modules|main)\//, '')}:${c.lineNumber + 1}`;
  self.set(k, (self.get(k) ?? 0) + dt[i]);
});
[...self]
  .sort((a, b) => b[1] - a[1])
  .slice(0, Number(process.argv[3] ?? 25))
  .forEach(([k, v]) => console.log((v / 1000).toFixed(1).padStart(8), 'ms', k));
