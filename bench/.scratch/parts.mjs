import { decodeMessage } from '../../dist/src/message/decode.js';
import { readVisible } from '../../dist/src/message/visible.js';
import { findCode } from '../../dist/src/message/find-code.js';
import { foldAddress } from '../../dist/src/message/address.js';
import { simpleParser, MailParser } from 'mailparser';
import { codeMail } from '../mails.mjs';
const raw = Buffer.from(codeMail());
const env = {
  kind: 'email',
  id: 'x-1',
  seq: 1,
  from: 'a@b.c',
  to: ['u@x.test'],
  receivedAt: Date.now(),
  size: raw.length,
};
const msg = await decodeMessage(env, raw);
async function bench(name, n, f) {
  for (let i = 0; i < Math.min(n, 200); i++) await f();
  const c0 = process.cpuUsage();
  const t0 = performance.now();
  for (let i = 0; i < n; i++) await f();
  const c = process.cpuUsage(c0);
  console.log(
    name.padEnd(34),
    (((performance.now() - t0) / n) * 1000).toFixed(0),
    'us wall',
    ((c.user + c.system) / n).toFixed(0),
    'us cpu',
  );
}
const opts = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
{
  // first calls, cold
  const t = performance.now();
  await decodeMessage(env, raw);
  console.log('2nd decode', (performance.now() - t).toFixed(2));
}
await bench('decodeMessage', 1000, () => decodeMessage(env, raw));
await bench('simpleParser(opts)', 1000, () => simpleParser(raw, opts));
await bench('import mailparser', 1000, () => import('mailparser'));
await bench('readVisible', 1000, () => readVisible(msg.html));
await bench('findCode', 1000, () => findCode(msg));
await bench('fold', 100000, () => foldAddress('email', 'user-17@bench.test'));
// spaced: one every 10 ms, as in tests
const sl = (ms) => new Promise((r) => setTimeout(r, ms));
async function spaced(name, f) {
  const all = [];
  for (let i = 0; i < 200; i++) {
    await sl(10);
    const t = performance.now();
    await f();
    all.push(performance.now() - t);
  }
  all.sort((a, b) => a - b);
  console.log('spaced', name, all[100].toFixed(2), all[190].toFixed(2));
}
await spaced('decodeMessage', () => decodeMessage(env, raw));
await spaced('simpleParser', () => simpleParser(raw, opts));
await spaced('readVisible', () => readVisible(msg.html));
await spaced('findCode', () => findCode(msg));
