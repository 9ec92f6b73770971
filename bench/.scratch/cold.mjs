import { decodeMessage } from '../../dist/src/message/decode.js';
import { findCode } from '../../dist/src/message/find-code.js';
import { codeMail } from '../mails.mjs';
const warm = process.argv[2];
const env = { kind: 'email', id: 'x-1', seq: 1, from: 'a@b.c', to: ['u@x.test'], receivedAt: Date.now(), size: 1 };
let t = performance.now();
await import('mailparser');
console.log('import mailparser', (performance.now() - t).toFixed(1));
if (warm) {
  t = performance.now();
  const m = await decodeMessage(
    env,
    Buffer.from(
      'Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nYour code:\r\n\r\n123456\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p style=3D"color: red">Your code <a href=3D"https://a.test">123456</a></p>\r\n--b--\r\n',
    ),
  );
  findCode(m);
  console.log('warm-up mail', (performance.now() - t).toFixed(1));
}
const out = [];
for (let i = 0; i < 12; i++) {
  const raw = Buffer.from(codeMail());
  const t = performance.now();
  const m = await decodeMessage(env, raw);
  const t1 = performance.now();
  findCode(m);
  out.push((t1 - t).toFixed(1) + '+' + (performance.now() - t1).toFixed(1));
  await new Promise((r) => setTimeout(r, 5));
}
console.log(out.join(' '));
