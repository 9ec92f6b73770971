// @ts-check
// FirebaseUI on the emulator of Firebase Authentication, each on an origin of its own. The emulator sends nothing: the
// codes and links that it keeps go out from here, as SMS and mail. Accounts are made at the first sign-in.
// Environment: PORT, SMTP_PORT and SMS_URL (else the sink's own).
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import nodemailer from 'nodemailer';

const HOST = '127.0.0.1';
const PROJECT = 'demo-host';
const require = createRequire(import.meta.url);
const FILES = {
  '/lib/firebaseui.js': 'firebaseui/dist/firebaseui.js',
  '/lib/firebaseui.css': 'firebaseui/dist/firebaseui.css',
  '/lib/firebase-app-compat.js': 'firebase/firebase-app-compat.js',
  '/lib/firebase-auth-compat.js': 'firebase/firebase-auth-compat.js',
};
const TYPES = { '.js': 'text/javascript', '.css': 'text/css' };
const POLL_INTERVAL = 200;

const smtp = nodemailer.createTransport({
  host: HOST,
  port: Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025),
  secure: false,
  ignoreTLS: true,
});
const smsUrl = process.env.SMS_URL ?? process.env.PLAYWRIGHT_2FA_SINK_URL ?? 'http://127.0.0.1:8025';

const emulator = await startEmulator();
const page = readFileSync(new URL('index.html', import.meta.url), 'utf8').replace('EMULATOR', emulator);
const server = http.createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://localhost');
  const file = FILES[/** @type {keyof typeof FILES} */ (pathname)];
  const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(pathname))] ?? 'text/html';
  res.setHeader('content-type', `${type}; charset=utf-8`);
  res.end(file ? readFileSync(new URL(`node_modules/${file}`, import.meta.url)) : page);
});
server.listen(Number(process.env.PORT ?? 0), HOST, () => {
  setInterval(() => void sendMessages().catch(console.error), POLL_INTERVAL);
  console.log(`firebaseui ready url=${originOf(server)} emulator=${emulator}`);
});

/** @returns {Promise<string>} its address */
async function startEmulator() {
  const { createApp } = require('firebase-tools/lib/emulator/auth/server');
  const listening = http.createServer(await createApp(PROJECT)).listen(0, HOST);
  await once(listening, 'listening');
  return originOf(listening);
}

/** @param {http.Server} listening */
function originOf(listening) {
  return `http://localhost:${/** @type {import('node:net').AddressInfo} */ (listening.address()).port}`;
}

/** @type {Set<string>} */
const sent = new Set();

/** Sends each code and link of the emulator once. */
async function sendMessages() {
  for (const { sessionInfo, phoneNumber, code } of await kept('verificationCodes')) {
    if (!isNew(sessionInfo)) continue;
    await fetch(new URL('/sms', smsUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: phoneNumber, from: 'Host', body: `${code} is your verification code for host.` }),
    });
  }
  for (const { oobCode, oobLink, email } of await kept('oobCodes')) {
    if (!isNew(oobCode)) continue;
    const subject = 'Sign in to host';
    const text = `Hello,\n\nWe received a request to sign in to host with this address. To sign in, open this link:\n\n${oobLink}\n`;
    await smtp.sendMail({ from: 'no-reply@host.example', to: email, subject, text });
  }
}

/** @param {string} what @returns {Promise<any[]>} */
async function kept(what) {
  const response = await fetch(`${emulator}/emulator/v1/projects/${PROJECT}/${what}`);
  return (await response.json())[what] ?? [];
}

/** @param {string} id */
function isNew(id) {
  return !sent.has(id) && Boolean(sent.add(id));
}
