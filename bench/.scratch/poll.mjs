import { start } from '../lib/servers.mjs';
import { startHelper } from '../lib/process.mjs';
import { fileURLToPath } from 'node:url';
import { CLIENTS } from '../latency/clients.mjs';
import { now } from '../lib/helper.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
const s = await start('ours');
const sender = await startHelper(fileURLToPath(new URL('../latency/sender.mjs', import.meta.url)));
const watch = await CLIENTS.poll500(s.http);
const all = [];
await Promise.all(
  [1, 2, 3, 4].map(async (k) => {
    for (let i = 0; i < 10; i++) {
      const to = `u${k}-${i}@x.test`;
      const t0 = now();
      const { code } = await watch(to);
      const c = code.then(() => now());
      const p = Math.random() * 500;
      await sleep(p);
      const { begun, acked } = await sender.call('send', s.port, 'pooled', { to, code: '123987' });
      const at = await c;
      all.push(at - begun);
      console.log(
        'pause',
        p.toFixed(0),
        'begun',
        (begun - t0).toFixed(0),
        'send',
        (acked - begun).toFixed(0),
        'at',
        (at - t0).toFixed(0),
        'latency',
        (at - begun).toFixed(0),
      );
    }
  }),
);
all.sort((a, b) => a - b);
console.log('median', all[20]);
await sender.stop();
await s.stop();
