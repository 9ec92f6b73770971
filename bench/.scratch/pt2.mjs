import { startSink } from '../../dist/src/sink/sink.js';
import { codeMail } from '../mails.mjs';
import { get } from 'node:http';
import { foldAddress } from '../../dist/src/message/address.js';
const s = await startSink({ smtpPort: 0, httpPort: 0 });
for (let i = 0; i < 3000; i++) s.store.add('email', 'a@b.c', [`u${i}@x.test`], Buffer.from(codeMail()));
function getJson(url) {
  return new Promise((done, fail) => {
    get(url, async (r) => {
      const c = [];
      for await (const x of r) c.push(x);
      done(JSON.parse(Buffer.concat(c).toString()));
    }).on('error', fail);
  });
}
const med = (a) => a.sort((x, y) => x - y)[a.length >> 1].toFixed(2);
for (const u of [
  '/api/health',
  '/api/messages?to=nobody@x.test',
  '/api/messages?to=u5@x.test',
  '/api/messages?limit=1',
]) {
  const all = [];
  for (let i = 0; i < 100; i++) {
    const b = performance.now();
    await getJson(s.url + u);
    all.push(performance.now() - b);
  }
  console.log(u, med(all));
}
{
  const b = performance.now();
  for (let i = 0; i < 3000; i++) foldAddress('email', 'nobody@x.test');
  console.log('3000 folds', performance.now() - b);
}
process.exit();
