import { readFileSync } from 'node:fs';
const p = JSON.parse(readFileSync(process.argv[2]));
const want = process.argv[3];
const byId = new Map(p.nodes.map((n) => [n.id, n]));
const parent = new Map();
p.nodes.forEach((n) => n.children?.forEach((c) => parent.set(c, n.id)));
const t = new Map();
p.samples.forEach((id, i) => {
  t.set(id, (t.get(id) ?? 0) + p.timeDeltas[i]);
});
const out = new Map();
for (const n of p.nodes)
  if (n.callFrame.functionName === want) {
    let s = '';
    let x = n.id;
    for (let k = 0; k < 9; k++) {
      x = parent.get(x);
      if (!x) break;
      const c = byId.get(x).callFrame;
      s += ` < ${c.functionName}@${c.url.split('/').slice(-2).join('/')}:${c.lineNumber + 1}`;
    }
    out.set(s, (out.get(s) ?? 0) + (t.get(n.id) ?? 0));
  }
[...out]
  .sort((a, b) => b[1] - a[1])
  .slice(0, 4)
  .forEach(([s, v]) => console.log((v / 1000).toFixed(1), s));
