/** The application: sends mails with nodemailer, and returns the times of the call and of its end. */
import { createTransport } from 'nodemailer';
import { answerCalls, now } from '../lib/helper.mjs';
import { codeMail } from '../mails.mjs';

const BURST_CONNECTIONS = 10;
const transports = new Map();

/** @param {'pooled' | 'fresh' | 'burst'} connection */
function transport(port, connection) {
  const key = `${connection} ${port}`;
  const pool = { pool: true, maxConnections: connection === 'burst' ? BURST_CONNECTIONS : 1, maxMessages: Infinity };
  const server = { host: '127.0.0.1', port, name: 'app.test' };
  if (!transports.has(key)) {
    transports.set(key, createTransport({ ...server, ...(connection === 'fresh' ? {} : pool) }));
  }
  return transports.get(key);
}

async function send(port, connection, { to, code }) {
  const mailer = transport(port, connection);
  const mail = { envelope: { from: 'app@bench.test', to }, raw: codeMail({ to, code }) };
  const begun = now();
  await mailer.sendMail(mail);
  return { begun, acked: now() };
}

answerCalls({ send, sendAll: (port, mails) => Promise.all(mails.map((mail) => send(port, 'burst', mail))) });
