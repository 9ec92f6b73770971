import { messageOf } from '../message/decode.ts';
import { findCode } from './find-code.ts';
import { readSimpleMail } from '../message/fast-mime.ts';

/** A mail with the parts, encodings and entities of most login mails. */
const MAIL = [
  'From: a@example.com\r\nSubject: =?utf-8?q?Your_code?=\r\nContent-Type: multipart/alternative; boundary=b\r\n',
  '--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour code is 482913.\r\n',
  '--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n',
  '<p style=3D"margin:0">Your code is</p><p><b>482913</b> &ndash; &uuml;</p>\r\n--b--\r\n',
].join('\r\n');

/** Reads a sample mail: the first mail that a process reads takes fifty times as long as the next. Returns its code. */
export function warmUp(): string {
  const parts = readSimpleMail(Buffer.from(MAIL));
  return findCode(messageOf({ kind: 'email', id: '', seq: 0, from: '', to: [], receivedAt: 0, size: 0 }, parts ?? {}));
}
