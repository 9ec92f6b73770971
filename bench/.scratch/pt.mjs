import { start } from '/work/main/bench/lib/servers.mjs';
import { get } from 'node:http';
import { createTransport } from 'nodemailer';
import { codeMail } from '/work/main/bench/mails.mjs';
const s = await start('ours');
const t = createTransport({ host: '127.0.0.1', port: s.port, pool: true, maxConnections: 1 });
for (let i = 0; i < 600; i++) await t.sendMail({ envelope: { from: 'a@b.c', to: `u${i}@x.test` }, raw: codeMail() });
function getJson(url) {
  return new Promise((done, fail) => {
    get(url, async (r) => {
      const c = [];
      for await (const x of r) c.push(x);
      done(JSON.parse(Buffer.concat(c).toString()));
    }).on('error', fail);
  });
}
for (let i = 0; i < 30; i++) {
  const b = performance.now();
  const m = await getJson(`${s.http}/api/messages?to=u${i * 10}%40x.test`);
  const c = performance.now();
  await getJson(`${s.http}/api/messages/${m.messages[0].id}`);
  console.log((c - b).toFixed(1), (performance.now() - c).toFixed(1), m.messages.length);
}
await Promise.all(
  Array.from({ length: 20 }, async (_, i) => {
    const b = performance.now();
    await getJson(`${s.http}/api/messages?to=u${i * 10}%40x.test`);
    console.log('c', (performance.now() - b).toFixed(1));
  }),
);
await s.stop();
process.exit();
