import { decodeMessage } from '../../dist/src/message/decode.js';
import { findCode } from '../../dist/src/message/find-code.js';
import { codeMail } from '../mails.mjs';
const env = { kind: 'email', id: 'x-1', seq: 1, from: 'a@b.c', to: ['u@x.test'], receivedAt: Date.now(), size: 1 };
const raw = Buffer.from(codeMail());
for (let i = 0; i < 3000; i++) findCode(await decodeMessage(env, raw));
